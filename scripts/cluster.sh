# summary: run silos and fronts as processes of their own, on PostgreSQL (needs Orleans)
#
# usage: ./chat cluster [--silos N] [--fronts M] [--nodes N] [--postgres CONNECTION] [--base-port P] [--demo] [--detach]
#        ./chat cluster status
#        ./chat cluster stop
#
#   --silos N              processes that host grains; default 2
#   --fronts M             processes that serve browsers and are clients of the silos; default 2
#   --nodes N              processes that are silo and front in one; then no silos and fronts unless asked for
#   --postgres CONNECTION  connection string of a PostgreSQL 15 or later (Npgsql); default: a server of its own,
#                          kept in data/cluster/pg
#   --base-port P          fronts and nodes listen on P, P+1, ...; silos on P+100.., their gateways on P+200.., health on
#                          P+300.., metrics of fronts and nodes on P+350.., PostgreSQL on P+400; default 5080
#   --demo                 fill an empty database with the demo marketplace
#   --detach               come back when all are ready; status and stop find them by data/cluster/state
#
# Runs in the foreground: Ctrl-C stops everything, in order, within half a minute. Logs are in data/cluster/logs.
# Exit codes: 0 stopped as told, 1 something failed, 2 wrong usage, 3 Orleans' packages do not restore here.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source "$root/scripts/lib/orleans.sh"
source "$root/scripts/lib/postgres.sh"
source "$root/scripts/lib/processes.sh"

home=${CHAT_CLUSTER_HOME:-$root/data/cluster}
logs=$home/logs
processes_file=$home/state

read_options() {
  silos='' fronts='' nodes=0 connection='' base=5080 demo=false detach=no
  while (($#)); do
    case $1 in
      -h | --help) print_help "$0"; exit 0 ;;
      --silos) option_value "$@"; silos=$2; shift 2 ;;
      --fronts) option_value "$@"; fronts=$2; shift 2 ;;
      --nodes) option_value "$@"; nodes=$2; shift 2 ;;
      --postgres) option_value "$@"; connection=$2; shift 2 ;;
      --base-port) option_value "$@"; base=$2; shift 2 ;;
      --demo) demo=true; shift ;;
      --detach) detach=yes; shift ;;
      *) fail_usage "cluster does not know '$1' (./chat cluster --help)" ;;
    esac
  done
  [[ $nodes =~ ^[0-9]+$ ]] || fail_usage "--nodes is a number from 0 to 50"
  ((nodes > 0)) && { silos=${silos:-0}; fronts=${fronts:-0}; }
  silos=${silos:-2} fronts=${fronts:-2}
  [[ $silos =~ ^[0-9]+$ ]] && ((silos <= 50)) || fail_usage "--silos is a number from 0 to 50"
  [[ $fronts =~ ^[0-9]+$ ]] && ((fronts + nodes <= 50)) || fail_usage "--fronts and --nodes are numbers, at most 50 together"
  ((silos + nodes > 0)) || fail_usage "a cluster needs at least one silo or node"
  [[ $base =~ ^[0-9]+$ ]] && ((base >= 1024 && base <= 65000)) || fail_usage "--base-port is a number from 1024 to 65000"
}

silo_port() { echo $((base + 100 + $1)); }
gateway_port() { echo $((base + 200 + $1)); }
health_port() { echo $((base + 300 + $1)); }
metrics_port() { echo $((base + 350 + $1)); }

