# shellcheck shell=bash
# The running suite: the servers of suite.json below one supervisor.
#
# The supervisor and its children hold a lock on .dev/suite.lock, so "is it
# running" needs no guess about process ids. .dev/suite tells the rest.

readonly suite_lock=$state_dir/suite.lock suite_file=$state_dir/suite

suite_running() { [ -e "$suite_lock" ] && ! flock -n "$suite_lock" true; }

# suite_fact NAME: what the supervisor wrote about itself.
suite_fact() { sed -n "s/^$1=//p" "$suite_file" 2>/dev/null; }

# set_ports GATEWAY FIRST: fills listen_port and admin_port. All but the gateway's
# port are as far from each other as in suite.json.
set_ports() {
  local name moved=$(($2 - ${suite_port[${suite_services[0]}]}))
  first_internal_port=$2
  declare -gA listen_port=() admin_port=() colour=()
  for name in "${suite_servers[@]}"; do
    listen_port[$name]=$((suite_port[$name] + moved))
    admin_port[$name]=$((suite_admin_port[$name] + moved))
    colour[$name]=$((32 + ${#colour[@]} % 5)) # of its log's lines
  done
  listen_port[gateway]=$1
}

# Nobody may get a port twice, and there are none beyond 65535.
check_ports_differ() {
  local name last=0
  for name in "${suite_services[@]}"; do last=$((listen_port[$name] > last ? listen_port[$name] : last)); done
  for name in "${suite_servers[@]}"; do last=$((admin_port[$name] > last ? admin_port[$name] : last)); done
  [ "$last" -le 65535 ] ||
    fail "--internal-ports $first_internal_port takes ports up to $last, and 65535 is the last: choose $((65535 - last + first_internal_port)) or less" 2
  if [ "${listen_port[gateway]}" -ge "$first_internal_port" ] && [ "${listen_port[gateway]}" -le "$last" ]; then
    fail "--port ${listen_port[gateway]} is among those of --internal-ports, $first_internal_port to $last: choose another, for instance --port $((last + 1))" 2
  fi
}

check_ports_are_free() {
  local name
  if port_taken "${listen_port[gateway]}"; then
    fail "port ${listen_port[gateway]} is taken: choose another, for instance --port $((listen_port[gateway] + 1000))"
  fi
  for name in "${suite_services[@]}"; do check_internal_port "${listen_port[$name]}"; done
  for name in "${suite_servers[@]}"; do check_internal_port "${admin_port[$name]}"; done
}

check_internal_port() {
  if port_taken "$1"; then
    fail "port $1 is taken: choose others, for instance --internal-ports $((first_internal_port + 1000))"
  fi
}

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Whether a server says that it can work.
is_ready() { curl -fso /dev/null --max-time 2 "http://127.0.0.1:${admin_port[$1]}/readyz"; }

# supervise BUILD DATA: starts everything, watches it, and stops it on
# SIGINT, SIGTERM or SIGHUP, or when one server ends. Returns only then.
supervise() {
  local build=$1 data=$2 name
  declare -gA pid_of=() reader_of=()
  stop_signals=0 dead=
  exec {lock_descriptor}>"$suite_lock"
  flock -w 2 "$lock_descriptor" || fail "another ./dev up got here first"
  trap on_stop_signal INT TERM HUP
  write_suite_file "$data" starting
  mkdir -p "$data"
  for name in "${suite_servers[@]}"; do
    start_server "$name" "$build" "$data"
    wait_until_ready "$name" || break
  done
  if [ -z "$dead" ] && [ "$stop_signals" = 0 ]; then
    write_suite_file "$data" running
    say "Triad runs: http://127.0.0.1:${listen_port[gateway]}   data: $data   Ctrl-C or ./dev down stops it"
    watch_servers
  fi
  [ -z "$dead" ] || say "$dead; stopping the others"
  stop_servers
  rm -f "$suite_file"
  [ -z "$dead" ] || fail "$dead: its log above says why"
  say "stopped"
}

write_suite_file() {
  # printf, not cat: a redirection of another program is expanded in its process.
  printf '%s\n' "pid=$BASHPID" "state=$2" "url=http://127.0.0.1:${listen_port[gateway]}" \
    "data=$1" "first_internal_port=$first_internal_port" >"$suite_file.new"
  mv "$suite_file.new" "$suite_file"
}

start_server() {
  local name=$1 output service
  # What a new config database tells the page about itself.
  export API_BASE_URL=${API_BASE_URL:-http://127.0.0.1:${listen_port[gateway]}}
  local command=(tools/serve "$2/bin" "$name" "$3" "--listen=127.0.0.1:${listen_port[$name]}"
    "--admin_listen=127.0.0.1:${admin_port[$name]}")
  if [ "$name" = gateway ]; then
    for service in "${suite_services[@]}"; do command+=("$service=127.0.0.1:${listen_port[$service]}"); done
    command+=("--site=$2/site")
  fi
  exec {output}> >(exec setsid stdbuf -oL sed "s/^/$(prefix "$name")/")
  reader_of[$name]=$!
  # In a session of its own, so that Ctrl-C reaches the supervisor alone; and it
  # ends if the supervisor is killed.
  setsid setpriv --pdeathsig TERM "${command[@]}" </dev/null >&"$output" 2>&1 &
  pid_of[$name]=$!
  exec {output}>&-
}

# What goes before each line of a server's log.
prefix() {
  if [ -n "$bold" ]; then
    printf '\e[%sm%-9s\e[0m │ ' "${colour[$1]}" "$1"
  else
    printf '%-9s | ' "$1"
  fi
}

# Fails if the server ends first, or if everything is told to stop.
wait_until_ready() {
  local deadline=$((SECONDS + 30)) code=0
  until is_ready "$1"; do
    [ "$stop_signals" = 0 ] || return 1
    if ! kill -0 "${pid_of[$1]}" 2>/dev/null; then
      wait "${pid_of[$1]}" || code=$?
      dead="$1 ended with code $code"
      return 1
    fi
    if [ "$SECONDS" -gt "$deadline" ]; then
      dead="$1 was not ready after 30 s"
      return 1
    fi
    sleep 0.05
  done
}

# Returns when a server has ended, or when everything is told to stop.
watch_servers() {
  local name ended code
  while [ "$stop_signals" = 0 ]; do
    ended='' code=0
    wait -n -p ended "${pid_of[@]}" || code=$?
    for name in "${suite_servers[@]}"; do
      if [ "${pid_of[$name]}" = "${ended:-none}" ]; then
        dead="$name ended with code $code"
        return
      fi
    done
  done
}

# The first signal drains, the second kills.
on_stop_signal() {
  stop_signals=$((stop_signals + 1))
  if [ "$stop_signals" = 1 ]; then
    say "stopping; once more to kill"
  else
    kill -KILL "${pid_of[@]}" 2>/dev/null || true
  fi
}

# The gateway first, so that what it has accepted still finds the services.
stop_servers() {
  ask_to_stop gateway
  await_end gateway
  ask_to_stop "${suite_services[@]}"
  await_end "${suite_services[@]}"
}

# Once only: a second SIGTERM may end a server at once.
ask_to_stop() {
  local name
  for name in "$@"; do
    if [ -n "${pid_of[$name]:-}" ]; then kill -TERM "${pid_of[$name]}" 2>/dev/null || true; fi
  done
}

# Until the servers, and the last lines of their logs, are out.
await_end() {
  local name pid
  for name in "$@"; do
    # A signal ends wait early.
    for pid in ${pid_of[$name]:-} ${reader_of[$name]:-}; do
      while kill -0 "$pid" 2>/dev/null; do wait "$pid" || true; done
    done
  done
}
