# summary: run every test and end with one line of counts
#
# usage: ./chat test [--filter EXPRESSION] [--host embedded|orleans|all] [--no-browser]
#
#   --filter EXPRESSION   C# tests only, those that match (the syntax of dotnet test --filter)
#   --host HOST           which host runs the C# tests; default all: embedded always, Orleans where its packages restore
#   --no-browser          leave the browser tests out
#
# CHAT_TEST_POSTGRES may hold the connection string of a PostgreSQL whose user may create databases; without it a
# private server is started and thrown away. The last line is "N passed, N failed" (", N skipped" when there are any);
# a runner that crashes counts as a failure. The exit code is 0 only if something ran and nothing failed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
source "$root/scripts/lib/postgres.sh"

filter='' host=all browser=yes
while (($#)); do
  case $1 in
    -h | --help) print_help "$0"; exit 0 ;;
    --filter) option_value "$@"; filter=$2; shift 2 ;;
    --host) option_value "$@"; host=$2; shift 2 ;;
    --no-browser) browser=no; shift ;;
    *) fail_usage "test does not know '$1' (./chat test --help)" ;;
  esac
done
[[ $host =~ ^(embedded|orleans|all)$ ]] || fail_usage "--host is embedded, orleans or all"

need_dotnet
need_node
cd "$root"
# The host is this script's choice, run by run.
unset GrainHost

results=$root/artifacts/test-results
rm -rf "$results"
mkdir -p "$results"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/chat-test.XXXXXX")
clean_up() {
  postgres_stop "$scratch/postgres"
  rm -rf "$scratch" "$scratch"/postgres.log
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# Failures and skips that no runner could write down: one line each, "failed|skipped TAB reason".
note() { printf '%s\t%s\n' "$1" "$2" >>"$results/notes.tsv"; say "$1: $2"; }

prepare_postgres() {
  [[ -n ${CHAT_TEST_POSTGRES-} ]] && return 0
  mkdir "$scratch/postgres"
  chmod 711 "$scratch"
  if postgres_start "$scratch/postgres"; then
    export CHAT_TEST_POSTGRES=$postgres_url
  else
    say "PostgreSQL cannot be had here; its tests are skipped."
  fi
}

# run_csharp HOST PROJECT: one runner, one result file.
run_csharp() {
  local tree=$root/artifacts/${1,,} file=$1-$2.trx code=0
  local arguments=(--logger "trx;LogFileName=$file" --results-directory "$results"
    --blame-hang-timeout 5m --blame-hang-dump-type none)
  [[ -n $filter ]] && arguments+=(--filter "$filter")
  say ""; say "== $2 on $1"
  CHAT_TEST_WEBFRONT=$tree/bin/WebFront/debug/Chat.WebFront.dll CHAT_TEST_SILO=$tree/bin/Silo/debug/Chat.Silo.dll \
    dotnet test "$tree/bin/$2/debug/Chat.$2.dll" "${arguments[@]}" >&2 || code=$?
  echo "$code" >"$results/$file.exit"
}

# run_host HOST PROJECT...
run_host() {
  local grain_host=$1 project
  shift
  say ""; say "== Building for $grain_host"
  dotnet build Chat.sln -p:GrainHost="$grain_host" --nologo -v:q -clp:NoSummary >&2 \
    || { note failed "the solution does not build for $grain_host"; return 0; }
  for project in "$@"; do run_csharp "$grain_host" "$project"; done
}

# Sets orleans_missing to the reason when Orleans' packages do not restore, to nothing when they do.
probe_orleans() {
  local finding
  dotnet msbuild src/EmbeddedHost -t:ChooseGrainHost -nologo -v:q >&2 || true
  finding=$(cat .grainhost 2>/dev/null || true)
  orleans_missing=''
  [[ $finding == Orleans\ * ]] || orleans_missing="the C# tests on Orleans: its packages do not restore here ($(cut -d' ' -f4- <<<"$finding"))"
}

# run_vitest DIRECTORY NAME: false when it could not even start.
run_vitest() {
  local code=0
  say ""; say "== $2"
  if [[ ! -f $1/package.json ]]; then note failed "$2: $1 is missing"; return 1; fi
  npm_install "$1" || { note failed "$2: npm could not install what package-lock.json names"; return 1; }
  (cd "$1" && npx --no-install vitest run --reporter=default --reporter=json --outputFile.json="$results/$2.json") >&2 || code=$?
  echo "$code" >"$results/$2.json.exit"
}

run_typescript() {
  local client=src/WebFront/client
  run_vitest "$client" TypeScript || return 0
  (cd "$client" && npm run --silent typecheck) >&2 || note failed "TypeScript: the type check"
}

# The chaos runs' checker: clean histories pass, planted faults are found. The runs themselves are ./chat chaos.
run_chaos_checker() {
  run_vitest tests/Chaos Chaos || return 0
  (cd tests/Chaos && npm run --silent typecheck) >&2 || note failed "Chaos: the type check"
}

run_browser() {
  local chromium
  chromium=${CHAT_CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
  if [[ -z $chromium ]]; then
    apt_install chromium fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji || true
    chromium=$(command -v chromium || true)
  fi
  if [[ -z $chromium ]]; then note skipped "the browser tests: Chromium cannot be had here"; return 0; fi
  build_client || { note failed "the user interface does not build"; return 0; }
  dotnet build src/WebFront -p:GrainHost=Embedded --nologo -v:q -clp:NoSummary >&2 \
    || { note failed "the server of the browser tests does not build"; return 0; }
  CHAT_CHROMIUM=$chromium CHAT_TEST_WEBFRONT=$root/artifacts/embedded/bin/WebFront/debug/Chat.WebFront.dll \
    run_vitest tests/Browser Browser || return 0
  (cd tests/Browser && npm run --silent typecheck) >&2 || note failed "Browser: the type check"
}

prepare_postgres
if [[ $host != orleans ]]; then
  run_host Embedded Grains.Tests EmbeddedHost.Tests Simulation WebFront.Tests Bench.Tests
fi
if [[ $host != embedded ]]; then
  probe_orleans
  if [[ -z $orleans_missing ]]; then run_host Orleans Grains.Tests WebFront.Tests Cluster.Tests
  else note skipped "$orleans_missing"
  fi
fi
if [[ -z $filter ]]; then
  run_typescript
  run_chaos_checker
  [[ $browser == no ]] || run_browser
fi

# Not exec: the trap must still run. It prints the counts and decides the exit code.
node scripts/lib/results.mjs "$results" ${filter:+--filtered}
