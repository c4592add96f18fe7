# summary: measure our server, side by side with bare SignalR, socket.io and ejabberd
#
# usage: ./chat bench [--quick] [--peers LIST|all|none] [--modes LIST] [--rounds N] [--users N] [--seconds N]
#                     [--host embedded|orleans|both] [--db postgres|sqlite] [--others-max PERCENT] [--out FILE]
#        ./chat bench --micro [FILTER] [--host embedded|orleans] [--out FILE]
#
#   --quick        one short round of everything: some minutes instead of an hour
#   --peers LIST   some of signalr,signalr-group,socketio,socketio-group,ejabberd; all: those that can be had here (default);
#                  none: ours alone. What each is, its tuning and what its acknowledgement means: bench/README.md
#   --modes LIST   some of latency,saturation,presence,long-conversation,team,database,idle,cluster; default all
#                  of these. Also capacity, which docs/capacity.md is computed from: what connections, messages, silos and
#                  a busy shop cost
#   --rounds N     rounds of each case; default 5, with --quick 1
#   --seconds N    length of a round of latency and saturation; default 5 and 4, with --quick 2
#   --users N      idle users signed in at once, default 10,000, with --quick 1,000; also the larger number of watchers
#   --host HOST    which host runs our grains. both, the default where Orleans can be had: Orleans, and in latency and
#                  saturation the embedded host beside it
#   --db DATABASE  of ours: postgres (default): a private server, installed if need be; sqlite: a file. Peers are on PostgreSQL
#   --others-max P what other programs may use of a core before a round is thrown away; default 15
#   --out FILE     also write the tables as markdown, such as docs/results/today.md
#   --micro        benchmarks of single parts in process instead (BenchmarkDotNet); FILTER such as '*Rules*'
#
# Starts release builds on free ports, each with an empty database of its own, and stops and deletes everything afterwards.
# Rounds are interleaved: ours, each peer, ours again, and so on; all stay up, idle meanwhile. The tables show medians (least
# to most) and, behind ×, the multiple of ours. The last one, the verdict, holds every figure that is asked against what was
# measured, also where nothing was. A round in which programs that take no part ("others") used more than 15 % of
# a core is thrown away and taken again, three times at most; then the quietest stands. The tables count both.
# People sign in with tokens of an issuer that the load generator serves itself (Chat:Auth:Authority); the limits on what
# one person may send (Chat:Policy) are raised to their maximum. Everything else of ours is as shipped, durability above all.
# The cluster mode (two nodes; two silos and two fronts; against one process) needs Orleans and PostgreSQL.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source "$root/scripts/lib/postgres.sh"
source "$root/scripts/lib/peers.sh"
source "$root/scripts/lib/bench-modes.sh"

all_modes=latency,saturation,presence,long-conversation,team,database,idle,cluster
all_peers=signalr,signalr-group,socketio,socketio-group,ejabberd
quick=no host='' db=postgres modes=$all_modes peers=all rounds='' seconds='' users='' others=15 out='' micro=no filter='*' asked=$*
while (($#)); do
  case $1 in
    -h | --help) print_help "$0"; exit 0 ;;
    --quick) quick=yes; shift ;;
    --host) option_value "$@"; host=$2; shift 2 ;;
    --db) option_value "$@"; db=$2; shift 2 ;;
    --modes) option_value "$@"; modes=$2; shift 2 ;;
    --peers) option_value "$@"; peers=$2; shift 2 ;;
    --rounds) option_value "$@"; rounds=$2; shift 2 ;;
    --seconds) option_value "$@"; seconds=$2; shift 2 ;;
    --users) option_value "$@"; users=$2; shift 2 ;;
    --others-max) option_value "$@"; others=$2; shift 2 ;;
    --out) option_value "$@"; out=$2; shift 2 ;;
    --micro) micro=yes; shift; if [[ ${1-} == [^-]* ]]; then filter=$1; shift; fi ;;
    *) fail_usage "bench does not know '$1' (./chat bench --help)" ;;
  esac
