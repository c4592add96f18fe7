# Sourced by every verb. Sets root; nothing here runs on its own.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say() { printf '%s\n' "$*" >&2; }

# Ends the script: usage errors with 2, anything else with 1.
fail() { say "chat: $*"; exit 1; }
fail_usage() { say "chat: $*"; exit 2; }

# Prints the leading comment of a verb's script: its help.
print_help() { awk '/^# summary: / { sub(/summary: /, ""); on = 1 } on && !/^#/ { exit } on { sub(/^# ?/, ""); print }' "$1"; }

# option_value NAME VALUE: refuses an option that came without its value.
option_value() { [[ -n ${2-} ]] || fail_usage "$1 needs a value"; }

need_dotnet() {
  command -v dotnet >/dev/null || fail "the .NET SDK 10 is missing: https://dotnet.microsoft.com/download/dotnet/10.0"
  local version
  version=$(cd "$root" && dotnet --version 2>/dev/null) || fail "no .NET SDK here satisfies global.json (10.0.100 or later): https://dotnet.microsoft.com/download/dotnet/10.0"
  [[ $version == 10.* ]] || fail "the .NET SDK is $version, 10 is needed"
}

need_node() {
  command -v node >/dev/null && command -v npm >/dev/null || fail "Node 20 or later with npm is missing: https://nodejs.org"
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  ((major >= 20)) || fail "Node is $(node --version), 20 or later is needed: https://nodejs.org"
}

# apt_install PACKAGE...: true when all are there afterwards. Never asks anything.
apt_install() {
  local missing=() package as=()
  command -v apt-get >/dev/null || { say "chat: $* cannot be installed without apt-get; install by hand"; return 1; }
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) == 'install ok installed' ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    sudo -n true 2>/dev/null || { say "chat: needs root or sudo to install: apt-get install ${missing[*]}"; return 1; }
    as=(sudo -n)
  fi
  say "Installing ${missing[*]}"
  if [[ -z ${apt_updated-} ]]; then
    "${as[@]}" apt-get -qq -o DPkg::Lock::Timeout=300 update >&2 || true
    apt_updated=1
  fi
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 \
    install "${missing[@]}" >&2 || { say "chat: apt-get could not install ${missing[*]}"; return 1; }
}

# npm_install DIRECTORY: what its lock file says, only when the lock file changed.
npm_install() {
  [[ $1/node_modules/.package-lock.json -nt $1/package-lock.json ]] && return 0
  (cd "$1" && npm ci --no-audit --no-fund --loglevel=error) >&2
}

# The user interface, built into src/WebFront/wwwroot when a source of it is newer than the last build.
build_client() {
  local client=$root/src/WebFront/client stamp=$root/artifacts/client.stamp
  npm_install "$client" || return 1
  if [[ -f $stamp && -d $root/src/WebFront/wwwroot ]] \
    && [[ -z $(find "$client" -path "$client/node_modules" -prune -o -type f -newer "$stamp" -print -quit) ]]; then
    return 0
  fi
  mkdir -p "$root/artifacts"
  touch "$stamp.new"
  (cd "$client" && npm run --silent build) >&2 || return 1
  mv "$stamp.new" "$stamp"
}

# The output tree of the host in force: forced by the environment variable GrainHost, or chosen by the build.
artifacts_tree() { local host=${GrainHost:-auto}; echo "$root/artifacts/${host,,}"; }

port_is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
