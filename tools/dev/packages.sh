# shellcheck shell=bash
# Debian packages. The list is tools/packages.txt.

# need_packages GROUP...: installs what is missing of these groups.
need_packages() {
  command -v dpkg-query >/dev/null || fail "Triad builds on Debian 12 (dpkg is not here): use its container image"
  local missing
  missing=$(missing_packages "$@")
  [ -z "$missing" ] || install_packages "$missing"
}

missing_packages() {
  local wanted
  wanted=$(for group in "$@"; do sed -n "s/^$group: //p" tools/packages.txt; done | tr ' ' '\n' | sort)
  # dpkg-query fails if it has never heard of one, which is what is asked here.
  # shellcheck disable=SC2086  # a list of words
  { dpkg-query -W -f='${db:Status-Status} ${Package}\n' $wanted 2>/dev/null || true; } |
    sed -n 's/^installed //p' | sort -u | comm -23 <(printf '%s\n' "$wanted") - | paste -sd ' '
}

# need_unpacked PACKAGE: its files in .dev/unpacked/PACKAGE, for one whose
# installation would start a server on this machine.
need_unpacked() {
  local home=$state_dir/unpacked/$1 work
  [ ! -e "$home/DEBIAN/control" ] || return 0
  say "unpacking Debian package: $1"
  apt-cache show "$1" >/dev/null 2>&1 || quietly apt-update as_root apt-get update
  work=$(mktemp -d)
  (cd "$work" && quietly apt-download apt-get -o APT::Sandbox::User= download "$1")
  mkdir -p "$(dirname "$home")"
  rm -rf "$home"
  dpkg-deb -R "$work"/*.deb "$home"
  rm -rf "$work"
}

install_packages() {
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    fail "missing Debian packages; as root, run: apt-get install --no-install-recommends $1"
  fi
  say "installing Debian packages: $1"
  export DEBIAN_FRONTEND=noninteractive
  quietly apt-update as_root apt-get update
  # shellcheck disable=SC2086
  quietly apt-install as_root apt-get install -y --no-install-recommends --no-remove $1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}
