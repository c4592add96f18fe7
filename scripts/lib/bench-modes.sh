# Sourced by scripts/bench.sh: what each mode starts, and with which options the load generator measures it.
# Wants what bench.sh and peers.sh set.

wanted() { [[ ,$modes, == *,$1,* ]]; }

# start_all PEER...: ours, on one host or on both, and these peers.
start_all() {
  local name
  say "== Starting chat $*"
  start_chat
  for name in "$@"; do start_peer "$name"; done
}

# Prints those of the named peers that take part.
among() {
  local name
  for name in "$@"; do [[ " ${able[*]-} " != *" $name "* ]] || echo "$name"; done
}

leave_out() { left_out+=("$1"); say "$1"; }

run_mode() {
  local mode=$1 from=$SECONDS
  shift
  say "== $mode"
  dotnet "$bin/Bench/release/Chat.Bench.dll" "$mode" --targets "$scratch/targets.jsonl" --issuer "$issuer" --key "$key" --results "$scratch/results.jsonl" --others-max "$others" "$@" \
    || { tail -n 20 "$scratch"/*/server.log >&2; fail "the $mode mode failed"; }
  say "== $mode took $((SECONDS - from)) s"
}

run_talk() {
  wanted latency || wanted saturation || return 0
  start_all ${able[@]+"${able[@]}"}
  if [[ $both == yes ]]; then start_chat chat-embedded --host Embedded; fi
  if wanted latency; then run_mode latency --rate 500,2000 --seconds "${seconds:-$(choose 5 2)}" --rounds "$rounds"; fi
  if wanted saturation; then
    # The compiler is at work for that long: it makes the hot methods anew from what it saw of them.
    run_mode saturation --in-flight 64,256,1000 --seconds "${seconds:-$(choose 4 2)}" --rounds "$rounds" --warm-up "$(choose 30 4)"
  fi
  stop_targets
}

# What a peer stores has no part in presence: one of each kind is enough.
run_presence() {
  wanted presence || return 0
  # shellcheck disable=SC2046
  start_all $(among signalr socketio)
  start_chat chat-uncoalesced --Chat:Policy:PresenceGather=00:00:00
  fill stores chat
  fill stores chat-uncoalesced
  run_mode presence --watchers "$(((users + 9) / 10)),$users" --changes 6 --rounds "$rounds" --churn-watchers "$(choose 1000 200)" --churn-seconds "$(choose 8 2)" \
    --warm-up "$(choose 20 4)" --lead-in "$(choose 5 2)" --churn-only chat-uncoalesced
  stop_targets
}

# New servers for each round: memory is measured, and people are new only once.
run_idle() {
  wanted idle || return 0
  local round
  for ((round = 0; round < rounds; round++)); do
    # shellcheck disable=SC2046
    start_all $(among signalr socketio ejabberd)
    run_mode idle --users "$users" --rounds 1 --rest "$(choose 8 2)"
    stop_targets
  done
}

# Whether a message gets dearer: by the length of its conversation, by the people it goes to, by the size of the database.
run_growth() {
  wanted long-conversation || wanted team || wanted database || return 0
  local skip='' conversations messages
  conversations=$(choose 100000 20000) messages=$(choose 4 2)
  start_all
  if wanted database; then start_filled; fi
  if wanted database && [[ $db == postgres ]]; then
    run_mode saturation --title "database size" --label "100 conversations beside none, and beside $conversations" --in-flight 256 --pairs 100 \
      --seconds "${seconds:-$(choose 4 2)}" --rounds "$rounds" --warm-up "$(choose 8 2)" --skip chat-sqlite
  fi
  if wanted long-conversation; then run_mode long-conversation --posts "$(choose 300 100)" --rounds "$rounds" --skip "$skip"; fi
  if wanted team; then
    fill stores chat
    run_mode team --posts "$(choose 400 40)" --rounds "$rounds" --skip "$skip"
  fi
  if wanted database && [[ -n $skip ]]; then
    run_mode message-center --users few-shops,many-shops --stores casa-lumbre --opens "$(choose 300 100)" --rounds "$rounds" --skip chat
    explain
  fi
  stop_targets
}

# Two more of ours with very many conversations, one on either database. Sets skip.
start_filled() {
  if [[ $db == postgres ]]; then
    start_chat chat-filled
    fill chat chat-filled -v conversations="$conversations" -v messages="$messages"
    skip=chat-filled
  else leave_out "The database's size is not measured: --db sqlite."
  fi
  if apt_install sqlite3; then
    start_chat chat-sqlite --db sqlite
    fill chat chat-sqlite "$conversations" "$messages"
    skip+=,chat-sqlite
  else leave_out "The Message Center on SQLite is left out: the package sqlite3 cannot be had."
  fi
}

explain() {
  local program=$bin/Micro/release/Chat.Bench.Micro.dll
  if [[ $plans == no ]]; then leave_out "Plans are left out: bench/Micro does not build."; return 0; fi
  {
    echo "## Plans of the Message Center"
    echo
    if [[ $db == postgres ]]; then
      dotnet "$program" plans Postgres "Host=127.0.0.1;Port=${db_port[chat-filled]};Username=chat;Password=${db_password[chat-filled]};Database=postgres"
    fi
    if [[ $skip == *chat-sqlite ]]; then dotnet "$program" plans Sqlite "Data Source=$scratch/chat-sqlite/chat.db"; fi
  } >"$scratch/plans.md"
}

run_cluster() {
  wanted cluster || return 0
  if [[ $(host_name) != Orleans || $db != postgres ]]; then
    leave_out "The cluster mode is left out: it needs Orleans (here: $(host_name)) and PostgreSQL (here: $db)."
    return 0
  fi
  say "== Starting chat, two nodes, two silos and two fronts"
  start_chat
  start_cluster chat-2-nodes --nodes 2
  start_cluster chat-2-silos-2-fronts --silos 2 --fronts 2
  run_mode saturation --title "cluster" --in-flight 256,1000 --seconds "${seconds:-$(choose 4 2)}" --rounds "$rounds" --warm-up "$(choose 30 4)"
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
  local count hot=(saturation --in-flight 256 --seconds "${seconds:-$(choose 10 4)}" --rounds "$rounds" --warm-up "$(choose 5 2)")
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
