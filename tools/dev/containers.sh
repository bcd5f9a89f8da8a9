# shellcheck shell=bash
# ./dev test --containers.

# Builds all images, and tests them and docker-compose.yml for real. With
# "if-possible" a machine where no engine can be started is told of, not failed.
test_containers() {
  local failed=''
  if ! need_engine || ! engine_reaches_into_containers; then
    [ "$1" = if-possible ] || fail "$engine_problem"
    say "images and compose are not tested here: $engine_problem"
    return
  fi
  need_compose
  build_portable_tests
  TRIAD_TAG=$(image_tag)
  TRIAD_COMPOSE=$(compose_command)
  export TRIAD_TAG TRIAD_COMPOSE
  build_images docker "$TRIAD_TAG" "${suite_images[@]}" "${other_images[@]}"
  say "testing images and docker-compose.yml"
  mkdir -p build/containers
  node --test --test-concurrency=1 --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=junit --test-reporter-destination=build/containers/junit.xml tests/containers/live/*_test.mjs ||
    failed=yes
  write_report
  [ -z "$failed" ] || fail "tests of containers failed: their output is above"
}

# Health checks run inside containers. An engine that is in a chroot itself runs
# them on the root of the machine around it.
engine_reaches_into_containers() {
  local container place=/triad-$$ reached=''
  container=$(docker run --detach --workdir "$place" "$(base_image docker)" sleep 60)
  docker exec --workdir / "$container" test -d "$place" && reached=yes
  docker rm --force "$container" >/dev/null
  [ -n "$reached" ] || engine_problem="the container engine cannot run a command inside a container, as health checks do: it is in a chroot"
  [ -n "$reached" ]
}

need_compose() {
  docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null || need_packages compose
}

bench_images() {
  local tag
  [ $# = 0 ] || fail "./dev bench --images takes nothing" 2
  need_engine || fail "$engine_problem"
  prepare build
  tag=$(image_tag)
  build_images docker "$tag" "${suite_images[@]}"
  node tests/bench/images.mjs "$tag"
}
