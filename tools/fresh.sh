#!/usr/bin/env bash
# Runs a command in a bare Debian 12, on a clone of the last commit: what a
# newcomer's machine shows.
#
#   tools/fresh.sh ./dev test
#   TRIAD_FRESH_KEEP=1 tools/fresh.sh ./dev build     keeps the root directory
#
# The base is made once by debootstrap and kept in TRIAD_FRESH_DIR
# (/var/tmp/triad-fresh); every run works on a copy. It takes over this machine's
# Debian mirror, proxies, certificate authorities and npm registry, and shares
# its network. Needs root. The exit code is the command's.
set -euo pipefail

readonly dir=${TRIAD_FRESH_DIR:-/var/tmp/triad-fresh}
project=$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --show-toplevel)
readonly project
# shellcheck source=tools/debian.sh
source "$project/tools/debian.sh"

main() {
  [ $# -ge 1 ] || fail "say what to run, for instance: tools/fresh.sh ./dev test"
  [ "$(id -u)" = 0 ] || fail "needs root, for debootstrap and chroot"
  mkdir -p "$dir"
  [ -e "$dir/base.done" ] || make_base
  run_in_copy "$@"
}

fail() {
  echo "fresh: $1" >&2
  exit 2
}

make_base() {
  command -v debootstrap >/dev/null || fail "needs debootstrap: apt-get install debootstrap"
  echo "fresh: making the base, once"
  debootstrap_into "$dir/base" "$dir/debootstrap.log" ca-certificates,git ||
    fail "debootstrap failed: see $dir/debootstrap.log"
  touch "$dir/base.done"
}

run_in_copy() {
  local copy status=0 variables
  copy=$(mktemp -d "$dir/run.XXXXXX")
  cp -a "$dir/base/." "$copy/"
  take_over_settings "$copy"
  git clone -q --no-hardlinks "$project" "$copy/home/triad"
  mapfile -t variables < <(network_environment)
  # shellcheck disable=SC2016  # expanded by the inner bash
  # A mount and process name space of its own: nothing is left when it ends.
  unshare --mount --pid --fork --kill-child bash -c '
    copy=$1
    shift
    mount --make-rprivate /
    mount -t proc proc "$copy/proc"
    mount --rbind /sys "$copy/sys"
    mount --rbind /dev "$copy/dev"
    mount -t tmpfs tmpfs "$copy/tmp"
    exec chroot "$copy" "$@"' fresh "$copy" \
    /usr/bin/env -i HOME=/root TERM="${TERM:-dumb}" LANG=C.UTF-8 CI="${CI:-}" \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    "${variables[@]}" \
    bash -c 'cd /home/triad && exec "$@"' fresh "$@" || status=$?
  if [ -n "${TRIAD_FRESH_KEEP:-}" ]; then
    echo "fresh: kept in $copy"
  else
    rm -rf --one-file-system "$copy"
  fi
  exit "$status"
}

main "$@"
