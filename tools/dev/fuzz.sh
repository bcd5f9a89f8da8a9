# shellcheck shell=bash
# ./dev test --fuzz.

readonly fuzz_seconds=20 # for each target, unless told

# test_fuzz SECONDS [TARGET...]: all targets, one after another. What is found stays in
# build/fuzz: inputs that reach something new in corpus/, those that break something in
# crashes/.
test_fuzz() {
  local seconds=$1 name targets=() broken=()
  shift
  mapfile -t targets < <(fuzz_targets)
  for name in "$@"; do
    [[ " ${targets[*]} " == *" $name "* ]] || fail "no fuzz target '$name': ${targets[*]}" 2
  done
  [ $# = 0 ] || targets=("$@")
  prepare build fuzz
  build_preset fuzz "${targets[@]/#/fuzz_}"
  say "fuzzing each of ${#targets[@]} targets for $seconds s"
  for name in "${targets[@]}"; do fuzz_target "$name" "$seconds" || broken+=("$name"); done
  [ ${#broken[@]} = 0 ] ||
    fail "fuzzing broke ${broken[*]}: see above; an input that did so stays a test in tests/fuzz/corpus once it is mended"
}

fuzz_targets() {
  local source
  for source in tests/fuzz/targets/*.cc; do basename "$source" .cc; done
}

# fuzz_target NAME SECONDS: fails if something broke, and says how to see it again.
fuzz_target() {
  local name=$1 program=build/fuzz/bin/fuzz_$1 log=$log_dir/fuzz-$1.log code=0 input options
  local corpus=build/fuzz/corpus/$1 crashes=build/fuzz/crashes/$1
  mkdir -p "$corpus" "$crashes"
  options=("-max_total_time=$2" -max_len=4096 -timeout=60 -rss_limit_mb=2048 -print_final_stats=1
    "-artifact_prefix=$crashes/")
  [ ! -f "tests/fuzz/dictionaries/$name" ] || options+=("-dict=tests/fuzz/dictionaries/$name")
  "$program" "${options[@]}" "$corpus" "tests/fuzz/corpus/$name" >"$log" 2>&1 || code=$?
  printf '%-16s %12s executions\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  [ "$code" != 0 ] || return 0
  grep -aE -m 3 '^broken: |ERROR: |runtime error: |^SUMMARY: ' "$log" >&2 || tail -n 15 "$log" >&2
  input=$(sed -n 's/^.*Test unit written to //p' "$log" | tail -n 1)
  echo "  again: $program ${input:-(no input was written)}; the whole story: ${log#"$root/"}" >&2
  return 1
}
