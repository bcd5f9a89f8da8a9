# shellcheck shell=bash disable=SC2034  # whoever sources this uses what it needs
# suite.json, the list of the suite, for bash: no more is needed to read it than
# that each entry is a line of its own.

# Names: of whatever has an image, of the binaries among it, triad-NAME, in the
# order in which they start, of those that the gateway calls by gRPC, and of those
# that keep data.
suite_images=() suite_servers=() suite_services=() suite_keepers=()
# Images that are no part of the suite: they are built when they are named.
other_images=(standalone-gateway)
declare -A suite_port=() suite_admin_port=() suite_service=()

read_suite() {
  local line name
  while read -r line; do
    [[ $line =~ \"name\":\ \"([a-z0-9-]+)\" ]] || continue
    name=${BASH_REMATCH[1]}
    suite_images+=("$name")
    if [[ $line =~ \"port\":\ ([0-9]+) ]]; then suite_port[$name]=${BASH_REMATCH[1]}; fi
    if [[ $line =~ \"data\":\ true ]]; then suite_keepers+=("$name"); fi
    if [[ $line =~ \"admin_port\":\ ([0-9]+) ]]; then
      suite_servers+=("$name")
      suite_admin_port[$name]=${BASH_REMATCH[1]}
    fi
    if [[ $line =~ \"service\":\ \"([A-Za-z0-9_.]+)\" ]]; then
      suite_services+=("$name")
      suite_service[$name]=${BASH_REMATCH[1]}
    fi
  done <"${BASH_SOURCE[0]%/*}/../suite.json"
}

read_suite
