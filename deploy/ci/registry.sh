# shellcheck shell=sh
# Where images are, and how a job signs in there. For sh, as the scanner's image
# has no bash.
#
# TRIAD_IMAGES, what stands before /gateway:TAG: the project's own registry, or
# for instance 123456789012.dkr.ecr.eu-central-1.amazonaws.com/triad.

images=${TRIAD_IMAGES:-${CI_REGISTRY_IMAGE:?TRIAD_IMAGES or CI_REGISTRY_IMAGE says where images are}}
registry=${images%%/*}

# shellcheck source=deploy/ci/role.sh
. deploy/ci/role.sh

# Whether it is one of AWS, where a job acts as the role AWS_ROLE_ARN.
on_aws() {
  case $registry in
    *.dkr.ecr.*.amazonaws.com) ;;
    *) return 1 ;;
  esac
}

# Leaves a file with which buildah and skopeo may push and pull.
sign_in() {
  REGISTRY_AUTH_FILE=$(mktemp)
  export REGISTRY_AUTH_FILE
  if on_aws; then
    assume_role
    command -v docker-credential-ecr-login >/dev/null ||
      apt-get install -y -qq --no-install-recommends amazon-ecr-credential-helper >/dev/null
    printf '{"credHelpers": {"%s": "ecr-login"}}' "$registry" >"$REGISTRY_AUTH_FILE"
  else
    printf '{"auths": {"%s": {"auth": "%s"}}}' "$registry" "$(credentials)" >"$REGISTRY_AUTH_FILE"
  fi
}

credentials() {
  printf '%s:%s' "${TRIAD_REGISTRY_USER:-$CI_REGISTRY_USER}" "${TRIAD_REGISTRY_PASSWORD:-$CI_REGISTRY_PASSWORD}" |
    base64 --wrap=0
}
