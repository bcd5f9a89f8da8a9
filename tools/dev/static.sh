# shellcheck shell=bash
# What the static build links and Debian has as a shared library only: made once
# from Debian's own source, in the version that the headers have.

readonly static_libraries=$state_dir/static
# What tools/images/lay_out.sh takes from the static build.
readonly image_targets=("${suite_servers[@]/#/triad-}" "${other_images[@]/#/triad-}" triad-probe triadctl triad_site
  triad_nginx_rules)

# Package of the headers, source package, how it is built. Debian has an archive
# of curl, too, but it needs a dozen libraries of which there are none.
readonly static_sources=(
  "prometheus-cpp-dev prometheus-cpp build_prometheus_cpp"
  "libcurl4-openssl-dev curl build_curl"
  "libisal-dev libisal build_isal"
)

need_static_libraries() {
  local headers source build
  while read -r headers source build; do
    need_static_library "$headers" "$source" "$build"
  done < <(printf '%s\n' "${static_sources[@]}")
}

# Below each, `source` says what it was made from: the bill of materials reads it.
need_static_library() {
  local prefix=$static_libraries/$2 version
  version=$(dpkg-query -W -f='${source:Version}' "$1")
  [ "$(cat "$prefix/source" 2>/dev/null)" != "$2 $version" ] || return 0
  say "building $2 $version from Debian's source"
  rm -rf "$prefix"
  mkdir -p "$prefix/work/lists/partial"
  debian_source_list >"$prefix/work/debian.sources"
  (cd "$prefix/work" && quietly apt-source debian_source "$2" "$version")
  quietly "$2" "$3" "$prefix/work/$2-${version%-*}" "$prefix"
  rm -rf "$prefix/work"
  printf '%s %s\n' "$2" "$version" >"$prefix/source"
}

# Where CMake finds them.
static_prefixes() {
  local prefixes=("$static_libraries"/*/)
  local IFS=';'
  printf '%s' "${prefixes[*]%/}"
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
  build_static_library "$1" "$2" "-DCMAKE_CXX_FLAGS=-O2 -g1 -DNDEBUG" -DENABLE_PULL=OFF \
    -DENABLE_PUSH=OFF -DENABLE_COMPRESSION=OFF -DENABLE_TESTING=OFF
}

# HTTP over OpenSSL alone: that is all that is asked of it.
build_curl() {
  build_static_library "$1" "$2" "-DCMAKE_C_FLAGS=-O2 -g1 -DNDEBUG" -DBUILD_CURL_EXE=OFF \
    -DBUILD_TESTING=OFF -DHTTP_ONLY=ON -DCURL_USE_OPENSSL=ON -DCURL_USE_LIBSSH2=OFF \
    -DUSE_LIBIDN2=OFF -DUSE_NGHTTP2=OFF -DCURL_ZLIB=OFF -DCURL_CA_PATH=none \
    -DCURL_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt
}

# Its own small makefile asks for nothing but an assembler.
# What is taken out has a function of the same name as OpenSSL has, and no sum needs it.
build_isal() {
  make -C "$1" -f Makefile.unx --jobs "$(nproc)" AS=nasm lib &&
    install -D -m 644 "$1/bin/isa-l.a" "$2/lib/libisal.a" &&
    ar d "$2/lib/libisal.a" ec_base.o
}

# build_static_library SOURCES PREFIX OPTION...
build_static_library() {
  local build=$1/triad
  cmake -S "$1" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=None -DBUILD_SHARED_LIBS=OFF \
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON "-DCMAKE_INSTALL_PREFIX=$2" \
    -DCMAKE_INSTALL_LIBDIR=lib "${@:3}" &&
    ninja -C "$build" install
}
