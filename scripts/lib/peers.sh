# Sourced by scripts/bench.sh: starts the servers that ./chat bench compares, and writes each down for the load generator.
# Wants: $root, $bin, $scratch, $db, $issuer, $key, postgres.sh. Every server has its own directory and its own PostgreSQL with the
# same settings. target_names lists what runs; started holds every process to stop.
# Database of a target, by name: db_port[NAME], db_password[NAME].

declare -A db_port=() db_password=()
started=() target_names=()

free_port() {
  local port
  for _ in 1 2 3 4 5 6 7 8 9; do
    port=$((20000 + RANDOM % 12000))
    port_is_open "$port" || { echo "$port"; return 0; }
  done
  return 1
}

# peer_missing NAME: prints why a peer cannot run here; nothing when it can. Installs or builds what is missing.
peer_missing() {
  case $1 in
    signalr | signalr-group)
      dotnet build "$root/bench/Peers/SignalR" -c Release --nologo -v:q -clp:NoSummary >&2 || echo "bench/Peers/SignalR does not build" ;;
    socketio | socketio-group)
      if ! (need_node) 2>/dev/null; then echo "Node 20 or later with npm is missing"
      elif ! npm_install "$root/bench/Peers/socketio"; then echo "npm could not install what bench/Peers/socketio/package-lock.json names"
      fi ;;
    ejabberd) ejabberd_missing ;;
  esac
}

ejabberd_missing() {
  local fresh=no
  dpkg-query -W ejabberd >/dev/null 2>&1 || fresh=yes
  apt_install ejabberd erlang-p1-pgsql || { echo "the packages ejabberd and erlang-p1-pgsql cannot be had"; return 0; }
  # The package starts a server for everybody to reach; nobody asked for that one.
  if [[ $fresh == yes && -d /run/systemd/system ]]; then systemctl disable --now ejabberd >&2 || true; fi
  [[ -n $(ejabberd_libraries) ]] || echo "ejabberd's libraries are not where its package puts them"
}

ejabberd_libraries() { dirname "$(ls -d /usr/lib/*/ejabberd-*/ebin/ejabberd.app 2>/dev/null | head -n 1 | xargs -r dirname | xargs -r dirname)"; }

# open_postgres NAME: a private server for one target. Sets db_port, db_password, postgres_url, postmaster.
open_postgres() {
  local directory=$scratch/$1/pg
  mkdir -p "$directory"
  chmod 711 "$scratch" "$scratch/$1"
  postgres_start "$directory" || fail "PostgreSQL cannot be had here"
  db_port[$1]=$postgres_port
  db_password[$1]=$(cat "$directory/password")
  postmaster=$(head -n 1 "$directory/data/postmaster.pid")
}

# run_sql NAME [psql options]: SQL from the standard input, or from -f.
run_sql() {
  local name=$1
  shift
  PGPASSWORD=${db_password[$name]} "$(postgres_bin)/psql" -q -X -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "${db_port[$name]}" -U chat "$@" postgres >"$scratch/$name/sql.log" 2>&1 \
    || { tail -n 5 "$scratch/$name/sql.log" >&2; fail "SQL for $name failed"; }
}

# wait_for_port NAME PORT PID
wait_for_port() {
  local i
  for ((i = 0; i < 600; i++)); do
    port_is_open "$2" && return 0
    kill -0 "$3" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$scratch/$1/server.log" >&2
  fail "$1 did not start"
}

# add_target NAME KIND URLS SERVER_PIDS POSTGRES_PIDS: lists are separated by commas.
add_target() {
  target_names+=("$1")
  printf '{"name":"%s","kind":"%s","urls":["%s"],"serverPids":[%s],"postgresPids":[%s]}\n' "$1" "$2" "${3//,/\",\"}" "$4" "$5" >>"$scratch/targets.jsonl"
}

# fill SCRIPT NAME [options of psql, or conversations and messages for SQLite]: a script of bench/fill for one of ours.
fill() {
  local script=$root/bench/fill/$1 name=$2
  shift 2
  say "Filling $name: $(basename "$script") $*"
  if [[ -n ${db_port[$name]-} ]]; then run_sql "$name" "$@" -f "$script.sql"; return; fi
  apt_install sqlite3 || fail "filling SQLite needs the package sqlite3"
  sqlite3 -bail -cmd ".timeout 10000" "$scratch/$name/chat.db" ".param set :conversations ${1-0}" ".param set :messages ${2-0}" ".read '$script.sqlite.sql'" \
    >"$scratch/$name/sql.log" 2>&1 || { tail -n 5 "$scratch/$name/sql.log" >&2; fail "SQL for $name failed"; }
}

# start_chat [NAME] [--host Embedded] [--db sqlite] [SETTING...]: one process of ours; the name is chat when none is given.
start_chat() {
  local name=chat port pid postmaster='' database programs=$bin its_db=$db
  if [[ -n ${1-} && $1 != -* ]]; then name=$1; shift; fi
  if [[ ${1-} == --host ]]; then programs=$root/artifacts/${2,,}/bin; shift 2; fi
  if [[ ${1-} == --db ]]; then its_db=$2; shift 2; fi
  mkdir -p "$scratch/$name"
  if [[ $its_db == postgres ]]; then
    open_postgres "$name"
    database=("--Chat:Database:Provider=Postgres" "--Chat:Database:ConnectionString=$postgres_url")
  else
    database=("--Chat:Database:Provider=Sqlite" "--Chat:Database:ConnectionString=Data Source=$scratch/$name/chat.db")
  fi
  port=$(free_port)
  dotnet "$programs/WebFront/release/Chat.WebFront.dll" --urls "http://127.0.0.1:$port" --contentRoot "$root/src/WebFront" \
    "${database[@]}" --Chat:Demo=true --Chat:Auth:Authority="$issuer" --Chat:Auth:Audience=chat-bench \
    --Chat:Policy:SendsPerSecond=1000 --Chat:Policy:SendBurst=1000 --Chat:Policy:CallBurst=1000000 --Chat:Policy:CallsPerSecond=100000 \
    --Chat:Policy:RequestBurst=1000000 --Chat:Policy:RequestsPerSecond=100000 --Logging:LogLevel:Default=Warning "$@" >"$scratch/$name/server.log" 2>&1 &
  pid=$!
  started+=("$pid")
  wait_for_port "$name" "$port" "$pid"
  add_target "$name" chat "http://127.0.0.1:$port" "$pid" "$postmaster"
}

