# shellcheck shell=bash
# Messages, logs and small helpers, for the other parts of ./dev.

# TRIAD_STATE_DIR: for the test of ./dev, beside a suite that runs.
readonly state_dir=${TRIAD_STATE_DIR:-$root/.dev}
readonly log_dir=$state_dir/log
mkdir -p "$log_dir"

if [ -t 1 ]; then
  readonly bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m'
else
  readonly bold='' red='' plain=''
fi

say() { printf '%s%s%s\n' "$bold" "$*" "$plain"; }

# What a command has done so far, with times, for what is said if it stops.
steps_done=() step_began=$SECONDS

# finished STEP: what began when the one before it was finished.
finished() {
  local took=$((SECONDS - step_began))
  steps_done+=("$1 ($((took / 60)):$(printf '%02d' $((took % 60))))")
  step_began=$SECONDS
}

# fail MESSAGE [CODE]: one line that says what to do, then the end.
fail() {
  printf '%sdev: %s%s\n' "$red" "$1" "$plain" >&2
  exit "${2:-1}"
}

# quietly NAME COMMAND...: output goes to a log; on failure its end is shown.
quietly() {
  local log=$log_dir/$1.log
  shift
  "$@" >"$log" 2>&1 && return
  tail -n 15 "$log" >&2
  fail "'$*' failed: the lines above are the end of ${log#"$root/"}"
}

# with_lock NAME COMMAND...: waits for another ./dev that does the same.
with_lock() {
  local lock=$state_dir/$1.lock descriptor
  shift
  exec {descriptor}>"$lock"
  if ! flock -n "$descriptor"; then
    say "another ./dev is at this; waiting for it"
    flock "$descriptor"
  fi
  "$@"
  exec {descriptor}>&-
}

# A path as the caller meant it, wherever ./dev was called from.
from_caller() {
  case $1 in
    /*) printf '%s' "$1" ;;
    *) printf '%s' "$caller_dir/$1" ;;
  esac
}

# option_value FLAG [VALUE]: the value that has to follow a flag.
option_value() {
  if [ -z "${2:-}" ]; then fail "$1 needs a value: ./dev help" 2; fi
  printf '%s' "$2"
}

check_port() {
  if ! [[ $2 =~ ^[1-9][0-9]{0,4}$ && $2 -le 65535 ]]; then
    fail "$1 takes a port from 1 to 65535, not '$2'" 2
  fi
}
