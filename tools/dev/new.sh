# shellcheck shell=bash
# ./dev new: services and methods, by tools/new.

cmd_new() {
  local written
  need_packages new
  need_node
  written=$(node tools/new/main.mjs "$@") || exit $?
  # The dashboards have a row for each service.
  [ "$1" != service ] || node deploy/monitoring/generator/main.mjs >/dev/null
  grep -E '\.(cc|h)$' <<<"$written" | xargs -r clang-format-14 -i
  printf '%s\n' "$written"
}