# start_cluster NAME OPTIONS...: our server in several processes, through scripts/cluster.sh.
start_cluster() {
  local name=$1 base urls pids home=$scratch/$1
  shift
  mkdir -p "$home"
  chmod 711 "$scratch" "$home"
  clusters+=("$home")
  base=$((20000 + 2000 * ${#clusters[@]} + RANDOM % 1500))
  CHAT_CLUSTER_HOME=$home CHAT_TEST_SILO=$bin/Silo/release/Chat.Silo.dll CHAT_TEST_WEBFRONT=$bin/WebFront/release/Chat.WebFront.dll \
    Chat__Auth__Authority=$issuer Chat__Auth__Audience=chat-bench Chat__Policy__SendsPerSecond=1000 Chat__Policy__SendBurst=1000 \
    Chat__Policy__CallBurst=1000000 Chat__Policy__CallsPerSecond=100000 Chat__Policy__RequestBurst=1000000 Chat__Policy__RequestsPerSecond=100000 \
    Logging__LogLevel__Default=Warning bash "$root/scripts/cluster.sh" "$@" --demo --detach --base-port "$base" >"$home.log" 2>&1 \
    || { tail -n 20 "$home.log" >&2; fail "$name did not start"; }
  # A process that serves browsers is found at an address, with further ports behind a comma.
  urls=$(awk -F'\t' '$5 ~ /^http/ { sub(/,.*/, "", $5); print $5 }' "$home/state" | paste -sd,)
  pids=$(cut -f2 "$home/state" | paste -sd,)
  add_target "$name" chat "$urls" "$pids" "$(head -n 1 "$(cat "$home/pg.path")/data/postmaster.pid")"
}

# start_peer NAME
start_peer() {
  local name=$1 port pid postmaster mode=insert
  [[ $name == *-group ]] && mode=group
  mkdir -p "$scratch/$name"
  open_postgres "$name"
  port=$(free_port)
  case $name in
    signalr*)
      BENCH_POSTGRES=$postgres_url dotnet "$bin/SignalR/release/Chat.Bench.SignalR.dll" "$port" "$mode" "$key.pub" >"$scratch/$name/server.log" 2>&1 & ;;
    socketio*)
      PGHOST=127.0.0.1 PGPORT=$postgres_port PGUSER=chat PGPASSWORD=${db_password[$name]} PGDATABASE=postgres NODE_ENV=production \
        node "$root/bench/Peers/socketio/server.mjs" "$port" "$mode" "$key.pub" >"$scratch/$name/server.log" 2>&1 & ;;
    ejabberd) start_ejabberd "$port" ;;
  esac
  pid=$!
  started+=("$pid")
  wait_for_port "$name" "$port" "$pid"
  add_target "$name" "${name%-group}" "http://127.0.0.1:$port" "$pid" "$postmaster"
}

# In the background; no distribution, so no epmd and no cookie.
start_ejabberd() {
  local home=$scratch/ejabberd
  run_sql ejabberd -f /usr/share/ejabberd/sql/pg.sql
  (umask 077 && sed -e "s|XMPP_PORT|$1|; s|JWK_FILE|$key.jwk|; s|SQL_PORT|${db_port[ejabberd]}|; s|SQL_PASSWORD|${db_password[ejabberd]}|" \
    "$root/bench/Peers/ejabberd/ejabberd.yml" >"$home/ejabberd.yml")
  ERL_LIBS=$(ejabberd_libraries) EJABBERD_CONFIG_PATH=$home/ejabberd.yml EJABBERD_LOG_PATH=$home/ejabberd.log HOME=$home ERL_CRASH_DUMP_SECONDS=0 \
    env -C "$home" erl -noinput +K true +P 1000000 -mnesia dir "\"$home/mnesia\"" -s ejabberd >"$home/server.log" 2>&1 &
}

# Stops and deletes everything that runs.
stop_targets() {
  local pid name home
  for pid in ${started[@]+"${started[@]}"}; do kill "$pid" 2>/dev/null || true; done
  for pid in ${started[@]+"${started[@]}"}; do wait "$pid" 2>/dev/null || true; done
  for home in ${clusters[@]+"${clusters[@]}"}; do
    if [[ -f $home/state || -f $home/pg.path ]]; then CHAT_CLUSTER_HOME=$home bash "$root/scripts/cluster.sh" stop >/dev/null 2>&1 || true; fi
    rm -rf "$home" "$home.log"
  done
  for name in ${target_names[@]+"${target_names[@]}"}; do
    postgres_stop "$scratch/$name/pg"
    rm -rf "${scratch:?}/$name" "$scratch/$name.log"
  done
  rm -f "$scratch/targets.jsonl"
  started=() target_names=() clusters=() db_port=() db_password=()
}
