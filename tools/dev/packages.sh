# shellcheck shell=bash
# Debian packages. The list is tools/packages.txt.

# A machine that has just started upgrades itself, and holds the lock meanwhile.
readonly apt_waits=(-o DPkg::Lock::Timeout=300)

# need_packages GROUP...: installs what is missing of these groups.
need_packages() {
  local missing
  command -v dpkg-query >/dev/null || check_system /etc/os-release
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  check_system /etc/os-release
  install_packages "$missing"
}

# check_system OS_RELEASE: whether Triad works on what that file names.
check_system() {
  local here
  here=$(sed -n 's/^PRETTY_NAME="\?\([^"]*\)"\?$/\1/p' "$1")
  case $(sed -n 's/^\(ID\|VERSION_ID\)="\?\([^"]*\)"\?$/\1=\2/p' "$1" | sort | paste -sd ' ') in
    'ID=debian VERSION_ID=12') return ;;
    'ID=debian VERSION_ID=13')
      fail "Triad does not work on Debian 13: it does not compile with the Abseil there, and clang-14 and libraries of its tests are missing; use Debian 12, such as the image debian:12" ;;
  esac
  command -v dpkg-query >/dev/null ||
    fail "Triad builds on Debian 12, and ${here:-this system} has no dpkg: use the image debian:12"
  say "untested on ${here:-this system}: Triad is built and tested on Debian 12"
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
  apt-cache show "$1" >/dev/null 2>&1 || quietly apt-update as_root apt-get "${apt_waits[@]}" update
  work=$(mktemp -d)
  (cd "$work" && quietly apt-download apt-get -o APT::Sandbox::User= download "$1")
  mkdir -p "$(dirname "$home")"
  rm -rf "$home"
  dpkg-deb -R "$work"/*.deb "$home"
  rm -rf "$work"
}

# need_unpacked_of SUITE PACKAGE...: the same of another release of Debian, in
# .dev/unpacked/SUITE/PACKAGE, for programs of others that need more than this one has.
need_unpacked_of() {
  local suite=$1 package work missing=() options
  shift
  for package in "$@"; do
    [ -e "$state_dir/unpacked/$suite/$package/DEBIAN/control" ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "unpacking packages of Debian's $suite: ${missing[*]}"
  work=$(mktemp -d)
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$state_dir/unpacked/$suite"
  printf 'deb %s %s main\n' "$(debian_mirror)" "$suite" >"$work/sources.list"
  options=(-o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=-
    -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=)
  quietly "apt-update-$suite" apt-get "${options[@]}" update
  (cd "$work" && quietly "apt-download-$suite" apt-get "${options[@]}" download "${missing[@]}")
  for package in "${missing[@]}"; do
    rm -rf "$state_dir/unpacked/$suite/$package"
    dpkg-deb -R "$work/$package"_*.deb "$state_dir/unpacked/$suite/$package"
  done
  rm -rf "$work"
}

install_packages() {
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    fail "missing Debian packages; as root, run: apt-get install --no-install-recommends $1"
  fi
  say "installing $(wc -w <<<"$1") Debian packages, and what they need: $1"
  export DEBIAN_FRONTEND=noninteractive
  quietly apt-update as_root apt-get "${apt_waits[@]}" update
  # shellcheck disable=SC2086
  quietly apt-install as_root apt-get "${apt_waits[@]}" install -y --no-install-recommends --no-remove $1
  finished "installing Debian packages"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}
