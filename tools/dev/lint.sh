# shellcheck shell=bash
# ./dev lint and ./dev fmt.

cmd_lint() {
  local quick='' failed=()
  case ${1:-} in
    '') ;;
    --quick) quick=yes ;;
    *) fail "./dev lint does not take '$1': ./dev help" 2 ;;
  esac
  need_packages lint
  lint_step format check_format
  lint_step shellcheck check_shell
  if [ -z "$quick" ]; then
    prepare build test lint
    lint_step buf check_buf
    lint_step frontend frontend_script lint
    lint_step clang-tidy check_tidy
  fi
  [ ${#failed[@]} = 0 ] || fail "lint found something in: ${failed[*]}"
  say "lint is clean"
}

# frontend_script NAME: Biome, on the page and on every other script of ours.
frontend_script() {
  git ls-files -z -- '*.mjs' ':(exclude)frontend' | sed -z 's|^|../|' |
    xargs -0 npm run --silent --prefix frontend "$1" --
}

# Runs every step even if one before it failed.
lint_step() {
  say "lint: $1"
  (set -e && "${@:2}") || failed+=("$1")
}

cpp_sources() { git ls-files -z -- '*.cc' '*.h'; }

# Tracked files only, and not what a link leads to.
shell_sources() {
  git grep -lzE '^#!.*\b(ba)?sh$' -- .ci dev tools tests deploy helm
}

check_format() {
  cpp_sources | xargs -0 -r clang-format-14 --dry-run --Werror --ferror-limit=3 ||
    { echo "./dev fmt mends this" && return 1; }
}

check_shell() { shell_sources | xargs -0 shellcheck -x; }

# A build folder for the linters. Clang is the compiler here, so its warnings and
# its thread-safety analysis count as well.
configure_lint() {
  [ ! -f build/lint/build.ninja ] || return 0
  quietly configure-lint cmake --preset dev -B build/lint -DCMAKE_CXX_COMPILER=clang++-14 -DCCACHE=
}

# buf reads what protoc made of the protos; the test runs it.
check_buf() {
  configure_lint
  quietly build-lint ninja -C build/lint triad_descriptor_set_file
  ctest --test-dir build/lint --quiet --output-on-failure --no-tests=error -R contract_buf_lint_test
}

check_tidy() {
  local generated
  configure_lint
  # Only what sources include: generated headers.
  generated=$(ninja -C build/lint -t targets all | sed -n 's/^\([^/].*\.h\): CUSTOM_COMMAND$/\1/p')
  # shellcheck disable=SC2086  # a list of words
  quietly build-lint ninja -C build/lint build.ninja $generated
  node tools/dev/tidy.mjs build/lint "$state_dir/tidy"
}

cmd_fmt() {
  [ $# = 0 ] || fail "./dev fmt takes nothing" 2
  prepare build lint
  cpp_sources | xargs -0 -r clang-format-14 -i
  frontend_script fmt
  say "formatted"
}
