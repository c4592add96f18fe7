# summary: the end of a process's log
#
# usage: ./chat cluster logs NAME [--lines N] [--follow]
#
#   NAME       as ./chat cluster status names it, such as silo-0
#   --lines N  how many; default 50
#   --follow   go on telling what is written, until Ctrl-C
#
# Exit codes: 0 told, 2 wrong usage, 4 there is no such process and no log of one
lines=50 follow=() name=''
while (($#)); do
  case $1 in
    -h | --help) print_help "$verb_file"; exit 0 ;;
    --lines) option_value "$@"; lines=$2; shift 2 ;;
    --follow) follow=(-F); shift ;;
    -*) fail_usage "cluster logs does not know '$1' (./chat cluster logs --help)" ;;
    *) [[ -z $name ]] || fail_usage "cluster logs takes one name"; name=$1; shift ;;
  esac
done
[[ $name =~ ^(silo|node|front)-[0-9]+$ ]] || fail_usage "cluster logs needs the name of a process, such as silo-0"
[[ $lines =~ ^[0-9]{1,7}$ ]] || fail_usage "--lines is a number"
[[ -f $logs/$name.log ]] || { say "chat: there is no log of $name in $logs"; exit 4; }
exec tail -n "$lines" "${follow[@]}" "$logs/$name.log"
