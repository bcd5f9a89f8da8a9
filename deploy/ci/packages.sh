# shellcheck shell=bash
# need_packages COMMAND:PACKAGE...: installs Debian's packages of the commands that
# are not there.
need_packages() {
  local name missing=()
  for name in "$@"; do
    command -v "${name%:*}" >/dev/null || missing+=("${name#*:}")
  done
  [ ${#missing[@]} = 0 ] || apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
