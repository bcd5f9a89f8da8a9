# shellcheck shell=bash
# Docker's daemon, for tests: the one that runs, or one of our own for as long as
# ./dev does.

# Where a daemon of our own keeps images between runs.
readonly engine_dir=${TRIAD_ENGINE_DIR:-/var/tmp/triad-engine}
engine_pid='' engine_found=''

# Returns with a daemon that answers, or fails and has said why in engine_problem.
need_engine() {
  engine_problem=''
  if docker info >/dev/null 2>&1; then return; fi
  if [ "$(id -u)" != 0 ]; then
    engine_problem="no container engine runs, and only root can start one"
    return 1
  fi
  command -v dockerd >/dev/null || need_packages engine
  # Where there is a service manager, the package has started it.
  if docker info >/dev/null 2>&1; then return; fi
  start_engine
}

start_engine() {
  local log=$log_dir/dockerd.log deadline=$((SECONDS + 60))
  say "starting a container engine in $engine_dir"
  mkdir -p "$engine_dir"
  engine_found=$(network_state)
  export DOCKER_HOST=unix://$engine_dir/docker.sock
  dockerd --host "$DOCKER_HOST" --data-root "$engine_dir/data" --exec-root "$engine_dir/exec" \
    --pidfile "$engine_dir/docker.pid" >"$log" 2>&1 </dev/null &
  engine_pid=$!
  trap stop_engine EXIT
  until docker info >/dev/null 2>&1; do
    if ! kill -0 "$engine_pid" 2>/dev/null || [ "$SECONDS" -gt "$deadline" ]; then
      engine_problem="no container engine can be started here: $(grep -v level=info "$log" | tail -n 1)"
      return 1
    fi
    sleep 0.2
  done
}

stop_engine() {
  kill -TERM "$engine_pid" 2>/dev/null || return 0
  while kill -0 "$engine_pid" 2>/dev/null; do wait "$engine_pid" || true; done
  take_back_network "$engine_found" ||
    say "what Docker changed in the network is left: iptables-save and ip link show it"
}

# What the daemon changes in this machine's network and leaves behind, a line each:
# its bridge, whether packets are forwarded, and the rules, chains and policies of
# each table of netfilter.
network_state() {
  local line table=''
  ! ip link show docker0 >/dev/null 2>&1 || echo "bridge docker0"
  echo "forward $(cat /proc/sys/net/ipv4/ip_forward)"
  while read -r line; do
    case $line in
      '*'*) table=${line#'*'} ;;
      :*) echo "chain $table ${line%' ['*}" ;;
      -A*) echo "rule $table $line" ;;
    esac
  done < <(iptables-save)
}

# shellcheck disable=SC2086  # a list of words
delete_rule() { iptables -t "$1" -D $2; }

# take_back_network STATE: what is there now and was not in that state goes, as far
# as it is Docker's; rules before the chains that they lead to.
take_back_network() {
  local kind what more
  while read -r kind what more; do
    case "$kind $what $more" in
      "rule "*docker* | "rule "*DOCKER*) delete_rule "$what" "${more#-A }" ;;
      "chain "*:DOCKER*) more=${more#:} && iptables -t "$what" -X "${more%% *}" ;;
      "chain filter :FORWARD DROP") iptables -P FORWARD ACCEPT ;;
      "forward 1 ") echo 0 >/proc/sys/net/ipv4/ip_forward ;;
      "bridge docker0 ") ip link delete docker0 ;;
    esac
  done < <(network_state | grep -vxF -- "$1" | sort -r)
}

# compose_command: docker-compose, or the plugin of Docker's own packages.
compose_command() {
  if docker compose version >/dev/null 2>&1; then
    printf 'docker compose'
  else
    printf docker-compose
  fi
}
