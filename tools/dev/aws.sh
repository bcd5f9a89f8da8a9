# shellcheck shell=bash
# ./dev test --aws: the Terraform against a mocked AWS.

readonly aws_environments=(dev staging production)

# test_aws [ENVIRONMENT...]: all of them, one after another. Terraform, its AWS
# provider and a mock come neither from Debian nor from npm: whoever has none is
# told so.
test_aws() {
  local name environments=("${@:-${aws_environments[@]}}") skipped=()
  for name in "${environments[@]}"; do
    [[ " ${aws_environments[*]} " == *" $name "* ]] || fail "no environment '$name': ${aws_environments[*]}" 2
  done
  need_node
  lint_terraform tflint skipped
  lint_terraform checkov skipped
  if ! command -v terraform >/dev/null; then
    skipped+=("the layers: terraform is not installed")
  elif [ -z "${TRIAD_AWS_ENDPOINT:-}" ]; then
    skipped+=("the layers: TRIAD_AWS_ENDPOINT names no mocked AWS, such as http://127.0.0.1:5555")
  else
    for name in "${environments[@]}"; do
      say "testing the layers of $name against $TRIAD_AWS_ENDPOINT"
      node tests/terraform/aws.mjs "$name" || fail "the layers of $name are not as they should be: see above"
    done
  fi
  for name in "${skipped[@]}"; do say "SKIPPED: $name"; done
}

# lint_terraform tflint|checkov LIST: what was skipped is added to the list.
lint_terraform() {
  local -n list=$2
  command -v "$1" >/dev/null || { list+=("$1 is not installed") && return; }
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
