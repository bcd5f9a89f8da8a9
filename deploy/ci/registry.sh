# shellcheck shell=sh
# Where images are, and how a job signs in there. For sh, as the scanner's image
# has no bash.
#
# TRIAD_IMAGES, what stands before /gateway:TAG: the project's own registry, or
# for instance 123456789012.dkr.ecr.eu-central-1.amazonaws.com/triad.

images=${TRIAD_IMAGES:-${CI_REGISTRY_IMAGE:?TRIAD_IMAGES or CI_REGISTRY_IMAGE says where images are}}
registry=${images%%/*}

# Whether it is one of AWS, where a job acts as the role AWS_ROLE_ARN.
on_aws() {
  case $registry in
    *.dkr.ecr.*.amazonaws.com) ;;
    *) return 1 ;;
  esac
}

# AWS takes the token that GitLab signed for this job (id_tokens) for a key.
assume_role() {
  : "${AWS_ROLE_ARN:?the role that this job acts as on AWS}" "${TRIAD_AWS_TOKEN:?a token by id_tokens}"
  export AWS_ROLE_ARN
  AWS_WEB_IDENTITY_TOKEN_FILE=$(mktemp)
  export AWS_WEB_IDENTITY_TOKEN_FILE
  printf '%s' "$TRIAD_AWS_TOKEN" >"$AWS_WEB_IDENTITY_TOKEN_FILE"
}
