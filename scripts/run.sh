# summary: build and start everything in one process, with a SQLite file
#
# usage: ./chat run [--port 5080] [--data DIRECTORY]
#
#   --port PORT        where the browser finds it: http://localhost:PORT
#   --data DIRECTORY   where the database file is kept; default data/ beside this script, made when missing
#
# Ctrl-C stops it. Further arguments after -- go to the process as configuration, for example
# ./chat run -- --Logging:LogLevel:Default=Debug
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source "$root/scripts/lib/processes.sh"

port=5080 data=$root/data
while (($#)); do
  case $1 in
    -h | --help) print_help "$0"; exit 0 ;;
    --port) option_value "$@"; port=$2; shift 2 ;;
    --data) option_value "$@"; data=$2; shift 2 ;;
    --) shift; break ;;
    *) fail_usage "run does not know '$1' (./chat run --help)" ;;
  esac
done
[[ $port =~ ^[0-9]+$ ]] && ((port >= 1 && port <= 65535)) || fail_usage "--port is a number from 1 to 65535"
port_is_open "$port" && fail "port $port is taken; choose another with --port"

need_dotnet
need_node
build_client || fail "the user interface did not build"
dotnet build "$root/src/WebFront" -c Release --nologo -v:q -clp:NoSummary || fail "the server did not build"

mkdir -p "$data"
data=$(cd "$data" && pwd)

# Beside the server, so that Ctrl-C and signals reach the server itself. Ready is more than an open port: a first start
# makes the demo accounts after it.
(
  for ((i = 0; i < 600; i++)); do
    (is_ready "$port") && { say "Ready: http://localhost:$port   (data in $data)"; exit; }
    kill -0 $$ 2>/dev/null || exit
    sleep 0.1
  done
) &

exec dotnet "$(artifacts_tree)/bin/WebFront/release/Chat.WebFront.dll" \
  --urls "http://localhost:$port" --contentRoot "$root/src/WebFront" \
  --Chat:Database:Provider=Sqlite "--Chat:Database:ConnectionString=Data Source=$data/chat.db" "$@"
