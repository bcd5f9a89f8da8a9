# shellcheck shell=bash
# ./dev images: the images of suite.json, or those that are named, by Docker or, without a
# daemon, by buildah.

readonly images_dir=$root/build/images
readonly context_dir=$images_dir/context

cmd_images() {
  local engine='' tag='' push='' names=()
  while [ $# -gt 0 ]; do
    case $1 in
      --engine) engine=$(option_value "$@"); shift ;;
      --tag) tag=$(option_value "$@"); shift ;;
      --push) push=$(option_value "$@"); shift ;;
      -*) fail "./dev images does not take '$1': ./dev help" 2 ;;
      *) names+=("$(check_image "$1")") ;;
    esac
    shift
  done
  [ ${#names[@]} -gt 0 ] || names=("${suite_images[@]}")
  [ -n "$engine" ] || engine=$(find_engine)
  check_engine "$engine"
  build_images "$engine" "${tag:-$(image_tag)}" "${names[@]}"
  [ -z "$push" ] || push_images "$engine" "${tag:-$(image_tag)}" "$push" "${names[@]}"
}

check_image() {
  local all=("${suite_images[@]}" "${other_images[@]}")
  [[ " ${all[*]} " == *" $1 "* ]] || fail "no image '$1': ${all[*]}" 2
  printf '%s' "$1"
}

# The commit that is built, and whether it is quite that.
image_tag() {
  local commit
  commit=$(git rev-parse --short=8 HEAD)
  if [ -n "$(git status --porcelain --untracked-files=no)" ]; then commit+=-modified; fi
  printf '%s' "$commit"
}

# ---- engines ----

find_engine() {
  if docker info >/dev/null 2>&1; then
    printf docker
  elif command -v docker >/dev/null && ! command -v buildah >/dev/null; then
    fail "Docker's daemon does not answer: start it, or build with ./dev images --engine buildah"
  else
    printf buildah
  fi
}

check_engine() {
  case $1 in
    docker) docker info >/dev/null 2>&1 || fail "Docker's daemon does not answer: start it, or use --engine buildah" ;;
    buildah) need_packages buildah ;;
    *) fail "--engine takes docker or buildah, not '$1'" 2 ;;
  esac
}

# Whether the engine has cache mounts: buildah, and Docker with BuildKit.
has_cache_mounts() {
  [ "$1" = buildah ] || docker buildx version >/dev/null 2>&1
}

# ---- building ----

# build_images ENGINE TAG NAME...
build_images() {
  local engine=$1 tag=$2 name base
  shift 2
  mkdir -p "$images_dir"
  base=$(base_image "$engine")
  copy_sources
  write_dockerfile "$engine"
  for name in "$@"; do
    say "building triad/$name:$tag with $engine; its log: ${log_dir#"$root/"}/image-$name.log"
    build_image "$engine" "$name" "$tag" "$base"
    take_out "$engine" "$name" "$tag" /sbom.cdx.json "$images_dir/$name.cdx.json"
    [ "$name" != gateway ] || take_out "$engine" "$name" "$tag" /triadctl "$images_dir/triadctl"
  done
}

# All images from the same sources, whatever is edited meanwhile.
copy_sources() {
  rm -rf "$context_dir"
  mkdir -p "$context_dir"
  comm --zero-terminated -23 <(git ls-files -z --cached --others --exclude-standard | sort -zu) \
    <(git ls-files -z --deleted | sort -z) |
    tar --create --null --files-from - | tar --extract --directory "$context_dir"
}

