# Sourced. Silos and fronts, built on Orleans.
published=$root/artifacts/orleans/published
built_silo=$published/Silo/Chat.Silo.dll
built_webfront=$published/WebFront/Chat.WebFront.dll

# need_orleans WHAT: ends the script with 3 where Orleans' packages do not restore.
need_orleans() {
  local finding
  if [[ ${GrainHost-} != Orleans ]]; then
    (cd "$root" && env -u GrainHost dotnet msbuild src/EmbeddedHost -t:ChooseGrainHost -nologo -v:q) >&2 || true
    finding=$(cat "$root/.grainhost" 2>/dev/null || true)
    if [[ $finding != Orleans\ * ]]; then
      say "chat: $1 needs Orleans, whose packages do not restore here ($(cut -d' ' -f4- <<<"$finding"))"
      say "chat: ./chat run starts everything in one process without them"
      exit 3
    fi
  fi
  export GrainHost=Orleans
}

# build_servers: compiled ahead of time for this machine, since a process that was just started is asked for much at once
# (ADR 13). The compiler for that is a package; where it cannot be had they are compiled while they run, as ever.
build_servers() {
  local program ahead=(--use-current-runtime -p:PublishReadyToRun=true)
  if ! (cd "$root" && dotnet restore src/WebFront "${ahead[@]}" --nologo -v:q) >/dev/null 2>&1; then
    say "chat: no ahead-of-time compiler can be had here; servers will need longer to get going"
    ahead=()
  fi
  for program in Silo WebFront; do
    (cd "$root" && dotnet publish "src/$program" -c Release --self-contained false ${ahead[@]+"${ahead[@]}"} -o "$published/$program" --nologo -v:q -clp:NoSummary) >&2 \
      || fail "the servers did not build"
  done
}

# use_programs DIRECTORY: those of a checkout that was built for Orleans, or of 'dotnet publish' into Silo and WebFront. Sets
# silo, webfront and content; nothing given means this checkout.
use_programs() {
  local from=$1
  if [[ -z $from ]]; then
    # Programs that are built already, named by those who test this script.
    silo=${CHAT_TEST_SILO:-$built_silo} webfront=${CHAT_TEST_WEBFRONT:-$built_webfront} content=$root/src/WebFront
    return 0
  fi
  [[ -d $from ]] || fail_usage "there is no directory $from"
  from=$(cd "$from" && pwd)
  local built=$from/artifacts/orleans/bin ahead=$from/artifacts/orleans/published
  silo=$ahead/Silo/Chat.Silo.dll webfront=$ahead/WebFront/Chat.WebFront.dll content=$from/src/WebFront
  # Of a checkout's own programs those that were made last.
  if [[ ! -f $silo || ! -f $webfront || $built/WebFront/release/Chat.WebFront.dll -nt $webfront ]]; then
    silo=$built/Silo/release/Chat.Silo.dll webfront=$built/WebFront/release/Chat.WebFront.dll
  fi
  [[ -f $silo && -f $webfront ]] && return 0
  silo=$from/Silo/Chat.Silo.dll webfront=$from/WebFront/Chat.WebFront.dll content=$from/WebFront
  [[ -f $silo && -f $webfront ]] \
    || fail_usage "$from holds no programs: neither a checkout built for Orleans, nor Silo/Chat.Silo.dll with WebFront/Chat.WebFront.dll"
}
