# Sourced. Silos and fronts, built on Orleans.
built_silo=$root/artifacts/orleans/bin/Silo/release/Chat.Silo.dll
built_webfront=$root/artifacts/orleans/bin/WebFront/release/Chat.WebFront.dll

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

build_servers() {
  (cd "$root" && dotnet build src/Silo -c Release --nologo -v:q -clp:NoSummary \
    && dotnet build src/WebFront -c Release --nologo -v:q -clp:NoSummary) >&2 || fail "the servers did not build"
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
  silo=$from/artifacts/orleans/bin/Silo/release/Chat.Silo.dll webfront=$from/artifacts/orleans/bin/WebFront/release/Chat.WebFront.dll content=$from/src/WebFront
  [[ -f $silo && -f $webfront ]] && return 0
  silo=$from/Silo/Chat.Silo.dll webfront=$from/WebFront/Chat.WebFront.dll content=$from/WebFront
  [[ -f $silo && -f $webfront ]] \
    || fail_usage "$from holds no programs: neither a checkout built for Orleans, nor Silo/Chat.Silo.dll with WebFront/Chat.WebFront.dll"
}
