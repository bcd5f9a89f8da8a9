# shellcheck shell=bash
# What the static build links and Debian has as a shared library only: made once
# from Debian's own source, in the version that the headers have.

readonly static_libraries=$state_dir/static
# What tools/images/lay_out.sh takes from the static build.
readonly image_targets=(triad-gateway triad-config triad-transform triad-storage triad-probe
  triad_site triad_nginx_rules)

need_static_libraries() {
  local version
  version=$(dpkg-query -W -f='${source:Version}' prometheus-cpp-dev)
  [ "$(cat "$static_libraries/source" 2>/dev/null)" != "prometheus-cpp $version" ] || return 0
  say "building prometheus-cpp $version from Debian's source"
  rm -rf "$static_libraries"
  mkdir -p "$static_libraries/work/lists/partial"
  debian_source_list >"$static_libraries/work/debian.sources"
  (cd "$static_libraries/work" && quietly apt-source debian_source prometheus-cpp "$version")
  quietly prometheus-cpp build_prometheus_cpp "$static_libraries/work/prometheus-cpp-${version%-*}"
  rm -rf "$static_libraries/work"
  printf 'prometheus-cpp %s\n' "$version" >"$static_libraries/source"
}

# This machine's Debian mirrors, as a list of sources in deb822 format.
debian_source_list() {
  printf '%s\n' 'Types: deb-src' "URIs: $(debian_mirror)" \
    'Suites: bookworm' 'Components: main' 'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg'
}

# debian_source PACKAGE VERSION: unpacked into the working directory. The lists
# of sources are kept apart from the machine's, so that no root is needed.
debian_source() {
  local options=(-o "Dir::Etc::SourceList=$PWD/debian.sources" -o Dir::Etc::SourceParts=-
    -o "Dir::State::Lists=$PWD/lists" -o APT::Sandbox::User=)
  apt-get "${options[@]}" update && apt-get "${options[@]}" source "$1=$2"
}

build_prometheus_cpp() {
  local build=$1/triad
  cmake -S "$1" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=None "-DCMAKE_CXX_FLAGS=-O2 -g1 -DNDEBUG" \
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_SHARED_LIBS=OFF -DENABLE_PULL=OFF \
    -DENABLE_PUSH=OFF -DENABLE_COMPRESSION=OFF -DENABLE_TESTING=OFF \
    "-DCMAKE_INSTALL_PREFIX=$static_libraries" -DCMAKE_INSTALL_LIBDIR=lib &&
    ninja -C "$build" install
}
