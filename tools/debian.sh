# shellcheck shell=bash
# A Debian 12 of its own, made of this machine's mirror: for tools/fresh.sh and
# tools/images/base.sh.

# shellcheck disable=SC2034  # for those who source this
readonly authorities=/etc/ssl/certs/ca-certificates.crt

# The Debian mirror that this machine uses.
debian_mirror() {
  local found
  found=$(grep -rhoE 'https?://[^ ]*/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null |
    head -n 1 | tr -d ' ') || true
  printf '%s' "${found:-http://deb.debian.org/debian}"
}

# debootstrap_into DIRECTORY LOG PACKAGES: the smallest Debian, and these packages
# (joined by commas). Needs root.
debootstrap_into() {
  rm -rf "$1"
  debootstrap --variant=minbase "--include=$3" bookworm "$1" "$(debian_mirror)" >"$2" 2>&1 || {
    tail -n 5 "$2" >&2
    return 1
  }
}

# What lets the Debian in DIRECTORY reach the registries as this machine does.
take_over_settings() {
  local copy=$1
  cp /etc/resolv.conf "$copy/etc/resolv.conf"
  if [ -f "$authorities" ]; then cp "$authorities" "$copy$authorities"; fi
  if [ -d /usr/local/share/ca-certificates ]; then
    cp -r /usr/local/share/ca-certificates "$copy/usr/local/share/"
  fi
  apt-config dump Acquire::http::Proxy Acquire::https::Proxy >"$copy/etc/apt/apt.conf.d/90proxy"
  # Only where the registry is and how to sign in to it.
  install -m 600 /dev/null "$copy/root/.npmrc"
  grep -hE '^(@[^:]+:)?registry *=|^//' ~/.npmrc /etc/npmrc 2>/dev/null >>"$copy/root/.npmrc" || true
}

# Variables that say how to reach the network, as NAME=VALUE.
network_environment() {
  local name
  printf '%s\n' "SSL_CERT_FILE=$authorities" "NODE_EXTRA_CA_CERTS=$authorities"
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY \
    npm_config_registry NPM_CONFIG_REGISTRY; do
    [ -z "${!name:-}" ] || printf '%s=%s\n' "$name" "${!name}"
  done
}
