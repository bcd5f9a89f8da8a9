# shellcheck shell=bash
# ./dev test --power.

readonly power_cuts=5 # unless told

# test_power CUTS --power|--power=if-possible: power cuts of config, transform and storage, on an
# ext4 in a file. With "if-possible" a machine that cannot mount one is told of, not
# failed.
test_power() {
  local work=build/power power_problem='' name code=0
  find_power_problem "$work"
  if [ -n "$power_problem" ]; then
    [ "$2" = --power=if-possible ] || fail "$power_problem"
    say "power cuts are not tested here: $power_problem"
    return
  fi
  prepare build
  build_preset dev "${suite_servers[@]/#/triad-}"
  cc -shared -fPIC -O1 -Wall -Wextra -Werror -o "$work/no_sync.so" tests/power/no_sync.c
  say "cutting the power of config, transform and storage: without syncs, which has to be seen, then $1 times"
  # Pages are written when somebody asks for it, and not because time passes.
  for name in dirty_writeback_centisecs dirty_expire_centisecs; do
    writeback_before+=("$name=$(<"/proc/sys/vm/$name")")
  done
  trap restore_after_power EXIT
  trap 'exit 130' INT TERM HUP
  echo 0 >/proc/sys/vm/dirty_writeback_centisecs
  echo 360000 >/proc/sys/vm/dirty_expire_centisecs
  node tests/power/main.mjs build/dev/bin "$work" "$1" "$work/no_sync.so" || code=$?
  [ "$code" -le 1 ] || fail "the test of power cuts was ended before its end, which says nothing"
  [ "$code" = 0 ] ||
    fail "power cuts lost what was acknowledged, or what is lost without syncs was not seen: see above"
}

writeback_before=()

restore_after_power() {
  local setting
  unmount_below "$root/build/power"
  for setting in "${writeback_before[@]}"; do
    echo "${setting#*=}" >"/proc/sys/vm/${setting%%=*}"
  done
}

# unmount_below FOLDER: what a test that was ended has left there.
unmount_below() {
  local device place
  while read -r device place _; do
    [[ $place == "$1"/* ]] || continue
    umount "$place"
    [[ $device != /dev/loop* ]] || losetup --detach "$device"
  done </proc/mounts
}

# find_power_problem FOLDER: sets power_problem to why it cannot be done here, if so.
find_power_problem() {
  local image=$1/probe.img device=''
  if [ "$(id -u)" != 0 ]; then
    power_problem="power cuts need a file system of their own, which only root can mount"
    return
  fi
  if ! echo "$(</proc/sys/vm/dirty_writeback_centisecs)" 2>/dev/null >/proc/sys/vm/dirty_writeback_centisecs; then
    power_problem="the kernel's writing back of pages cannot be turned off here: /proc/sys is read-only"
    return
  fi
  need_packages power
  unmount_below "$root/$1"
  rm -rf "$1"
  mkdir -p "$1/probe"
  truncate -s 16M "$image"
  mkfs.ext4 -q -F "$image"
  if ! device=$(losetup --find --show --direct-io=on "$image" 2>&1); then
    power_problem="there is no loop device: $device"
    return
  fi
  if mount -t ext4 "$device" "$1/probe" 2>/dev/null; then
    umount "$1/probe"
  else
    power_problem="ext4 cannot be mounted here"
  fi
  losetup --detach "$device"
  rm "$image"
}
