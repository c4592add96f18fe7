# summary: measure a server of its own: latency, throughput, memory per connection, long conversations
#
# usage: ./chat bench [--quick] [--host embedded|orleans] [--db sqlite|postgres] [--modes LIST] [--out FILE]
#
#   --quick        one short round of each: about a minute and a half instead of six
#   --host HOST    which host runs the grains; default: what the build chooses by itself
#   --db DATABASE  sqlite (default): a file in a directory of its own; postgres: a private server, installed if need be
#   --modes LIST   some of latency,saturation,idle,long-conversation; default all four
#   --out FILE     also write the tables as markdown, such as docs/results/today.md
#
# Starts a release build of the server on a free port with an empty database, and stops and deletes everything afterwards.
# People sign in with tokens of an issuer that the load generator serves itself (Chat:Auth:Authority); the limits on what
# one person may send (Chat:Policy) are raised to their maximum. Everything else is as shipped, durability above all.
# "others" in the tables is processor time of programs that take no part: 100 % is one core, and near 0 is a quiet machine.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source "$root/scripts/lib/postgres.sh"

quick=no host='' db=sqlite modes=latency,saturation,idle,long-conversation out='' asked=$*
while (($#)); do
  case $1 in
    -h | --help) print_help "$0"; exit 0 ;;
    --quick) quick=yes; shift ;;
    --host) option_value "$@"; host=$2; shift 2 ;;
    --db) option_value "$@"; db=$2; shift 2 ;;
    --modes) option_value "$@"; modes=$2; shift 2 ;;
    --out) option_value "$@"; out=$2; shift 2 ;;
    *) fail_usage "bench does not know '$1' (./chat bench --help)" ;;
  esac
done
[[ $host =~ ^(|embedded|orleans)$ ]] || fail_usage "--host is embedded or orleans"
[[ $db =~ ^(sqlite|postgres)$ ]] || fail_usage "--db is sqlite or postgres"
[[ ,$modes, =~ ^(,(latency|saturation|idle|long-conversation))+,$ ]] || fail_usage "--modes is a list of latency, saturation, idle, long-conversation"
[[ -z $out ]] || out=$(realpath -m "$out")

need_dotnet
case $host in embedded) export GrainHost=Embedded ;; orleans) export GrainHost=Orleans ;; *) unset GrainHost ;; esac
for project in src/WebFront bench/Bench; do
  dotnet build "$root/$project" -c Release --nologo -v:q -clp:NoSummary >&2 || fail "$project did not build"
done
bin=$(artifacts_tree)/bin

# Two sockets for each connection, one at either end; 10,000 users need more than the usual 1,024 files.
ulimit -n "$(ulimit -Hn)" || true

scratch=$(mktemp -d "${TMPDIR:-/tmp}/chat-bench.XXXXXX")
server=''
stop_server() {
  if [[ -n $server ]]; then kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true; fi
  server=''
  postgres_stop "$scratch/data/postgres"
  rm -rf "$scratch/data"
}
clean_up() {
  stop_server
  rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

free_port() {
  local port
  for _ in 1 2 3 4 5 6 7 8 9; do
    port=$((20000 + RANDOM % 12000))
    port_is_open "$port" || { echo "$port"; return 0; }
  done
  return 1
}

# A new server and an empty database for each mode: none of them sees what another left in memory or on disk.
start_server() {
  mkdir "$scratch/data"
  local database=("--Chat:Database:Provider=Sqlite" "--Chat:Database:ConnectionString=Data Source=$scratch/data/chat.db")
  postgres_pid=()
  if [[ $db == postgres ]]; then
    chmod 711 "$scratch" "$scratch/data"
    mkdir "$scratch/data/postgres"
    postgres_start "$scratch/data/postgres" || fail "PostgreSQL cannot be had here"
    database=("--Chat:Database:Provider=Postgres" "--Chat:Database:ConnectionString=$postgres_url")
    postgres_pid=(--postgres-pid "$(head -n 1 "$scratch/data/postgres/data/postmaster.pid")")
  fi
  port=$(free_port) issuer=http://127.0.0.1:$(free_port)
  dotnet "$bin/WebFront/release/Chat.WebFront.dll" --urls "http://127.0.0.1:$port" --contentRoot "$root/src/WebFront" \
    "${database[@]}" --Chat:Demo=true --Chat:Auth:Authority="$issuer" --Chat:Auth:Audience=chat-bench \
    --Chat:Policy:SendsPerSecond=1000 --Chat:Policy:SendBurst=1000 --Logging:LogLevel:Default=Warning >"$scratch/data/server.log" 2>&1 &
  server=$!
  for ((i = 0; i < 600; i++)); do
    port_is_open "$port" && return 0
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$scratch/data/server.log" >&2
  fail "the server did not start"
}

run_mode() {
  local mode=$1
  shift
  say "== $mode"
  dotnet "$bin/Bench/release/Chat.Bench.dll" "$mode" --url "http://127.0.0.1:$port" --issuer "$issuer" --key "$scratch/data/issuer.pem" \
    --server-pid "$server" "${postgres_pid[@]}" --results "$scratch/results.jsonl" "$@" \
    || { tail -n 20 "$scratch/data/server.log" >&2; fail "the $mode mode failed"; }
}

report() {
  local host_name=${GrainHost:-$(cut -d' ' -f1 "$root/.grainhost" 2>/dev/null || echo Embedded)}
  echo "Command: \`./chat bench${asked:+ $asked}\`, commit $(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown), $(date -u +%F\ %H:%M) UTC"
  echo
  echo "Machine: $(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)), $(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), Linux $(uname -r), load average at the end $(cut -d' ' -f1-3 /proc/loadavg)"
  echo
  echo "Grain host: $host_name; database: $db; generator, server and database on the one machine; 120-byte texts."
  echo
  dotnet "$bin/Bench/release/Chat.Bench.dll" report --results "$scratch/results.jsonl"
}

for mode in ${modes//,/ }; do
  start_server
  case $mode-$quick in
    latency-yes) run_mode latency --rate 500 --seconds 10 --rounds 1 ;;
    latency-no) run_mode latency --rate 500 --seconds 30 --rounds 3 ;;
    saturation-yes) run_mode saturation --in-flight 64,256,1000 --seconds 5 --rounds 1 --warm-up 8 ;;
    saturation-no) run_mode saturation --in-flight 64,256,1000 --seconds 10 --rounds 3 ;;
    idle-*) run_mode idle --connections 2000 --rounds 2 ;;
    long-conversation-yes) run_mode long-conversation --posts 100 --rounds 1 ;;
    long-conversation-no) run_mode long-conversation --posts 300 --rounds 3 ;;
  esac
  stop_server
done

report | tee "$scratch/report.md"
if [[ -n $out ]]; then
  mkdir -p "$(dirname "$out")"
  { echo "# Benchmark"; echo; cat "$scratch/report.md"; } >"$out"
  say "Written to $out"
fi