done
[[ $host =~ ^(|embedded|orleans|both)$ ]] || fail_usage "--host is embedded, orleans or both"
[[ $micro == no || $host != both ]] || fail_usage "--micro measures one host"
[[ $db =~ ^(sqlite|postgres)$ ]] || fail_usage "--db is sqlite or postgres"
[[ ,$modes, =~ ^(,(${all_modes//,/|}|capacity))+,$ ]] || fail_usage "--modes is a list of ${all_modes//,/, }, capacity"
[[ $peers =~ ^(all|none)$ || ,$peers, =~ ^(,(${all_peers//,/|}))+,$ ]] || fail_usage "--peers is all, none, or a list of ${all_peers//,/, }"
for number in "$rounds" "$seconds" "$users" "$others"; do
  [[ $number =~ ^[0-9]*$ ]] || fail_usage "--rounds, --seconds, --users and --others-max are numbers"
done
[[ -z $out ]] || out=$(realpath -m "$out")

need_dotnet
if [[ -z $host && $micro == no ]]; then
  (cd "$root" && env -u GrainHost dotnet msbuild src/EmbeddedHost -t:ChooseGrainHost -nologo -v:q) >&2 || true
  if [[ $(cat "$root/.grainhost" 2>/dev/null) == Orleans\ * ]]; then host=both; else host=embedded; fi
fi
both=no
case $host in
  embedded) export GrainHost=Embedded ;;
  orleans) export GrainHost=Orleans ;;
  both) export GrainHost=Orleans both=yes ;;
  *) unset GrainHost ;;
esac
build() { dotnet build "$root/$1" -c Release --nologo -v:q -clp:NoSummary >&2 || fail "$1 did not build"; }

# The default of each figure: ordinary, quick.
choose() { if [[ $quick == yes ]]; then echo "$2"; else echo "$1"; fi; }
rounds=${rounds:-$(choose 5 1)} users=${users:-$(choose 10000 1000)}

scratch=$(mktemp -d "${TMPDIR:-/tmp}/chat-bench.XXXXXX")
key=$scratch/issuer.pem clusters=()
clean_up() {
  stop_targets
  rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

host_name() { echo "${GrainHost:-$(cut -d' ' -f1 "$root/.grainhost" 2>/dev/null || echo Embedded)}"; }

describe_machine() {
  echo "Command: \`./chat bench${asked:+ $asked}\`, commit $(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown), $(date -u +%F\ %H:%M) UTC"
  echo
  echo "Machine: $(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)), $(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), Linux $(uname -r), load average at the end $(cut -d' ' -f1-3 /proc/loadavg)"
  echo
}

# Prints what comes in, and writes it to the file of --out.
publish() {
  tee "$scratch/report.md"
  [[ -n $out ]] || return 0
  mkdir -p "$(dirname "$out")"
  { echo "# Benchmark"; echo; cat "$scratch/report.md"; } >"$out"
  say "Written to $out"
}

# BenchmarkDotNet writes a file for each class, each with the machine in it: the tables are wanted.
micro_tables() {
  local file
  for file in "$scratch"/BenchmarkDotNet.Artifacts/results/*-report-github.md; do
    echo "## $(basename "$file" -report-github.md | sed 's/.*\.//')"
    echo
    grep '^|' "$file"
    echo
  done
}

run_micro() {
  build bench/Micro
  if [[ -z ${CHAT_TEST_POSTGRES-} ]]; then
    mkdir -p "$scratch/micro/pg"
    chmod 711 "$scratch" "$scratch/micro"
    if postgres_start "$scratch/micro/pg"; then export CHAT_TEST_POSTGRES=$postgres_url; target_names+=(micro)
    else say "PostgreSQL cannot be had here; its benchmarks are left out."
    fi
  fi
  local bin code=0
  bin=$(artifacts_tree)/bin
  (cd "$scratch" && dotnet "$bin/Micro/release/Chat.Bench.Micro.dll" --filter "$filter" $(choose '' --quick)) >&2 || code=$?
  ((code == 0)) || fail "the micro benchmarks failed"
  { describe_machine; micro_tables; } | publish
}

if [[ $micro == yes ]]; then run_micro; exit 0; fi

for project in src/WebFront bench/Bench; do build "$project"; done
if [[ $both == yes ]]; then GrainHost=Embedded build src/WebFront; fi
# Now: nothing is built while servers run.
if [[ ,$modes, == *,cluster,* || ,$modes, == *,capacity,* ]] && [[ $(host_name) == Orleans ]]; then build src/Silo; fi
plans=yes
if [[ ,$modes, == *,database,* ]]; then (build bench/Micro) || plans=no; fi
bin=$(artifacts_tree)/bin

# Two sockets for each connection, one at either end; 10,000 users need more than the usual 1,024 files.
ulimit -n 400000 2>/dev/null || ulimit -n "$(ulimit -Hn)" || true

dotnet "$bin/Bench/release/Chat.Bench.dll" key --key "$key"
issuer=http://127.0.0.1:$(free_port)
left_out=()

# Sets able: the peers that were asked for and can run.
choose_peers() {
  local name missing list=$peers
  able=()
  [[ $peers == none ]] && return 0
  [[ $peers == all ]] && list=$all_peers
  for name in ${list//,/ }; do
    missing=$(peer_missing "$name")
    if [[ -z $missing ]]; then able+=("$name"); continue; fi
    [[ $peers == all ]] || fail "$name cannot run: $missing"
    leave_out "$name is left out: $missing."
  done
}

report() {
  local line
  describe_machine
  echo "Grain host: $(host_name)$([[ $both == no ]] || echo " (chat-embedded: Embedded)"); our database: $db; generator, servers and databases on the one machine; 120-byte texts. × is the multiple of ours. The run took $((SECONDS / 60)) minutes."
  echo
  echo "Versions: .NET $(dotnet --list-runtimes | awk '/^Microsoft.AspNetCore.App 10/ { v = $2 } END { print v }'), PostgreSQL $("$(postgres_bin)/postgres" --version | grep -o '[0-9.]*' | head -n 1)$(peer_versions)."
  echo
  for line in ${left_out[@]+"${left_out[@]}"}; do echo "$line"; echo; done
  if [[ -f $scratch/plans.md ]]; then cat "$scratch/plans.md"; fi
  echo "## Figures"
  echo
  dotnet "$bin/Bench/release/Chat.Bench.dll" report --results "$scratch/results.jsonl"
}

peer_versions() {
  [[ " ${able[*]-} " == *socketio* ]] && printf ', Node %s, socket.io %s' "$(node --version)" "$(node -p "require('$root/bench/Peers/socketio/node_modules/socket.io/package.json').version")"
  [[ " ${able[*]-} " == *ejabberd* ]] && printf ', ejabberd %s' "$(dpkg-query -W -f '${Version}' ejabberd)"
  return 0
}

choose_peers
run_talk
run_presence
run_growth
run_idle
run_cluster
run_capacity
[[ -f $scratch/results.jsonl ]] || fail "nothing was measured"
report | publish
