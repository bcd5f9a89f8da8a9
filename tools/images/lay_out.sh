#!/usr/bin/env bash
# Lays out the root directory of every image below build/static/images, from a
# static build: what the Dockerfile copies, and nothing more.
#
#   tools/images/lay_out.sh COMMIT NGINX     NGINX: the unpacked package
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# shellcheck source=tools/suite.sh
source tools/suite.sh
# The Node that ./dev has put there, where the machine has none.
PATH=$PWD/.dev/node/node_modules/.bin:$PATH

readonly commit=$1 nginx=$2
readonly build=build/static images=build/static/images
version=$(sed -n 's/^project(triad VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
readonly version
authorities=(/usr/share/ca-certificates/mozilla/*.crt)
readonly authorities

main() {
  local name
  rm -rf "$images"
  for name in "${suite_servers[@]}"; do lay_out_binary "$name" "triad-$name"; done
  lay_out_binary standalone-gateway triad-gateway
  lay_out_frontend
  # What a named volume takes its owner from.
  mkdir -p "$images/data"
}

# root NAME: the directory that becomes the image's /.
root() { printf '%s' "$images/$1"; }

# lay_out_binary NAME PROGRAM: what is linked as triad-NAME, as /PROGRAM.
lay_out_binary() {
  mkdir -p "$(root "$1")/etc"
  strip -o "$(root "$1")/$2" "$build/bin/triad-$1"
  add_probe "$1"
  add_authorities "$1"
  # Names of other services come from /etc/hosts, then from DNS.
  echo 'hosts: files dns' >"$(root "$1")/etc/nsswitch.conf"
  local maps=("--map=$build/maps/triad-$1.map")
  if [ "$1" = gateway ]; then
    add_command_line "$1"
    maps+=("--map=$build/maps/triadctl.map")
  fi
  bill "$1" "${maps[@]}" "--file=${authorities[0]}"
}

# The command line is where everything can be reached from; a release has the same file.
add_command_line() { strip -o "$(root "$1")/triadctl" "$build/bin/triadctl"; }

# Whose certificates S3, and those who take traces and error reports, may have:
# Debian's list, without what this machine adds.
add_authorities() {
  mkdir -p "$(root "$1")/etc/ssl/certs"
  cat "${authorities[@]}" >"$(root "$1")/etc/ssl/certs/ca-certificates.crt"
}

add_probe() { strip -o "$(root "$1")/triad-probe" "$build/bin/triad-probe"; }

# bill NAME SOURCE...: the bill of materials, in the image and beside it.
bill() {
  local name=$1
  shift
  node "$PWD/tools/images/sbom.mjs" --image="$name" --version="$version" --commit="$commit" \
    --build="$build" --map="$build/maps/triad-probe.map" --out="$(root "$name")/sbom.cdx.json" "$@"
}

# nginx with the libraries that it loads, the site, and its configuration.
lay_out_frontend() {
  local to libraries file files=()
  to=$(root frontend)
  mapfile -t libraries < <(ldd "$nginx/usr/sbin/nginx" | grep -oE '/[^ ]+')
  for file in "${libraries[@]}"; do
    install -D -m 755 "$file" "$to$file"
    files+=("--file=$file")
  done
  install -D -m 755 "$nginx/usr/sbin/nginx" "$to/usr/sbin/nginx"
  mkdir -p "$to/etc/nginx" "$to/srv"
  cp -r frontend/nginx/. "$build/nginx/." "$to/etc/nginx/"
  cp -r "$build/site" "$to/srv/triad"
  # Which build people have, wherever the files are served from.
  printf '{"commit":"%s"}\n' "$commit" >"$to/srv/triad/version.json"
  add_probe frontend
  bill frontend "${files[@]}" "--unpacked=$nginx" --npm=frontend/package-lock.json
}

main
