# shellcheck shell=sh
# Which images an environment runs. For sh, as some jobs' images have no bash.

# file_of ENVIRONMENT: what says so: as this pipeline deployed it, or as the branch
# has it.
file_of() {
  if [ -e "build/deployed/$1.yaml" ]; then
    printf 'build/deployed/%s.yaml' "$1"
  else
    printf 'deploy/environments/%s/images.yaml' "$1"
  fi
}

# tag_of IMAGE FILE: empty if the file, which is as deploy/ci/bump-tags writes it,
# does not name it.
tag_of() {
  sed -n "/^  $1:\$/,/^  [a-z0-9-]*:\$/s/^      tag: \"\\(.*\\)\"\$/\\1/p" "$2" | head -n 1
}
