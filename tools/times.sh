#!/usr/bin/env bash
# Measures what README and ./dev say that Triad takes (tools/dev/figures.sh), in a
# bare Debian 12, on a clone of the last commit. Needs root, half an hour, and a
# machine that does nothing else.
#
#   tools/times.sh
set -euo pipefail

cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

main() {
  case ${1:-} in
    '') exec tools/fresh.sh tools/times.sh --here ;;
    --here) measure ;;
    *) echo "times: takes nothing" >&2 && exit 2 ;;
  esac
}

measure() {
  local disk_before disk_after memory_before least
  disk_before=$(used_disk)
  memory_before=$(available_memory)
  timed "first ./dev up" ./dev up --detach
  disk_after=$(used_disk)
  least=$(cat /tmp/least_memory)
  ./dev down
  timed "later ./dev up" ./dev up --detach
  ./dev down
  timed "first ./dev test" ./dev test
  timed "later ./dev test" ./dev test
  printf '%s\n' "on $(nproc) cores:" "${figures[@]}" \
    "disk that the first ./dev up took: $((disk_after - disk_before)) MB" \
    "memory that it took: $((memory_before - least)) MB"
}

figures=()

# timed WHAT COMMAND...
timed() {
  local what=$1 began=$SECONDS watcher
  shift
  watch_memory &
  watcher=$!
  "$@"
  kill "$watcher"
  figures+=("$what: $((SECONDS - began)) s")
}

used_disk() { df --output=used -BM . | tr -dc 0-9; }

available_memory() { sed -n 's/^MemAvailable: *\([0-9]*\)[0-9]\{3\} kB$/\1/p' /proc/meminfo; }

# Leaves the least that was available in /tmp/least_memory.
watch_memory() {
  local now least
  least=$(cat /tmp/least_memory 2>/dev/null || available_memory)
  while sleep 1; do
    now=$(available_memory)
    [ "$now" -ge "$least" ] || least=$now
    echo "$least" >/tmp/least_memory
  done
}

main "$@"
