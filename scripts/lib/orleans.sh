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
