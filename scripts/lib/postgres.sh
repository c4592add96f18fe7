# Sourced. A private PostgreSQL: its own directory, port and password, durable settings as PostgreSQL ships them.
#   postgres_start DIRECTORY   sets postgres_url (a connection string of Npgsql); DIRECTORY must exist and be empty
#   postgres_stop DIRECTORY    stops that server at once; its data stays for the caller to delete
# One that is kept:
#   postgres_home DIRECTORY       prints DIRECTORY, made when missing, or a place instead that the server's user can reach
#   postgres_open DIRECTORY PORT  starts it, made at the first time; sets postgres_url; true too when it runs already
#   postgres_close DIRECTORY      stops it cleanly

postgres_bin() {
  local candidate
  for candidate in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) "$(pg_config --bindir 2>/dev/null || true)"; do
    [[ -x $candidate/initdb && -x $candidate/pg_ctl ]] && { echo "$candidate"; return 0; }
  done
  return 1
}

# PostgreSQL refuses to run as root.
postgres_as() {
  if ((EUID != 0)); then "$@"
  elif id postgres >/dev/null 2>&1; then (cd / && runuser -u postgres -- "$@")
  else (cd / && runuser -u nobody -- "$@")
  fi
}

postgres_start() {
  local directory=$1 bin password attempt
  postgres_bin >/dev/null || apt_install postgresql || return 1
  bin=$(postgres_bin) || return 1
  password=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
  (umask 077 && printf '%s' "$password" >"$directory/password")
  if ((EUID == 0)); then
    chown -R "$(postgres_as id -un)" "$directory"
    chmod 700 "$directory"
  fi
  postgres_as "$bin/initdb" -D "$directory/data" -U chat --auth=scram-sha-256 --pwfile="$directory/password" \
    -E UTF8 --locale=C.UTF-8 --no-sync >"$directory.log" 2>&1 || { cat "$directory.log" >&2; return 1; }
  for attempt in 1 2 3 4 5; do
    postgres_port=$((20000 + RANDOM % 12000))
    port_is_open "$postgres_port" && continue
    # -l is a file of the server, which must not keep this script's output open.
    if postgres_as "$bin/pg_ctl" -D "$directory/data" -l "$directory/server.log" -w -t 60 \
      -o "-c listen_addresses=127.0.0.1 -c port=$postgres_port -c unix_socket_directories=$directory -c max_connections=300" \
      start >>"$directory.log" 2>&1; then
      postgres_url="Host=127.0.0.1;Port=$postgres_port;Username=chat;Password=$password;Database=postgres"
      return 0
    fi
  done
  cat "$directory.log" >&2
  return 1
}

postgres_stop() {
  local bin
  [[ -f $1/data/postmaster.pid ]] || return 0
  bin=$(postgres_bin) || return 0
  postgres_as "$bin/pg_ctl" -D "$1/data" -m immediate stop >/dev/null 2>&1 || true
}

postgres_home() {
  local directory=$1
  postgres_bin >/dev/null || apt_install postgresql || return 1
  mkdir -p "$directory"
  if ((EUID == 0)) && ! postgres_as test -x "$(dirname "$directory")"; then
    directory=/var/tmp/chat-cluster-$(printf '%s' "$1" | cksum | cut -d' ' -f1)
    say "PostgreSQL does not run as root and its user cannot reach $1; its data is in $directory"
    mkdir -p "$directory"
  fi
  ((EUID != 0)) || chown "$(postgres_as id -un)" "$directory"
  chmod 700 "$directory"
  printf '%s' "$directory"
}

postgres_open() {
  local directory=$1 port=$2 bin
  bin=$(postgres_bin) || return 1
  if [[ ! -f $directory/data/PG_VERSION ]]; then
    (umask 077 && head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$directory/password")
    ((EUID != 0)) || chown "$(postgres_as id -un)" "$directory/password"
    postgres_as "$bin/initdb" -D "$directory/data" -U chat --auth=scram-sha-256 --pwfile="$directory/password" \
      -E UTF8 --locale=C.UTF-8 >"$directory/init.log" 2>&1 || { cat "$directory/init.log" >&2; return 1; }
  fi
  postgres_url="Host=127.0.0.1;Port=$port;Username=chat;Password=$(cat "$directory/password");Database=postgres"
  postgres_as "$bin/pg_ctl" -D "$directory/data" status >/dev/null 2>&1 && return 0
  postgres_as "$bin/pg_ctl" -D "$directory/data" -l "$directory/server.log" -w -t 60 \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$directory -c max_connections=400" \
    start >"$directory/start.log" 2>&1 || { cat "$directory/start.log" >&2; return 1; }
}

postgres_close() {
  local bin
  [[ -f $1/data/postmaster.pid ]] || return 0
  bin=$(postgres_bin) || return 0
  postgres_as "$bin/pg_ctl" -D "$1/data" -m fast -w stop >/dev/null 2>&1 || true
}