# The Dockerfile as this engine takes it.
write_dockerfile() {
  local mounts=''
  ! has_cache_mounts "$1" || mounts=yes
  awk -v mounts="$mounts" '
    mounts && sub(/^# cache: /, "") { mount = "--mount=type=cache,target=" $0 " "; next }
    mount && sub(/^RUN /, "RUN " mount) { mount = "" }
    { print }' Dockerfile >"$images_dir/Dockerfile"
}

build_image() {
  local engine=$1 name=$2 tag=$3 log=$log_dir/image-$2.log command=(docker build)
  [ "$engine" = docker ] || command=(buildah build --layers --format docker)
  # The host's network, so that a build reaches what the host does.
  "${command[@]}" --network host --file "$images_dir/Dockerfile" --target "$name" \
    --build-arg "BASE=$4" --build-arg "COMMIT=$tag" --build-arg "VERSION=$(project_version)" \
    --build-arg "CREATED=$(git log -1 --format=%cI)" \
    --tag "triad/$name:$tag" --tag "triad/$name:dev" "$context_dir" 2>&1 | tee "$log" | only_steps || {
    tail -n 25 "$log" >&2
    fail "triad/$name could not be built: the lines above are the end of ${log#"$root/"}"
  }
}

# Of what an engine says, passes how far it is: each command of the Dockerfile that
# it runs, and what ./dev says in there, a tenth of the build at a time.
only_steps() {
  local line
  while IFS= read -r line; do
    if [[ $line =~ (Step|STEP)\ [0-9]+/[0-9]+\ ?:\ RUN || $line =~ ^#[0-9]+\ \[.*[0-9]+/[0-9]+\]\ RUN ||
      $line =~ ^(#[0-9]+\ [0-9.]+\ )?(\[[0-9]+/[0-9]+\]|installing|unpacking|configuring|building)\  ]]; then
      printf '  %(%H:%M:%S)T %s\n' -1 "${line:0:100}"
    fi
  done
}

project_version() { sed -n 's/^project(triad VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt; }

# What the sources are built in: TRIAD_BASE_IMAGE, Debian's image, or one made
# here of Debian's packages where no registry of images can be reached.
base_image() {
  if [ -n "${TRIAD_BASE_IMAGE:-}" ]; then
    printf '%s' "$TRIAD_BASE_IMAGE"
    return
  fi
  local engine=$1 published=docker.io/library/debian:bookworm-slim own=localhost/triad/base:bookworm
  local inspect=(docker image inspect)
  [ "$engine" = docker ] || inspect=(buildah inspect --type image)
  if "${inspect[@]}" "$published" >/dev/null 2>&1 || pull "$engine" "$published"; then
    printf '%s' "$published"
    return
  fi
  if ! "${inspect[@]}" "$own" >/dev/null 2>&1; then make_base_image "$engine" "$own" >&2; fi
  printf '%s' "$own"
}

pull() { timeout 300 "$1" pull "$2" >"$log_dir/pull.log" 2>&1; }

make_base_image() {
  local variable settings=()
  [ "$(id -u)" = 0 ] || fail "no base image can be pulled, and only root can make one: see ${log_dir#"$root/"}/pull.log"
  say "no base image can be pulled; making one of Debian's packages"
  need_packages base
  while read -r variable; do settings+=("$variable"); done < <(network_environment)
  if [ "$1" = docker ]; then
    tools/images/base.sh | docker import "${settings[@]/#/--change=ENV }" - "$2"
  else
    import_with_buildah "$2" "${settings[@]}"
  fi
}

import_with_buildah() {
  local container variable
  container=$(buildah from scratch)
  tools/images/base.sh >"$images_dir/base.tar"
  buildah add --quiet "$container" "$images_dir/base.tar" /
  for variable in "${@:2}"; do buildah config --env "$variable" "$container"; done
  buildah commit --quiet --rm "$container" "$1"
  rm "$images_dir/base.tar"
}

# take_out ENGINE NAME TAG FILE TO: a file that the build put into the image.
take_out() {
  local engine=$1 image=triad/$2:$3 file=$4 to=$5 container
  if [ "$engine" = docker ]; then
    container=$(docker create "$image")
    docker cp "$container:$file" "$to" >/dev/null
    docker rm --volumes "$container" >/dev/null
  else
    container=$(buildah from "$image")
    cp "$(buildah mount "$container")$file" "$to"
    buildah rm "$container" >/dev/null
  fi
}

# push_images ENGINE TAG PREFIX NAME...: to PREFIX/NAME:TAG.
push_images() {
  local engine=$1 tag=$2 prefix=$3 name
  shift 3
  for name in "$@"; do
    say "pushing $prefix/$name:$tag"
    if [ "$engine" = docker ]; then
      docker tag "triad/$name:$tag" "$prefix/$name:$tag"
      quietly "push-$name" docker push "$prefix/$name:$tag"
    else
      quietly "push-$name" buildah push "triad/$name:$tag" "docker://$prefix/$name:$tag"
    fi
  done
}
