# shellcheck shell=bash
# Argo CD in the cluster that Terraform made, and its first application. Part of
# deploy/aws, which sources this file and has the environment's variables.
# shellcheck disable=SC2154

readonly gitops=$root/deploy/gitops

# Everything here talks to the environment's cluster, whatever kubectl's own
# configuration says.
# use_cluster TOOL...: with these tools.
use_cluster() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || fail "needs $tool for what is in the cluster: docs/gitops.md"
  done
  export KUBECONFIG=$work/kubeconfig
  need_init cluster
  aws eks update-kubeconfig --region "$region" --name "$(terraform_in cluster output -raw cluster_name)" \
    --kubeconfig "$KUBECONFIG" >/dev/null || fail "the cluster of $environment is not there, or not yours: deploy/aws up $environment cluster"
}

# fact NAME LAYER OUTPUT: a line of facts.yaml. JSON is YAML.
fact() {
  local value
  need_init "$2"
  value=$(terraform_in "$2" output -json "$3") || fail "$2 has no output $3: deploy/aws up $environment $2"
  printf '  %s: %s\n' "$1" "$value"
}

# What the charts of deploy/gitops are told about this cluster.
write_facts() {
  local auto=true
  [ "$(setting compute)" != nodes ] || auto=false
  printf 'facts:\n  environment: %s\n  repository: %s\n  revision: %s\n  region: %s\n  autoMode: %s\n' \
    "$environment" "$(repository)" "${TRIAD_DEPLOY_BRANCH:-main}" "$region" "$auto"
  fact cluster cluster cluster_name
  fact namespace cluster namespace
  fact release cluster release
  fact registry bootstrap registry
  fact vpcId network vpc_id
  fact uploadsBucket data uploads_bucket
  fact frontCidrs network front_cidrs
  fact cloudfrontPrefixList network cloudfront_prefix_list
  fact domain edge domain
  fact certificateArn edge origin_certificate_arn
}

# Where Argo CD reads from: over https, as it has no key for ssh.
repository() {
  local url=${TRIAD_REPOSITORY:-$(git -C "$root" remote get-url origin 2>/dev/null)}
  # git@HOST:PATH is https://HOST/PATH.
  [[ $url != *@*:* || $url == *://* ]] || url=https://$(sed 's/.*@//; s/:/\//' <<<"$url")
  [[ $url == https://* ]] || fail "TRIAD_REPOSITORY: say where Argo CD reads this repository from, such as https://gitlab.com/GROUP/triad.git"
  echo "$url"
}

# chart_of NAME FIELD: of values.yaml.
chart_of() { sed -n "/^  $1:\$/,/^  [a-z-]*:\$/s/^    $2: //p" "$gitops/values.yaml"; }

render_root() {
  helm template root "$gitops" --values "$root/deploy/environments/$environment/gitops.yaml" \
    --values "$work/facts.yaml" "$@"
}

up_gitops() {
  use_cluster aws helm kubectl
  write_facts >"$work/facts.yaml"
  # From then on it keeps itself up to date.
  if kubectl get --namespace argocd application/argocd >/dev/null 2>&1; then
    echo "Argo CD is there, and looks after itself"
  else
    helm upgrade --install argocd "$(chart_of argocd chart)" --repo "$(chart_of argocd repository)" \
      --version "$(chart_of argocd version)" --namespace argocd --create-namespace \
      --values "$gitops/argocd.yaml" --wait --timeout 10m
  fi
  give_credentials
  render_root --show-only templates/projects.yaml --show-only templates/root.yaml |
    kubectl apply --server-side --force-conflicts --filename -
  echo "Argo CD installs the rest: kubectl get applications --namespace argocd --watch"
  echo "CloudFront finds its load balancer by: deploy/aws up $environment edge"
}

# For a repository that not everybody may read: the name and the token of one of
# its deploy tokens. The token goes through a file descriptor, not through arguments.
give_credentials() {
  [ -n "${TRIAD_REPOSITORY_USER:-}" ] || return 0
  kubectl create secret generic repository --namespace argocd --dry-run=client --output yaml \
    --from-literal=type=git --from-literal=url="$(repository)" --from-literal=username="$TRIAD_REPOSITORY_USER" \
    --from-file=password=<(printf %s "${TRIAD_REPOSITORY_PASSWORD:?the deploy token}") |
    kubectl label --local --filename - --output yaml argocd.argoproj.io/secret-type=repository |
    kubectl apply --server-side --filename -
}

# Takes away what Kubernetes made in AWS, which Terraform does not know of: load
# balancers and volumes, with what is in them.
down_gitops() {
  local volume
  use_cluster aws kubectl
  kubectl get namespace argocd >/dev/null 2>&1 || return 0
  # Whoever would bring it all back.
  kubectl scale --namespace argocd --replicas=0 statefulset/argocd-application-controller deployment/argocd-applicationset-controller
  kubectl delete ingress --all --all-namespaces --timeout=10m
  # Volumes outlive their claims (templates/aws.yaml), so that nobody loses one by
  # mistake. This is no mistake.
  kubectl get persistentvolumes --output=name | while read -r volume; do
    kubectl patch "$volume" --patch='{"spec":{"persistentVolumeReclaimPolicy":"Delete"}}'
  done
  kubectl delete namespace --ignore-not-found --timeout=10m monitoring "$(terraform_in cluster output -raw namespace)"
  wait_for_volumes
}

wait_for_volumes() {
  local end=$((SECONDS + 600))
  # Their snapshots go with the namespace, in AWS a little later.
  while [ -n "$(kubectl get volumesnapshotcontents --output=name 2>/dev/null; kubectl get persistentvolumes --output=name)" ]; do
    [ $SECONDS -lt $end ] || fail "volumes or snapshots are still there, which would outlive the cluster: kubectl describe persistentvolumes,volumesnapshotcontents"
    sleep 5
  done
}
