# summary: other numbers of processes, while a cluster runs
#
# usage: ./chat cluster scale [--silos N] [--fronts M] [--nodes K]
#
#   --silos N, --fronts M, --nodes K   how many there are to be; a kind that is not named stays as it is
#
# First what is missing is started, with the settings and programs the cluster was started with, and waited for. Then what
# is too many is stopped: fronts, nodes, silos, of each kind the highest number first, one at a time, and each drains:
# its clients are sent to the other fronts, its grains move to the other silos.
# Exit codes: 0 as asked, 1 one did not get ready or had to be killed, 2 wrong usage, 4 no cluster runs, 5 another verb is
# at work
read_scale() {
  want_silo='' want_front='' want_node=''
  while (($#)); do
    case $1 in
      -h | --help) print_help "$verb_file"; exit 0 ;;
      --silos) count_option "$@"; want_silo=$2; shift 2 ;;
      --fronts) count_option "$@"; want_front=$2; shift 2 ;;
      --nodes) count_option "$@"; want_node=$2; shift 2 ;;
      *) fail_usage "cluster scale does not know '$1' (./chat cluster scale --help)" ;;
    esac
  done
  [[ -n $want_silo$want_front$want_node ]] || fail_usage "scale needs --silos, --fronts or --nodes"
}

count_of() { names_of "$1" | wc -l; }

grow() {
  local kind want have
  added=()
  for kind in silo node front; do
    want=want_$kind have=$(count_of "$kind")
    ((${!want} <= have)) || add "$kind" $((${!want} - have))
  done
  ((${#added[@]} == 0)) && return 0
  say "Starting ${added[*]}"
  wait_until_ready 120 "${added[@]}"
}

shrink() {
  local kind want name code=0
  for kind in front node silo; do
    want=want_$kind
    for name in $(names_of "$kind" | tac | head -n "$(($(count_of "$kind") - ${!want}))"); do
      say "Stopping $name"
      stop_process "$name" 30 || code=1
      forget_process "$name"
    done
  done
  rm -f "$processes_file.leaving"
  return "$code"
}

read_scale "$@"
need_cluster
lock_cluster
load_settings
want_silo=${want_silo:-$(count_of silo)} want_front=${want_front:-$(count_of front)} want_node=${want_node:-$(count_of node)}
check_counts "$want_silo" "$want_front" "$want_node"
code=0
grow || fail "what was started is left as it is; look at its log, or scale back"
shrink || code=1
print_processes || code=1
exit "$code"
