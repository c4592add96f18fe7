# summary: play thousands of seeded runs of the grains, with every accident there is, and check every invariant
#
# usage: ./chat sim [--scenario NAME] [--seeds N] [--from SEED] [--out FILE]
#
#   --scenario NAME  which story: chat, orders, presence, ratings or reviews; default all
#   --seeds N        runs of each; default 2,000
#   --from SEED      the first seed; default 1
#   --out FILE       also write the report there
#
# The grains run unchanged on the embedded host, on one thread and in virtual time: activations crash at any await and exist
# twice, writes fail or take effect and then fail, notifications are lost and doubled, clocks are set. The same seed does
# the same again, to the step; a seed that breaks an invariant is printed with the command that replays it.
# Exit codes: 0 no violation, 1 a violation, or too few accidents to prove anything, 2 wrong usage.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

out='' arguments=()
while (($#)); do
  case $1 in
    -h | --help) print_help "$0"; exit 0 ;;
    --out) option_value "$@"; out=$(realpath -m "$2"); shift 2 ;;
    --scenario | --seeds | --from) option_value "$@"; arguments+=("$1" "$2"); shift 2 ;;
    *) fail_usage "sim does not know '$1' (./chat sim --help)" ;;
  esac
done

need_dotnet
export GrainHost=Embedded
dotnet build "$root/tests/Simulation" -c Release --nologo -v:q -clp:NoSummary >&2 || fail "tests/Simulation did not build"
program=$(artifacts_tree)/bin/Simulation/release/Chat.Simulation.dll
if [[ -n $out ]]; then
  mkdir -p "$(dirname "$out")"
  dotnet "$program" "${arguments[@]}" | tee "$out"
else
  dotnet "$program" "${arguments[@]}"
fi
