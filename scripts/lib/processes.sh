# Sourced. Processes of a script's making, one line each in $processes_file, tabs between: name, pid, birth, ready port, where
# it is found, its slot among those that serve browsers, and its slot among silos ('-' for none). Birth is the start time that the
# kernel keeps: a number that was given to another process later is never taken for ours. Logs go to $logs/NAME.log.
# While a process is stopped on purpose, $processes_file.leaving holds its name.

process_birth() { sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
process_lives() { [[ -n $2 && $(process_birth "$1") == "$2" && $(sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -c1) != Z ]]; }

# start_process NAME READY_PORT NOTE FRONT_SLOT SILO_SLOT COMMAND...: in the place of a line of the same name, if there is one.
start_process() {
  local name=$1 port=$2 note=$3 front=$4 silo=$5 pid line
  shift 5
  # A session of its own: Ctrl-C reaches this script alone, which then stops the others in order. 9 is the script's lock.
  setsid "$@" >>"$logs/$name.log" 2>&1 </dev/null 9>&- &
  pid=$!
  line=$(printf '%s\t%s\t%s\t%s\t%s\t%s\t%s' "$name" "$pid" "$(process_birth "$pid")" "$port" "$note" "$front" "$silo")
  if grep -q "^$name"$'\t' "$processes_file"; then
    write_processes "$(awk -F'\t' -v name="$name" -v line="$line" '{ print $1 == name ? line : $0 }' "$processes_file")"
  else
    printf '%s\n' "$line" >>"$processes_file"
  fi
}

# At once, for those who read it meanwhile.
write_processes() {
  printf '%s' "${1:+$1$'\n'}" >"$processes_file.new"
  mv "$processes_file.new" "$processes_file"
}

forget_process() { write_processes "$(awk -F'\t' -v name="$1" '$1 != name' "$processes_file")"; }

# find_process NAME: sets pid, birth, port, note, front_slot and silo_slot; false when there is none.
find_process() {
  local line
  line=$(awk -F'\t' -v name="$1" '$1 == name' "$processes_file")
  [[ -n $line ]] || return 1
  IFS=$'\t' read -r _ pid birth port note front_slot silo_slot <<<"$line"
}

# names_of KIND: by their numbers, lowest first.
names_of() { cut -f1 "$processes_file" | grep "^$1-[0-9]*\$" | sort -t- -k2n || true; }

is_ready() {
  local status
  exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
  printf 'GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
  IFS=' ' read -r -t 5 _ status _ <&3 || status=''
  exec 3>&-
  [[ $status == 200 ]]
} 2>/dev/null

# wait_until_ready SECONDS [NAME...]: false, with the end of the log, when one of them, or of all, dies or stays unready.
wait_until_ready() {
  local within=$1 deadline=$((SECONDS + $1)) name pid birth port note front_slot silo_slot names
  shift
  names=("$@")
  (($#)) || mapfile -t names < <(cut -f1 "$processes_file")
  for name in "${names[@]}"; do
    find_process "$name" || return 1
    until (is_ready "$port"); do
      if ! process_lives "$pid" "$birth"; then say "chat: $name ended:"; tail -n 15 "$logs/$name.log" >&2; return 1; fi
      if ((SECONDS >= deadline)); then say "chat: $name is not ready after $within s:"; tail -n 15 "$logs/$name.log" >&2; return 1; fi
      sleep 0.2
    done
  done
}

any_process_alive() {
  local name pid birth rest
  [[ -f $processes_file ]] || return 1
  while IFS=$'\t' read -r name pid birth rest; do
    process_lives "$pid" "$birth" && return 0
  done <"$processes_file"
  return 1
}

# stop_process NAME SECONDS: asks it, waits, then kills it. False when it had to be killed.
stop_process() {
  local name=$1 pid birth port note front_slot silo_slot deadline=$((SECONDS + $2)) code=0
  find_process "$name" || return 0
  printf '%s\n' "$name" >"$processes_file.leaving"
  process_lives "$pid" "$birth" && kill -TERM "$pid" 2>/dev/null || true
  while process_lives "$pid" "$birth" && ((SECONDS < deadline)); do sleep 0.1; done
  if process_lives "$pid" "$birth"; then
    say "chat: $name did not stop within $2 s and is killed"
    kill -KILL "$pid" 2>/dev/null || true
    code=1
  fi
  return "$code"
}

# stop_processes PREFIX SECONDS: all whose name begins so, at once. False when one had to be killed.
stop_processes() {
  local deadline=$((SECONDS + $2)) name pid birth rest code=0
  [[ -f $processes_file ]] || return 0
  while IFS=$'\t' read -r name pid birth rest; do
    [[ $name == "$1"-* ]] && process_lives "$pid" "$birth" && kill -TERM "$pid" 2>/dev/null
  done <"$processes_file" || true
  while IFS=$'\t' read -r name pid birth rest; do
    [[ $name == "$1"-* ]] || continue
    while process_lives "$pid" "$birth" && ((SECONDS < deadline)); do sleep 0.1; done
    if process_lives "$pid" "$birth"; then
      say "chat: $name did not stop within $2 s and is killed"
      kill -KILL "$pid" 2>/dev/null || true
      code=1
    fi
  done <"$processes_file"
  return "$code"
}

# Comes back when nothing is left to watch: true when all was stopped on purpose. Says meanwhile what ended by itself.
watch_processes() {
  local name pid birth rest told=' '
  while [[ -f $processes_file ]] && any_process_alive; do
    while IFS=$'\t' read -r name pid birth rest; do
      if ! process_lives "$pid" "$birth" && [[ $told != *" $pid "* ]] && [[ $(cat "$processes_file.leaving" 2>/dev/null) != "$name" ]]; then
        say "chat: $name ($pid) has ended; its log is $logs/$name.log"
        told+="$pid "
      fi
    done <"$processes_file"
    sleep 1
  done 2>/dev/null
  # A moment for whoever stops it from elsewhere to say so.
  sleep 1
  [[ ! -f $processes_file ]]
}
