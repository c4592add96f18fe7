# Sourced. Processes of this script's making, remembered in $processes_file (name, pid, birth, ready port, note; tabs
# between). Birth is the start time that the kernel keeps: a number that was given to another process later is never
# taken for ours. Logs go to $logs/NAME.log.

process_birth() { sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
process_lives() { [[ -n $2 && $(process_birth "$1") == "$2" && $(sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -c1) != Z ]]; }

# start_process NAME READY_PORT NOTE COMMAND...
start_process() {
  local name=$1 port=$2 note=$3 pid
  shift 3
  # A session of its own: Ctrl-C reaches this script alone, which then stops the others in order.
  setsid "$@" >>"$logs/$name.log" 2>&1 </dev/null &
  pid=$!
  printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$pid" "$(process_birth "$pid")" "$port" "$note" >>"$processes_file"
}

is_ready() {
  local status
  exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
  printf 'GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
  IFS=' ' read -r -t 5 _ status _ <&3 || status=''
  exec 3>&-
  [[ $status == 200 ]]
} 2>/dev/null

# wait_until_ready SECONDS: false, with the end of the log, when a process dies or stays unready.
wait_until_ready() {
  local deadline=$((SECONDS + $1)) name pid birth port note
  while IFS=$'\t' read -r name pid birth port note; do
    until (is_ready "$port"); do
      if ! process_lives "$pid" "$birth"; then say "chat: $name ended:"; tail -n 15 "$logs/$name.log" >&2; return 1; fi
      if ((SECONDS >= deadline)); then say "chat: $name is not ready after $1 s:"; tail -n 15 "$logs/$name.log" >&2; return 1; fi
      sleep 0.2
    done
  done <"$processes_file"
}

any_process_alive() {
  local name pid birth port note
  [[ -f $processes_file ]] || return 1
  while IFS=$'\t' read -r name pid birth port note; do
    process_lives "$pid" "$birth" && return 0
  done <"$processes_file"
  return 1
}

all_processes_alive() {
  local name pid birth port note
  while IFS=$'\t' read -r name pid birth port note; do
    process_lives "$pid" "$birth" || return 1
  done <"$processes_file"
}

print_processes() {
  local name pid birth port note state
  printf '%-10s %-8s %-10s %s\n' NAME PID STATE WHERE
  while IFS=$'\t' read -r name pid birth port note; do
    state=dead
    if process_lives "$pid" "$birth"; then state='not ready'; (is_ready "$port") && state=ready; fi
    printf '%-10s %-8s %-10s %s\n' "$name" "$pid" "$state" "$note"
  done <"$processes_file"
}

# stop_processes PREFIX SECONDS: asks all whose name begins so, waits, then kills. False when one had to be killed.
stop_processes() {
  local deadline=$((SECONDS + $2)) name pid birth port note code=0
  [[ -f $processes_file ]] || return 0
  while IFS=$'\t' read -r name pid birth port note; do
    [[ $name == "$1"-* ]] && process_lives "$pid" "$birth" && kill -TERM "$pid" 2>/dev/null
  done <"$processes_file" || true
  while IFS=$'\t' read -r name pid birth port note; do
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

# Comes back when a process has ended by itself; says which, and goes on watching the others.
watch_processes() {
  local name pid birth port note told=' '
  while any_process_alive; do
    while IFS=$'\t' read -r name pid birth port note; do
      if ! process_lives "$pid" "$birth" && [[ $told != *" $pid "* ]]; then
        say "chat: $name ($pid) has ended; its log is $logs/$name.log"
        told+="$pid "
      fi
    done <"$processes_file"
    sleep 1
  done
  fail "no process is left"
}
