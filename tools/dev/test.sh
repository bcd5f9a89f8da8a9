# shellcheck shell=bash
# ./dev test and ./dev bench.

cmd_test() {
  local fresh='' sanitizers='' names=()
  while [ $# -gt 0 ]; do
    case $1 in
      --fresh) fresh=yes ;;
      --sanitizers) sanitizers=yes ;;
      -*) fail "./dev test does not take '$1': ./dev help" 2 ;;
      *) names+=("$1") ;;
    esac
    shift
  done
  if [ -n "$fresh" ]; then
    exec tools/fresh.sh ./dev test ${sanitizers:+--sanitizers} "${names[@]}"
  fi
  prepare build test
  if [ -n "$sanitizers" ]; then
    run_tests asan all "${names[@]}"
    run_tests tsan triad_tests "${names[@]}"
  else
    run_tests dev all "${names[@]}"
  fi
}

# run_tests PRESET TARGET [NAME...]
run_tests() {
  local preset=$1 target=$2 matching=()
  shift 2
  if [ $# -gt 0 ]; then matching=(-R "$(alternatives "$@")"); fi
  build_preset "$preset" "$target"
  say "testing build/$preset"
  ctest --test-dir "build/$preset" --parallel 2 --output-on-failure --no-tests=error \
    --output-junit junit.xml "${matching[@]}" ||
    fail "tests failed: their output is above; one alone runs with ./dev test NAME"
}

# "a b" becomes "a|b".
alternatives() {
  local IFS='|'
  printf '%s' "$*"
}

cmd_bench() {
  prepare build bench
  build_preset release triad-config triad-transform triad-storage triad-gateway triad_site
  exec node tests/bench/main.mjs build/release "$@"
}
