# shellcheck shell=bash
# ./dev test --aws: the Terraform against a mocked AWS.

readonly aws_environments=(dev staging production)

# test_aws [ENVIRONMENT...]: all of them, one after another. What is needed comes
# neither from Debian nor from npm, so it is not installed here. What can run does;
# what cannot is a failure at the end.
test_aws() {
  local name environments=("${@:-${aws_environments[@]}}") missing=() count reasons
  for name in "${environments[@]}"; do
    [[ " ${aws_environments[*]} " == *" $name "* ]] || fail "no environment '$name': ${aws_environments[*]}" 2
  done
  need_node
  lint_terraform tflint
  lint_terraform checkov
  count=${#missing[@]}
  for name in terraform aws jq; do
    command -v "$name" >/dev/null || missing+=("the layers, as $name is not installed")
  done
  [ -n "${TRIAD_AWS_ENDPOINT:-}" ] ||
    missing+=("the layers, as TRIAD_AWS_ENDPOINT names no mocked AWS, such as http://127.0.0.1:5555")
  if [ "${#missing[@]}" = "$count" ]; then
    for name in "${environments[@]}"; do test_layers "$name"; done
  fi
  [ ${#missing[@]} -gt 0 ] || return 0
  reasons=$(printf '; %s' "${missing[@]}")
  fail "not tested: ${reasons:2}"
}

test_layers() {
  say "testing the layers of $1 against $TRIAD_AWS_ENDPOINT"
  node tests/terraform/aws.mjs "$1" || fail "the layers of $1 are not as they should be: see above"
}

# lint_terraform tflint|checkov: one that is not there is added to `missing`.
lint_terraform() {
  if ! command -v "$1" >/dev/null; then
    missing+=("$1, which is not installed")
    return
  fi
  say "$1"
  case $1 in
    tflint) run_tflint ;;
    checkov) checkov -d deploy/terraform --config-file deploy/terraform/.checkov.yaml ;;
  esac || fail "$1 found something: a finding that stays is waived by name, with the reason"
}

run_tflint() {
  local folder
  for folder in deploy/terraform/layers/* deploy/terraform/modules/*; do
    tflint --chdir="$folder" --no-color || return
  done
}
