# shellcheck shell=bash
# ./dev test --pipeline.

# Runs jobs of .gitlab-ci.yml as GitLab's shell runner would, with this machine's
# packages and caches, in a clone of the last commit.
run_pipeline_jobs() {
  local clone=$state_dir/pipeline/triad tool=$root/tests/pipeline/node_modules/.bin/gitlab-ci-local
  need_packages build pipeline
  need_node
  need_npm_packages_of tests/pipeline
  rm -rf "$clone"
  git clone --quiet --no-hardlinks . "$clone"
  if [ -d "$state_dir/tidy" ]; then
    mkdir -p "$clone/.dev" && cp -r "$state_dir/tidy" "$clone/.dev/"
  fi
  say "running in a clone of the last commit: $*"
  (cd "$clone" && "$tool" --force-shell-executor --concurrency 1 \
    --ignore-predefined-vars CI_PROJECT_DIR --variable "CI_PROJECT_DIR=$clone" \
    --variable "CCACHE_DIR=${CCACHE_DIR:-$HOME/.cache/ccache}" "$@") ||
    fail "a job failed: its output is above, and in ${clone#"$root/"}/.gitlab-ci-local/output"
}
