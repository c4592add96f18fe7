# summary: measure our server, side by side with bare SignalR, socket.io and ejabberd
#
# usage: ./chat bench [--quick] [--peers LIST|all|none] [--modes LIST] [--rounds N] [--users N] [--seconds N]
#                     [--host embedded|orleans] [--db postgres|sqlite] [--others-max PERCENT] [--out FILE]
#        ./chat bench --micro [FILTER] [--host embedded|orleans] [--out FILE]
#
#   --quick        one short round of everything: some minutes instead of two hours
#   --peers LIST   some of signalr,signalr-group,socketio,socketio-group,ejabberd; all: those that can be had here (default);
#                  none: ours alone. What each is, its tuning and what its acknowledgement means: bench/README.md
#   --modes LIST   some of latency,saturation,presence,long-conversation,idle,database,cluster; default all
#                  of these. Also capacity, which docs/capacity.md is computed from: what connections, messages, silos and
#                  a busy shop cost
#   --rounds N     rounds of each case; default 5, with --quick 1
#   --seconds N    length of a round of latency and saturation; default 20 and 10, with --quick 4
#   --users N      idle users signed in at once, default 10,000, with --quick 1,000; also the larger number of watchers
#   --host HOST    which host runs our grains; default: what the build chooses by itself
#   --db DATABASE  of ours: postgres (default): a private server, installed if need be; sqlite: a file. Peers are on PostgreSQL
#   --others-max P what other programs may use of a core before a round is thrown away; default 15
#   --out FILE     also write the tables as markdown, such as docs/results/today.md
#   --micro        benchmarks of single parts in process instead (BenchmarkDotNet); FILTER such as '*Rules*'
#
# Starts release builds on free ports, each with an empty database of its own, and stops and deletes everything afterwards.
# Rounds are interleaved: ours, each peer, ours again, and so on; all stay up, idle meanwhile. The tables show medians (least
# to most) and, behind ×, the multiple of ours. A round in which programs that take no part ("others") used more than 15 % of
# a core is thrown away and taken again, three times at most; then the quietest stands. The tables count both.
# People sign in with tokens of an issuer that the load generator serves itself (Chat:Auth:Authority); the limits on what
# one person may send (Chat:Policy) are raised to their maximum. Everything else of ours is as shipped, durability above all.
# The cluster mode (two nodes; two silos and two fronts; against one process) needs Orleans and PostgreSQL.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source "$root/scripts/lib/postgres.sh"
source "$root/scripts/lib/peers.sh"

