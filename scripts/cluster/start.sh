# summary: start a cluster
#
# usage: ./chat cluster [start] [--silos N] [--fronts M] [--nodes K] [--build DIR] [--postgres CONNECTION] [--base-port P]
#                       [--demo] [--detach]
#
#   --silos N              processes that host grains; default 2
#   --fronts M             processes that serve browsers and are clients of the silos; default 2
#   --nodes K              processes that are silo and front in one; then no silos and fronts unless asked for
#   --build DIR            programs that are built already: a checkout built for Orleans, or a directory with Silo and
#                          WebFront as 'dotnet publish' makes them; default: this checkout, built when it has changed
#   --postgres CONNECTION  connection string of a PostgreSQL 15 or later (Npgsql); default: a server of its own,
#                          kept in data/cluster/pg
#   --base-port P          fronts and nodes listen on P, P+1, ...; silos on P+100.., their gateways on P+200.., health on
#                          P+300.., metrics of fronts and nodes on P+350.., PostgreSQL on P+400; default 5080
#   --demo                 fill an empty database with the demo marketplace
#   --detach               come back when all are ready; the other verbs find them
#
# Runs in the foreground: Ctrl-C stops everything, in order, within half a minute. Settings of the processes are those of
# the environment (Chat__...). Logs are in data/cluster/logs.
# Exit codes: ./chat cluster --help
read_options() {
  silos='' fronts='' nodes=0 connection='' base=5080 demo=false detach=no other=''
  while (($#)); do
    case $1 in
      -h | --help) print_help "$verb_file"; exit 0 ;;
      --silos) count_option "$@"; silos=$2; shift 2 ;;
      --fronts) count_option "$@"; fronts=$2; shift 2 ;;
      --nodes) count_option "$@"; nodes=$2; shift 2 ;;
      --build) option_value "$@"; other=$2; shift 2 ;;
      --postgres) option_value "$@"; connection=$2; shift 2 ;;
      --base-port) option_value "$@"; base=$2; shift 2 ;;
      --demo) demo=true; shift ;;
      --detach) detach=yes; shift ;;
      *) fail_usage "cluster start does not know '$1' (./chat cluster start --help)" ;;
    esac
  done
  ((nodes > 0)) && { silos=${silos:-0}; fronts=${fronts:-0}; }
  silos=${silos:-2} fronts=${fronts:-2}
  check_counts "$silos" "$fronts" "$nodes"
  [[ $base =~ ^[0-9]{4,5}$ ]] && ((base >= 1024 && base <= 65000)) || fail_usage "--base-port is a number from 1024 to 65000"
}

wanted_ports() {
  local i
  for ((i = 0; i < fronts + nodes; i++)); do ports_of "$i" -; done
  for ((i = 0; i < silos + nodes; i++)); do ports_of - "$i"; done
  [[ -n $connection ]] || echo $((base + 400))
}

build() {
  use_programs "$other"
  [[ -n $other || -n ${CHAT_TEST_SILO-} && -n ${CHAT_TEST_WEBFRONT-} ]] && { need_dotnet; return 0; }
  need_dotnet
  ((fronts + nodes == 0)) || need_node
  need_orleans 'a cluster'
  ((fronts + nodes == 0)) || build_client || fail "the user interface did not build"
  build_servers
}

open_database() {
  [[ -n $connection ]] && return 0
  local directory
  directory=$(postgres_home "$home/pg") || fail "PostgreSQL cannot be had here; give one with --postgres"
  printf '%s' "$directory" >"$home/pg.path"
  postgres_open "$directory" $((base + 400)) 9>&- || fail "PostgreSQL did not start"
  connection=$postgres_url
}

start_all() {
  # By environment: a command line is for everybody to read.
  export Chat__Database__Provider=Postgres Chat__Database__ConnectionString=$connection
  export Chat__Silo__AdvertisedIP=127.0.0.1
  # A silo does not know that this is a demo, in which payment checks take a second (Demo/DemoPolicy.cs).
  $demo && export Chat__Demo=true Chat__Policy__OrderPaymentCheck=${Chat__Policy__OrderPaymentCheck:-00:00:01}
  keep_settings
  added=()
  add silo "$silos"
  add node "$nodes"
  add front "$fronts"
  wait_until_ready 120
}

read_options "$@"
lock_cluster
any_process_alive && { say "chat: a cluster runs already in $home (./chat cluster status); stop it with ./chat cluster stop"; exit 5; }
# What a killed run left behind, such as its database server.
stop_all
check_ports $(wanted_ports)
build
: >"$processes_file"
trap 'stop_all || true' EXIT
trap 'exit 130' INT TERM HUP
open_database
start_all || exit 1
print_processes || true
if [[ $detach == yes ]]; then
  trap - EXIT INT TERM HUP
  say "All are ready. ./chat cluster stop ends them."
  exit 0
fi
say "All are ready. Ctrl-C stops them."
unlock_cluster
watch_processes || fail "no process is left"
trap - EXIT
say "Stopped from elsewhere."
