# shellcheck shell=bash
# ./dev test --soak.

# test_soak MINUTES: the suite under load and faults, half of the time with objects on disk
# and half with S3. Its data is on a disk of its own, in memory, because that gets full.
test_soak() {
  local disk=build/soak place
  [[ $1 =~ ^[1-9][0-9]*$ ]] || fail "--soak takes a number of minutes, not '$1'" 2
  [ "$(id -u)" = 0 ] || fail "the disk that gets full is a file system of its own, which only root can mount"
  prepare build
  need_s3
  build_preset dev "${suite_servers[@]/#/triad-}"
  trap 'unmount_below "$root/build"' EXIT
  trap 'exit 130' INT TERM HUP
  for place in disk s3; do
    mkdir -p "$disk"
    unmount_below "$root/build"
    mount -t tmpfs -o size=256m triad-soak "$disk" ||
      fail "the disk that gets full is a file system of its own, which cannot be mounted here"
    say "soaking the suite for half of $1 min, with objects in: $place"
    node tests/soak/main.mjs build/dev/bin "$disk" "$(node -p "$1 / 2")" "$place" ||
      fail "the soak found something: see above"
  done
}
