# summary: put faults in while real clients write, and check every promise by what they saw (needs Orleans)
#
# usage: ./chat chaos [--fault NAME|all] [--minutes M] [--clients N] [--rate R] [--seed S] [--base-port P]
#                     [--other-build DIR] [--no-build]
#
#   --fault NAME   silo-kill, silo-stop, postgres, front-kill, slow, flood, standstill, presence, network,
#                  disk-postgres, disk-sqlite, rolling or upgrade; default all but upgrade, one after another
#   --minutes M    how long faults that repeat go on; default 5
#   --clients N    SDK clients, where the fault does not say otherwise; default 200
#   --rate R       sends a second, all clients together, where the fault does not say otherwise; default 100
#   --seed S       decides who writes, who is struck, and in which order; default 1
#   --base-port P  ports from P to P+450 are used; default 7100
#   --other-build DIR  for upgrade: the programs that the cluster begins and ends with, such as those of the release before: a
#                  checkout that was built for Orleans, or a directory with Silo and WebFront as 'dotnet publish' makes them
#   --no-build     take the servers as they were built last
#
# Starts three silos, two fronts and a PostgreSQL of its own, and clients that are the real SDK in Node. Everything that
# is asked, answered and told is kept under data/chaos/<run>/history, one line of JSON each, with the logs and report.txt
# beside it. At the end all is healed and read back through every front and by SQL, and the checker (tests/Chaos)
# looks at the whole. network and disk-* need root, for network namespaces and small file systems.
#
# Exit codes: 0 nothing was broken, 1 something was, or the run proves nothing, 2 wrong usage, 3 Orleans' packages do not
# restore here.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source "$root/scripts/lib/orleans.sh"
source "$root/scripts/lib/postgres.sh"

build=yes other='' arguments=()
while (($#)); do
  case $1 in
    -h | --help) print_help "$0"; exit 0 ;;
    --fault | --minutes | --clients | --rate | --seed | --base-port) option_value "$@"; arguments+=("$1" "$2"); shift 2 ;;
    --other-build) option_value "$@"; other=$2; shift 2 ;;
    --no-build) build=no; shift ;;
    *) fail_usage "chaos does not know '$1' (./chat chaos --help)" ;;
  esac
done

need_dotnet
need_node
if [[ $build == yes ]]; then
  need_orleans 'a chaos run'
  build_servers
fi
[[ -f $built_silo && -f $built_webfront ]] || fail "the servers are not built; leave --no-build away"
postgres_bin >/dev/null || apt_install postgresql || fail "PostgreSQL cannot be had here"
command -v sqlite3 >/dev/null || apt_install sqlite3 || fail "sqlite3 cannot be had here"
# The SDK's own sources are part of the clients.
npm_install "$root/src/WebFront/client" && npm_install "$root/tests/Chaos" || fail "npm could not install what package-lock.json names"
(cd "$root/tests/Chaos" && npm run --silent build) >&2 || fail "the clients did not build"

ulimit -n "$(ulimit -Hn)" || true
export CHAT_CHAOS_SILO=$built_silo CHAT_CHAOS_WEBFRONT=$built_webfront CHAT_CHAOS_CONTENT=$root/src/WebFront CHAT_CHAOS_HOME=$root/data/chaos
if [[ -n $other ]]; then
  use_programs "$other"
  export CHAT_CHAOS_OTHER_SILO=$silo CHAT_CHAOS_OTHER_WEBFRONT=$webfront CHAT_CHAOS_OTHER_CONTENT=$content
fi
exec node "$root/tests/Chaos/bin/driver.mjs" "${arguments[@]}"
