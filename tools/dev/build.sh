# shellcheck shell=bash
# Configuring and building with CMake and Ninja.

readonly presets=(dev release static asan tsan coverage fuzz)

cmd_build() {
  local preset=${1:-dev}
  [[ " ${presets[*]} " == *" $preset "* ]] || fail "no preset '$preset': ${presets[*]}" 2
  local targets=(all)
  ! tests_alone "$preset" || targets=(triad_tests)
  [ "$preset" != static ] || targets=("${image_targets[@]}")
  [ "$preset" != fuzz ] || targets=(triad_fuzz_targets)
  case $preset in
    static) prepare build static ;;
    fuzz) prepare build fuzz ;;
    *) prepare build test ;;
  esac
  build_preset "$preset" "${targets[@]}"
  say "built in build/$preset"
}

# What a static build and the images need, without the build: the Dockerfile does
# this before it copies the sources.
cmd_prepare() {
  [ $# = 0 ] || fail "./dev prepare takes nothing" 2
  prepare build static
  need_static_libraries
  need_unpacked nginx
}

# Presets of which only C++ tests are built: thread sanitizer is for the targets
# without gRPC, and what unit tests cover is counted without the page.
tests_alone() { [[ $1 == tsan || $1 == coverage ]]; }

# prepare GROUP...: packages of these groups, Node on PATH, and npm's packages.
prepare() { with_lock prepare prepare_locked "$@"; }

prepare_locked() {
  need_packages "$@"
  need_npm_packages
}

# build_preset PRESET TARGET...
build_preset() { with_lock "build-$1" build_preset_locked "$@"; }

# configure_preset PRESET: its tests are known then, though nothing is built.
configure_preset() { with_lock "build-$1" configure_preset_locked "$1"; }

build_preset_locked() {
  configure_preset_locked "$1"
  run_ninja "build/$1" "${@:2}"
}

configure_preset_locked() {
  local directory=build/$1 options=()
  ! tests_alone "$1" || options=(-DTRIAD_FRONTEND=OFF)
  if [ "$1" = static ]; then
    need_static_libraries
    options=("-DCMAKE_PREFIX_PATH=$(static_prefixes)" "-DTRIAD_COMMIT=${TRIAD_COMMIT:-}")
  fi
  if [ ! -f "$directory/build.ninja" ] || [ CMakePresets.json -nt "$directory/build.ninja" ] ||
    [ tools/dev/static.sh -nt "$directory/build.ninja" ] || [ -n "${TRIAD_COMMIT:-}" ]; then
    say "configuring $directory"
    quietly "configure-$1" cmake --preset "$1" "${options[@]}"
    finished "configuring $directory"
  else
    # Only where another of CMake's files has changed.
    quietly "configure-$1" ninja -C "$directory" build.ninja
  fi
}

# Ninja with a line that moves on a terminal, and eleven lines elsewhere.
run_ninja() {
  local log=$log_dir/build-${1##*/}.log
  if [ -t 1 ]; then
    ninja -C "$@" || fail "the build failed: see the lines above"
  else
    NINJA_STATUS='[%f/%t] ' ninja -C "$@" 2>&1 | tee "$log" | only_tenths ||
      fail "the build failed: see the lines above, or ${log#"$root/"}"
  fi
  finished "building in $1"
}

# Of Ninja's "[12/340] ..." lines, passes the first and one for each tenth of the
# work; all other lines (what failed, and why) pass as they are. In bash, as
# Debian's awk reads a pipe block by block: lines would come minutes late.
only_tenths() {
  local line tenth seen=-1
  while IFS= read -r line; do
    if [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\  ]]; then
      tenth=$((BASH_REMATCH[1] * 10 / BASH_REMATCH[2]))
      [ "$tenth" -gt "$seen" ] || continue
      seen=$tenth
    elif [[ $line =~ ^ninja:\ (Entering|no\ work) ]]; then
      continue
    fi
    printf '%s\n' "$line"
  done
}