all_modes=latency,saturation,presence,long-conversation,idle,database,cluster
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
[[ $host =~ ^(|embedded|orleans)$ ]] || fail_usage "--host is embedded or orleans"
[[ $db =~ ^(sqlite|postgres)$ ]] || fail_usage "--db is sqlite or postgres"
[[ ,$modes, =~ ^(,(${all_modes//,/|}|capacity))+,$ ]] || fail_usage "--modes is a list of ${all_modes//,/, }, capacity"
[[ $peers =~ ^(all|none)$ || ,$peers, =~ ^(,(${all_peers//,/|}))+,$ ]] || fail_usage "--peers is all, none, or a list of ${all_peers//,/, }"
for number in "$rounds" "$seconds" "$users" "$others"; do
  [[ $number =~ ^[0-9]*$ ]] || fail_usage "--rounds, --seconds, --users and --others-max are numbers"
done
[[ -z $out ]] || out=$(realpath -m "$out")

need_dotnet
case $host in embedded) export GrainHost=Embedded ;; orleans) export GrainHost=Orleans ;; *) unset GrainHost ;; esac
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
    left_out+=("$name is left out: $missing.")
    say "${left_out[-1]}"
  done
}

start_all() {
  local name
  say "== Starting chat ${able[*]-}"
  start_chat
  for name in ${able[@]+"${able[@]}"}; do start_peer "$name"; done
}

wanted() { [[ ,$modes, == *,$1,* ]]; }

run_mode() {
  local mode=$1
  shift
  say "== $mode"
  dotnet "$bin/Bench/release/Chat.Bench.dll" "$mode" --targets "$scratch/targets.jsonl" --issuer "$issuer" --key "$key" --results "$scratch/results.jsonl" --others-max "$others" "$@" \
    || { tail -n 20 "$scratch"/*/server.log >&2; fail "the $mode mode failed"; }
}

# Modes that may follow each other on the same servers.
run_talk() {
  wanted latency || wanted saturation || wanted presence || wanted long-conversation || return 0
  start_all
  if wanted latency; then run_mode latency --rate 500,2000 --seconds "${seconds:-$(choose 20 4)}" --rounds "$rounds"; fi
  if wanted saturation; then
    run_mode saturation --in-flight 64,256,1000 --seconds "${seconds:-$(choose 10 4)}" --rounds "$rounds" --warm-up "$(choose 10 4)"
  fi
  if wanted presence; then
    run_mode presence --watchers "$(((users + 9) / 10)),$users" --changes 10 --rounds "$rounds" --churn-watchers "$(choose 1000 200)" --churn-seconds "$(choose 10 4)"
  fi
  if wanted long-conversation; then run_mode long-conversation --posts "$(choose 300 100)" --rounds "$(choose 3 1)"; fi
  stop_targets
}

# New servers: memory is measured.
run_idle() {
  wanted idle || return 0
  start_all
  run_mode idle --users "$users" --rounds "$((rounds + 1))" --rest "$(choose 15 5)"
  stop_targets
}

# 100 conversations, then the same 100 among very many; then lists of people who have 5,000 of them.
run_database() {
  wanted database || return 0
  if [[ $db != postgres ]]; then left_out+=("The database mode is left out: it fills PostgreSQL only."); say "${left_out[-1]}"; return 0; fi
  local conversations messages name script
  conversations=$(choose 100000 20000) messages=$(choose 4 2)
  local saturate=(saturation --title "database size" --in-flight 256 --pairs 100 --seconds "${seconds:-$(choose 10 4)}" --rounds "$rounds" --warm-up "$(choose 10 4)")
  start_all
  run_mode "${saturate[@]}" --label "100 conversations"
  for name in "${target_names[@]}"; do
    case $name in chat) script=chat ;; ejabberd) script=ejabberd ;; *) script=peer ;; esac
    say "Filling $name with $conversations conversations of $messages messages"
    run_sql "$name" -v conversations="$conversations" -v messages="$messages" -f "$root/bench/fill/$script.sql"
  done
  run_mode "${saturate[@]}" --label "$conversations conversations"
  run_mode message-center --users few-shops,many-shops --stores casa-lumbre --opens "$(choose 300 100)" --rounds "$rounds"
  stop_targets
}

run_cluster() {
  wanted cluster || return 0
  if [[ $(host_name) != Orleans || $db != postgres ]]; then
    left_out+=("The cluster mode is left out: it needs Orleans (here: $(host_name)) and PostgreSQL (here: $db).")
    say "${left_out[-1]}"
    return 0
  fi
  build src/Silo
  say "== Starting chat, two nodes, two silos and two fronts"
  start_chat
  start_cluster chat-2-nodes --nodes 2
  start_cluster chat-2-silos-2-fronts --silos 2 --fronts 2
  run_mode saturation --title "cluster" --in-flight 64,256,1000 --seconds "${seconds:-$(choose 10 4)}" --rounds "$rounds" --warm-up "$(choose 10 4)"
  stop_targets
}

# add_result MODE CASE TARGET FIGURES: one more round, where SQL tells it. FIGURES is "name":number, ...
add_result() { printf '{"Mode":"%s","Case":"%s","Target":"%s","Figures":{%s}}\n' "$1" "$2" "$3" "$4" >>"$scratch/results.jsonl"; }

# query NAME SQL: one value.
query() {
  PGPASSWORD=${db_password[$1]} "$(postgres_bin)/psql" -q -X -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "${db_port[$1]}" -U chat -c "$2" postgres || fail "SQL for $1 failed"
}

# What a message leaves in the database: WAL, and tables with their indexes.
measure_storage() {
  local size="pg_total_relation_size('message') + pg_total_relation_size('conversation')" wal messages bytes now
  query chat CHECKPOINT
  wal=$(query chat 'SELECT pg_current_wal_lsn()') messages=$(query chat 'SELECT count(*) FROM message') bytes=$(query chat "SELECT $size")
  run_mode saturation --title "capacity: one process" --in-flight 256 --seconds "${seconds:-$(choose 10 4)}" --rounds "$rounds" --warm-up 0
  now=$(query chat 'SELECT count(*) FROM message')
  add_result "capacity: storage" "per message" chat "$(query chat "SELECT format('\"messages\":%s,\"WAL bytes/msg\":%s,\"table and index bytes/msg\":%s', $now - $messages,
    round((pg_current_wal_lsn() - '$wal') / ($now - $messages)::numeric), round(($size - $bytes) / ($now - $messages)::numeric))")"
}

run_capacity() {
  wanted capacity || return 0
  [[ $(host_name) == Orleans && $db == postgres ]] || fail "the capacity mode needs Orleans (here: $(host_name)) and PostgreSQL (here: $db)"
  build src/Silo
  local able=() count hot=(saturation --in-flight 256 --seconds "${seconds:-$(choose 10 4)}" --rounds "$rounds" --warm-up "$(choose 5 2)")
  start_chat
  # A shop's one connected agent may not write 1,000 times a second and more; its buyers together may.
  run_mode "${hot[@]}" --writers buyers --title "capacity: a busy shop" --label "buyers write to 10 shops"
  run_mode "${hot[@]}" --writers buyers --title "capacity: a busy shop" --label "buyers write to 1 shop" --shops 1
  measure_storage
  stop_targets
  for count in $((users / 4)) $((users / 2)) "$users"; do
    start_chat
    run_mode idle --users "$count" --rounds 1 --rest "$(choose 30 5)"
    stop_targets
  done
  start_cluster chat-1-silo-1-front --silos 1 --fronts 1
  start_cluster chat-3-silos-1-front --silos 3 --fronts 1
  start_cluster chat-5-silos-1-front --silos 5 --fronts 1
  run_mode rest --seconds "$(choose 30 5)" --rounds "$(choose 3 1)"
  stop_targets
}

report() {
  local line
  describe_machine
  echo "Grain host: $(host_name); our database: $db; generator, servers and databases on the one machine; 120-byte texts. × is the multiple of ours."
  echo
  echo "Versions: .NET $(dotnet --list-runtimes | awk '/^Microsoft.AspNetCore.App 10/ { v = $2 } END { print v }'), PostgreSQL $("$(postgres_bin)/postgres" --version | grep -o '[0-9.]*' | head -n 1)$(peer_versions)."
  echo
  for line in ${left_out[@]+"${left_out[@]}"}; do echo "$line"; echo; done
  dotnet "$bin/Bench/release/Chat.Bench.dll" report --results "$scratch/results.jsonl"
}

peer_versions() {
  [[ " ${able[*]-} " == *socketio* ]] && printf ', Node %s, socket.io %s' "$(node --version)" "$(node -p "require('$root/bench/Peers/socketio/node_modules/socket.io/package.json').version")"
  [[ " ${able[*]-} " == *ejabberd* ]] && printf ', ejabberd %s' "$(dpkg-query -W -f '${Version}' ejabberd)"
  return 0
}

choose_peers
run_talk
run_idle
run_database
run_cluster
run_capacity
[[ -f $scratch/results.jsonl ]] || fail "nothing was measured"
report | publish
