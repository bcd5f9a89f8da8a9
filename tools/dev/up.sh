# shellcheck shell=bash
# ./dev up, down, status and reset.

readonly default_data=$root/data

cmd_up() {
  local port=${suite_port[gateway]} internal=${suite_port[${suite_services[0]}]} data=$default_data built='' detach=''
  while [ $# -gt 0 ]; do
    case $1 in
      --port) port=$(option_value "$@"); shift ;;
      --internal-ports) internal=$(option_value "$@"); shift ;;
      --data) data=$(option_value "$@"); shift ;;
      --built) built=$(option_value "$@"); shift ;;
      --detach) detach=yes ;;
      *) fail "./dev up does not take '$1': ./dev help" 2 ;;
    esac
    shift
  done
  data=$(from_caller "$data")
  check_port --port "$port"
  check_port --internal-ports "$internal"
  set_ports "$port" "$internal"
  check_ports_differ
  if suite_running; then
    say "Triad is already $(suite_fact state): $(suite_fact url)   data: $(suite_fact data)"
    return
  fi
  check_ports_are_free
  if [ -n "$built" ]; then
    built=$(from_caller "$built")
  else
    [ -f build/dev/build.ninja ] || tell_needs
    trap tell_so_far EXIT
    prepare build
    build_preset dev "${suite_servers[@]/#/triad-}" triadctl triad_site
    trap - EXIT
    built=build/dev
  fi
  if [ -n "$detach" ]; then
    detach_supervisor "$built" "$data"
  else
    supervise "$built" "$data"
  fi
}

# Before the first build: what it takes, and what there is.
tell_needs() {
  local disk memory
  disk=$(df --output=avail -BG . | tr -dc 0-9)
  memory=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB$/\1/p' /proc/meminfo)
  say "the first start takes $up_minutes minutes on two cores, $up_gigabytes GB of disk and $up_memory_gigabytes GB of memory;" \
    "here are $(nproc) cores, $disk GB and $((memory / 1024 / 1024)) GB free"
  [ "$disk" -ge "$up_gigabytes" ] || fail "too little disk: make room for $up_gigabytes GB at $root"
}

# When it stops before anything runs: what need not be done again.
tell_so_far() {
  local step left
  [ ${#steps_done[@]} = 0 ] || say "done so far:"
  for step in "${steps_done[@]}"; do say "  $step"; done
  left=$(ninja -C build/dev -n "${suite_servers[@]/#/triad-}" triadctl triad_site 2>/dev/null | sed -n '$s/^\[[0-9]*\/\([0-9]*\)\].*/\1/p') || true
  [ -z "$left" ] || say "$left steps of the build are left"
  say "not started; ./dev up goes on from here"
}

# Starts the supervisor in the background and waits until the suite runs.
detach_supervisor() {
  local log=$log_dir/suite.log supervisor
  set -m # a process group of its own, away from this terminal's Ctrl-C
  supervise "$@" </dev/null >"$log" 2>&1 &
  supervisor=$!
  set +m
  until [ "$(suite_fact pid)" = "$supervisor" ] && [ "$(suite_fact state)" = running ]; do
    kill -0 "$supervisor" 2>/dev/null || {
      tail -n 15 "$log" >&2
      fail "the suite did not start: the lines above are the end of ${log#"$root/"}"
    }
    sleep 0.05
  done
  say "Triad runs: $(suite_fact url)   data: $2   log: ${log#"$root/"}   ./dev down stops it"
}

cmd_down() {
  [ $# = 0 ] || fail "./dev down takes nothing" 2
  if ! suite_running; then
    say "Triad does not run"
    return
  fi
  kill -TERM "$(suite_fact pid)" 2>/dev/null || true
  # A server drains for at most 30 s, the gateway before the services.
  flock -w 90 "$suite_lock" true ||
    fail "Triad still runs after 90 s: look at its log, then kill process $(suite_fact pid)"
  say "stopped"
}

cmd_status() {
  [ $# = 0 ] || fail "./dev status takes nothing" 2
  if ! suite_running; then
    say "Triad does not run: ./dev up starts it"
    return 3
  fi
  local url name state
  url=$(suite_fact url)
  set_ports "${url##*:}" "$(suite_fact first_internal_port)"
  say "Triad is $(suite_fact state): $url   data: $(suite_fact data)"
  for name in "${suite_servers[@]}"; do
    state='not ready'
    ! is_ready "$name" || state=ready
    printf '  %-9s  127.0.0.1:%-5s  admin 127.0.0.1:%-5s  %s\n' \
      "$name" "${listen_port[$name]}" "${admin_port[$name]}" "$state"
  done
}

cmd_reset() {
  local data=$default_data yes='' answer name
  while [ $# -gt 0 ]; do
    case $1 in
      --data) data=$(option_value "$@"); shift ;;
      --yes) yes=yes ;;
      *) fail "./dev reset does not take '$1': ./dev help" 2 ;;
    esac
    shift
  done
  data=$(from_caller "$data")
  ! suite_running || fail "Triad runs: stop it with ./dev down first"
  if [ -z "$yes" ]; then
    [ -t 0 ] || fail "nobody to ask: ./dev reset --yes deletes ${suite_keepers[*]} below $data"
    read -r -p "Delete ${suite_keepers[*]} below $data, with everything in them? [y/N] " answer
    [[ $answer == [yY]* ]] || fail "nothing was deleted"
  fi
  # Only what is ours: --data may name a folder that holds more.
  for name in "${suite_keepers[@]}"; do rm -rf "${data:?}/${name:?}"; done
  rmdir "$data" 2>/dev/null || true
  say "deleted; the next ./dev up starts afresh"
}
