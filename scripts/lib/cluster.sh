# Sourced. What the verbs of ./chat cluster have in common: where a cluster is kept, its programs, its settings, its processes.
home=${CHAT_CLUSTER_HOME:-$root/data/cluster}
logs=$home/logs
processes_file=$home/state
count_max=50

no_cluster() { say "chat: no cluster runs in $home; ./chat cluster starts one"; exit 4; }
need_cluster() { any_process_alive || no_cluster; }

# One verb at a time changes a cluster; the lock goes with this script.
lock_cluster() {
  mkdir -p "$logs"
  exec 9>"$home/lock"
  flock -n 9 || { say "chat: another ./chat cluster is at work on $home; wait for it"; exit 5; }
}
unlock_cluster() { exec 9>&-; }

# count_option OPTION VALUE: a number of processes.
count_option() {
  option_value "$@"
  [[ $2 =~ ^[0-9]{1,3}$ ]] && ((10#$2 <= count_max)) || fail_usage "$1 is a number from 0 to $count_max, not '$2'"
}

# check_counts SILOS FRONTS NODES
check_counts() {
  (($1 + $3 > 0)) || fail_usage "a cluster needs at least one silo or node: nobody else holds its grains"
  (($2 + $3 <= count_max)) || fail_usage "--fronts and --nodes are at most $count_max together"
  (($1 + $3 <= count_max)) || fail_usage "--silos and --nodes are at most $count_max together"
}

# What serves browsers has one slot, what hosts grains another; a node has both.
web_port() { echo $((base + $1)); }
silo_port() { echo $((base + 100 + $1)); }
gateway_port() { echo $((base + 200 + $1)); }
health_port() { echo $((base + 300 + $1)); }
metrics_port() { echo $((base + 350 + $1)); }

# free_slot COLUMN: the lowest that no process has.
free_slot() {
  local slot=0
  while cut -f"$1" "$processes_file" | grep -qx "$slot"; do slot=$((slot + 1)); done
  echo "$slot"
}

# What later verbs must know; only for the eyes of whoever started the cluster, since it holds the database's password.
keep_settings() {
  (umask 077 && {
    declare -p base silo webfront content
    local name
    for name in $(compgen -e Chat__; compgen -e Logging__ || true); do printf 'export %s=%q\n' "$name" "${!name}"; done
  } >"$home/settings.new")
  mv "$home/settings.new" "$home/settings"
}

# The settings that the cluster was started with, whatever this shell has.
load_settings() {
  [[ -f $home/settings ]] || fail "$home/settings is missing: this cluster was started by another version; stop and start it"
  local name
  for name in $(compgen -e Chat__; compgen -e Logging__ || true); do unset "$name"; done
  # declare inside of a function would make locals.
  source <(sed 's/^declare --/declare -g --/' "$home/settings")
}

# The processes share one machine's cores: an idle thread that looks for work before it sleeps, as is the runtime's default,
# takes them from its neighbours. Whoever starts it may say otherwise.
export DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=${DOTNET_ThreadPool_UnfairSemaphoreSpinLimit-0}

# start_one NAME FRONT_SLOT SILO_SLOT
start_one() {
  local name=$1 web=$2 grain=$3 note='' ready
  local -x Chat__Mode=front Chat__Telemetry__MetricsPort Chat__Silo__SiloPort Chat__Silo__GatewayPort Chat__Silo__HealthPort
  if [[ $grain != - ]]; then
    Chat__Silo__SiloPort=$(silo_port "$grain") Chat__Silo__GatewayPort=$(gateway_port "$grain") Chat__Silo__HealthPort=$(health_port "$grain")
    note="silo $Chat__Silo__SiloPort, gateway $Chat__Silo__GatewayPort"
    Chat__Mode=node
  fi
  if [[ $web == - ]]; then
    unset Chat__Mode Chat__Telemetry__MetricsPort
    start_process "$name" "$(health_port "$grain")" "$note, health $(health_port "$grain")" - "$grain" dotnet "$silo"
    return 0
  fi
  ready=$(web_port "$web")
  Chat__Telemetry__MetricsPort=$(metrics_port "$web")
  start_process "$name" "$ready" "http://localhost:$ready, metrics $Chat__Telemetry__MetricsPort${note:+, $note}" "$web" "$grain" \
    env -C "$content" dotnet "$webfront" --urls "http://localhost:$ready"
}

# check_ports PORT...: all taken ones in one message.
check_ports() {
  local taken=() port
  for port in "$@"; do port_is_open "$port" && taken+=("$port"); done
  ((${#taken[@]} == 0)) || fail "these ports are taken: ${taken[*]}; choose others with --base-port"
}

# ports_of FRONT_SLOT SILO_SLOT
ports_of() {
  [[ $1 == - ]] || { web_port "$1"; metrics_port "$1"; }
  [[ $2 == - ]] || { silo_port "$2"; gateway_port "$2"; health_port "$2"; }
}

# add KIND COUNT: starts that many more at once; they take the lowest free numbers.
add() {
  local kind=$1 count=$2 number=0 name web grain names=()
  for ((; count > 0; number++)); do
    name=$kind-$number
    grep -q "^$name"$'\t' "$processes_file" && continue
    web=- grain=-
    [[ $kind == silo ]] || web=$(free_slot 6)
    [[ $kind == front ]] || grain=$(free_slot 7)
    check_ports $(ports_of "$web" "$grain")
    start_one "$name" "$web" "$grain"
    names+=("$name")
    count=$((count - 1))
  done
  ((${#names[@]} == 0)) || added+=("${names[@]}")
}

# Fronts go first, so that no client is served by a cluster that is already leaving.
stop_all() {
  local code=0
  stop_processes front 30 || code=1
  stop_processes node 30 || code=1
  stop_processes silo 30 || code=1
  [[ -f $home/pg.path ]] && postgres_close "$(cat "$home/pg.path")"
  rm -f "$processes_file" "$processes_file.leaving" "$home/pg.path" "$home/settings"
  return "$code"
}

uptime_of() {
  local seconds hertz
  hertz=$(getconf CLK_TCK)
  seconds=$(($(cut -d. -f1 /proc/uptime) - $1 / hertz))
  ((seconds >= 86400)) && printf '%dd ' $((seconds / 86400))
  printf '%02d:%02d:%02d' $((seconds / 3600 % 24)) $((seconds / 60 % 60)) $((seconds % 60))
}

# True when all are ready.
print_processes() {
  local name pid birth port note web grain state memory uptime total=0 ready=0 line='%-9s %-10s %8s %12s %9s  %s\n'
  printf "$line" NAME STATE PID UPTIME MEMORY PORTS
  while IFS=$'\t' read -r name pid birth port note web grain; do
    total=$((total + 1)) state=dead memory=– uptime=–
    if process_lives "$pid" "$birth"; then
      state='not ready'
      if (is_ready "$port"); then state=ready ready=$((ready + 1)); fi
      memory="$(($(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status" 2>/dev/null || echo 0) / 1024)) MiB"
      uptime=$(uptime_of "$birth")
    fi
    # printf counts bytes: the dash has three.
    [[ $memory == – ]] && memory='-' uptime='-'
    printf "$line" "$name" "$state" "$pid" "$uptime" "$memory" "$note"
  done < <(for kind in silo node front; do for name in $(names_of "$kind"); do grep "^$name"$'\t' "$processes_file"; done; done)
  [[ -f $home/pg.path ]] && printf "$line" postgres "$(port_is_open $((base + 400)) && echo ready || echo dead)" \
    "$(head -n 1 "$(cat "$home/pg.path")/data/postmaster.pid" 2>/dev/null || echo -)" - - "$((base + 400))"
  printf '%s of %s ready.\n' "$ready" "$total"
  ((ready == total))
}
