# summary: what runs, since when, how big, on which ports
#
# usage: ./chat cluster status
#
# Ready is who answers its health check; not ready is who starts, drains, or cannot reach the database or the grains.
# Exit codes: 0 all are ready, 1 not all are, 2 wrong usage, 4 no cluster runs
case ${1-} in
  '') ;;
  -h | --help) print_help "$verb_file"; exit 0 ;;
  *) fail_usage "cluster status does not know '$1' (./chat cluster status --help)" ;;
esac
[[ -f $processes_file ]] || no_cluster
load_settings
print_processes