# All taken ports in one message.
check_ports() {
  local wanted=() taken=() port i
  for ((i = 0; i < fronts + nodes; i++)); do wanted+=($((base + i)) "$(metrics_port "$i")"); done
  for ((i = 0; i < silos + nodes; i++)); do wanted+=("$(silo_port "$i")" "$(gateway_port "$i")"); done
  for ((i = 0; i < silos; i++)); do wanted+=("$(health_port "$i")"); done
  [[ -n $connection ]] || wanted+=($((base + 400)))
  for port in "${wanted[@]}"; do port_is_open "$port" && taken+=("$port"); done
  ((${#taken[@]} == 0)) || fail "these ports are taken: ${taken[*]}; choose others with --base-port"
}

# Programs that are built already, named by those who test this script.
silo=${CHAT_TEST_SILO:-$built_silo}
webfront=${CHAT_TEST_WEBFRONT:-$built_webfront}

build() {
  [[ -n ${CHAT_TEST_SILO-} && -n ${CHAT_TEST_WEBFRONT-} ]] && return 0
  need_dotnet
  ((fronts + nodes == 0)) || need_node
  need_orleans 'a cluster'
  ((fronts + nodes == 0)) || build_client || fail "the user interface did not build"
  build_servers
}

start_silo() {
  local i=$1
  Chat__Silo__SiloPort=$(silo_port "$i") Chat__Silo__GatewayPort=$(gateway_port "$i") Chat__Silo__HealthPort=$(health_port "$i") \
    start_process "silo-$i" "$(health_port "$i")" "silo port $(silo_port "$i"), gateway $(gateway_port "$i")" \
    dotnet "$silo"
}

# start_web NAME MODE INDEX: a front, or a node, whose silo takes the port numbers after those of the silos.
start_web() {
  local port=$((base + $3)) i=$((silos + $3))
  Chat__Mode=$2 Chat__Telemetry__MetricsPort=$(metrics_port "$3") Chat__Silo__SiloPort=$(silo_port "$i") Chat__Silo__GatewayPort=$(gateway_port "$i") \
    start_process "$1" "$port" "http://localhost:$port" \
    env -C "$root/src/WebFront" dotnet "$webfront" --urls "http://localhost:$port"
}

start_all() {
  local i
  # By environment: a command line is for everybody to read.
  export Chat__Database__Provider=Postgres Chat__Database__ConnectionString=$connection
  export Chat__Silo__AdvertisedIP=127.0.0.1
  # A silo does not know that this is a demo, in which payment checks take a second (Demo/DemoPolicy.cs).
  $demo && export Chat__Demo=true Chat__Policy__OrderPaymentCheck=${Chat__Policy__OrderPaymentCheck:-00:00:01}
  for ((i = 0; i < silos; i++)); do start_silo "$i"; done
  for ((i = 0; i < nodes; i++)); do start_web "node-$i" node "$i"; done
  for ((i = nodes; i < nodes + fronts; i++)); do start_web "front-$((i - nodes))" front "$i"; done
  wait_until_ready 120
}

# Fronts go first, so that no client is served by a cluster that is already leaving.
stop_all() {
  local code=0
  stop_processes front 30 || code=1
  stop_processes node 30 || code=1
  stop_processes silo 30 || code=1
  [[ -f $home/pg.path ]] && postgres_close "$(cat "$home/pg.path")"
  rm -f "$processes_file" "$home/pg.path"
  return "$code"
}

open_database() {
  [[ -n $connection ]] && return 0
  local directory
  directory=$(postgres_home "$home/pg") || fail "PostgreSQL cannot be had here; give one with --postgres"
  printf '%s' "$directory" >"$home/pg.path"
  postgres_open "$directory" $((base + 400)) || fail "PostgreSQL did not start"
  connection=$postgres_url
}

start() {
  read_options "$@"
  mkdir -p "$logs"
  any_process_alive && fail "a cluster runs already (./chat cluster status); stop it with ./chat cluster stop"
  # What a killed run left behind, such as its database server.
  stop_all
  check_ports
  build
  : >"$processes_file"
  trap 'stop_all || true' EXIT
  trap 'exit 130' INT TERM HUP
  open_database
  start_all || exit 1
  print_processes
  if [[ $detach == yes ]]; then
    trap - EXIT INT TERM HUP
    say "All are ready. ./chat cluster stop ends them."
    return 0
  fi
  say "All are ready. Ctrl-C stops them."
  watch_processes
}

case ${1-} in
  status)
    if [[ ! -f $processes_file ]]; then say "No cluster runs."; exit 1; fi
    print_processes
    all_processes_alive ;;
  stop)
    if [[ ! -f $processes_file && ! -f $home/pg.path ]]; then say "No cluster runs."; exit 0; fi
    stop_all && say "Stopped." ;;
  *) start "$@" ;;
esac
