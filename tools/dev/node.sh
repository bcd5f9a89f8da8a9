# shellcheck shell=bash
# Node and the npm packages.

readonly node_minimum=20.19
# npm's packages "node" and "npm", for machines without such a Node.
readonly node_pinned=22.23.3 npm_pinned=10.9.4
# Folders whose npm packages the build and the linters use; tests/browser gets
# its own when the tests are built.
readonly npm_folders=(. frontend)

node_is_recent() {
  local version
  version=$(node --version 2>/dev/null) && command -v npm >/dev/null || return 1
  printf '%s\n%s\n' "$node_minimum" "${version#v}" | sort -V -C
}

# Puts a Node that is recent enough on PATH.
need_node() {
  local home=$state_dir/node
  if [ -d "$home" ]; then PATH=$home/node_modules/.bin:$PATH; fi
  node_is_recent && return
  need_packages node
  say "installing Node $node_pinned from npm into .dev/node"
  rm -rf "$home"
  mkdir -p "$home"
  quietly node npm install --prefix "$home" --no-fund --no-audit "node@$node_pinned" "npm@$npm_pinned"
  PATH=$home/node_modules/.bin:$PATH
  hash -r
  node_is_recent || fail "Node in .dev/node does not run: remove .dev/node and try again"
}

# npm ci wherever the lock file is not the one that was last installed.
need_npm_packages() {
  need_node
  local folder
  for folder in "${npm_folders[@]}"; do need_npm_packages_of "$folder"; done
}

need_npm_packages_of() {
  if cmp -s "$1/package-lock.json" "$1/node_modules/.triad-lock"; then return; fi
  say "installing npm packages in $1"
  quietly npm-ci cmake "-DNPM=$(command -v npm)" "-DDIRECTORY=$root/$1" -P cmake/NpmCi.cmake
}
