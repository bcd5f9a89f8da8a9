# shellcheck shell=sh
# How a job acts as a role on AWS, with no key. For sh, as some jobs' images have
# no bash.

# AWS takes the token that GitLab signed for this job (id_tokens) for a key.
assume_role() {
  : "${AWS_ROLE_ARN:?the role that this job acts as on AWS}" "${TRIAD_AWS_TOKEN:?a token by id_tokens}"
  export AWS_ROLE_ARN
  AWS_WEB_IDENTITY_TOKEN_FILE=$(mktemp)
  export AWS_WEB_IDENTITY_TOKEN_FILE
  printf '%s' "$TRIAD_AWS_TOKEN" >"$AWS_WEB_IDENTITY_TOKEN_FILE"
}

# setting_of ENVIRONMENT NAME: a string of the environment's file.
setting_of() { sed -n "s/^$2 *= *\"\([^\"]*\)\".*/\1/p" "deploy/terraform/environments/$1.tfvars"; }

# prefix_of ENVIRONMENT: how names of what Terraform made begin.
prefix_of() {
  name=$(setting_of "$1" name)
  printf '%s' "${name:-triad}-$(setting_of "$1" environment)"
}

# act_as ENVIRONMENT ROLE: one of the roles that the layer bootstrap made for jobs.
# Whoever runs a script by hand acts as they are.
act_as() {
  AWS_REGION=$(setting_of "$1" region)
  export AWS_REGION
  [ -n "${CI:-}" ] || return 0
  AWS_ROLE_ARN=arn:aws:iam::$(setting_of "$1" account_id):role/$(prefix_of "$1")-ci-$2
  AWS_ROLE_SESSION_NAME=triad-$CI_PIPELINE_ID
  export AWS_ROLE_SESSION_NAME
  assume_role
}
