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

install_packages() {
  local sudo=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "missing Debian packages; as root, run: apt-get install --no-install-recommends $1"
    sudo=(sudo)
  fi
  say "installing Debian packages: $1"
  export DEBIAN_FRONTEND=noninteractive
  quietly apt-update "${sudo[@]}" apt-get update
  # shellcheck disable=SC2086
  quietly apt-install "${sudo[@]}" apt-get install -y --no-install-recommends --no-remove $1
}
