# summary: restart every process once, one at a time, also onto other programs
#
# usage: ./chat cluster restart [--build DIR] [--fronts-first] [NAME...]
#
#   --build DIR      the programs to go on with, for all that is started from then on: a checkout built for Orleans, or a
#                    directory with Silo and WebFront as 'dotnet publish' makes them. A rolling upgrade, or the way back
#   --fronts-first   fronts, nodes, silos, in place of silos, nodes, fronts: for the way back to older programs, so that
#                    no front ever asks a silo for what it does not know
#   NAME...          only these
#
# Each process drains, ends, is started again on its ports with the cluster's settings, and must be ready before the
# next one is touched. Clients notice a link that comes back. With a single silo there is a pause, with two or more none
# that lasts. When one does not get ready the others are left as they are: mend it, and restart again.
# Exit codes: 0 all are ready again, 1 one did not get ready or had to be killed, 2 wrong usage, 4 no cluster runs,
# 5 another verb is at work
read_restart() {
  other='' order='silo node front' only=()
  while (($#)); do
    case $1 in
      -h | --help) print_help "$verb_file"; exit 0 ;;
      --build) option_value "$@"; other=$2; shift 2 ;;
      --fronts-first) order='front node silo'; shift ;;
      -*) fail_usage "cluster restart does not know '$1' (./chat cluster restart --help)" ;;
      *) only+=("$1"); shift ;;
    esac
  done
}

restart_one() {
  local name=$1 pid birth port note front_slot silo_slot began=$SECONDS code=0
  find_process "$name"
  say "Restarting $name"
  stop_process "$name" 30 || code=1
  start_one "$name" "$front_slot" "$silo_slot"
  rm -f "$processes_file.leaving"
  wait_until_ready 120 "$name" || fail "$name is not ready with $([[ $port == $(health_port "${silo_slot/-/0}") ]] && echo "$silo" || echo "$webfront"); the others are left as they are"
  say "  ready after $((SECONDS - began)) s"
  return "$code"
}

restart_all() {
  local kind name code=0
  for kind in $order; do
    for name in $(names_of "$kind"); do
      ((${#only[@]} == 0)) || [[ " ${only[*]} " == *" $name "* ]] || continue
      restart_one "$name" || code=1
    done
  done
  return "$code"
}

read_restart "$@"
need_cluster
lock_cluster
load_settings
for name in "${only[@]}"; do find_process "$name" || fail_usage "there is no process $name (./chat cluster status)"; done
if [[ -n $other ]]; then
  use_programs "$other"
  keep_settings
fi
code=0
restart_all || code=1
print_processes || code=1
exit "$code"
