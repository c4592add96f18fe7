# summary: end a cluster, in order
#
# usage: ./chat cluster stop
#
# Fronts first, then nodes, then silos, then the database server, if it is the cluster's own. Each process drains: its
# clients are sent away, what was accepted is written, its grains are handed over. One that takes more than 30 s is killed.
# Exit codes: 0 stopped, or none runs; 1 one had to be killed; 2 wrong usage; 5 another verb is at work
case ${1-} in
  '') ;;
  -h | --help) print_help "$verb_file"; exit 0 ;;
  *) fail_usage "cluster stop does not know '$1' (./chat cluster stop --help)" ;;
esac
if [[ ! -f $processes_file && ! -f $home/pg.path ]]; then say "No cluster runs."; exit 0; fi
lock_cluster
stop_all && say "Stopped."
