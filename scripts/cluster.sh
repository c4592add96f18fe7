# summary: run silos and fronts as processes of their own, on PostgreSQL (needs Orleans)
#
# usage: ./chat cluster [start] [options]     start one; Ctrl-C stops it, --detach leaves it running
#        ./chat cluster status                what runs, since when, how big, on which ports
#        ./chat cluster scale [options]       other numbers of processes, while it runs
#        ./chat cluster restart [options]     every process once, one at a time, also onto other programs: a rolling upgrade
#        ./chat cluster logs NAME             the end of a process's log
#        ./chat cluster stop                  ends all, in order
#
# Each verb has its own --help. Where a cluster is kept: data/cluster, or CHAT_CLUSTER_HOME; one home, one cluster.
#
# Exit codes: 0 done, 1 something failed, 2 wrong usage, 3 Orleans' packages do not restore here, 4 no cluster runs,
# 5 one runs already, or another of these verbs is at work on it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source "$root/scripts/lib/orleans.sh"
source "$root/scripts/lib/postgres.sh"
source "$root/scripts/lib/processes.sh"
source "$root/scripts/lib/cluster.sh"

case ${1-} in
  -h | --help) print_help "$0"; exit 0 ;;
  '' | -*) verb=start ;;
  start | status | scale | restart | logs | stop) verb=$1; shift ;;
  *) fail_usage "cluster has no verb '$1' (./chat cluster --help)" ;;
esac
verb_file=$root/scripts/cluster/$verb.sh
source "$verb_file"
