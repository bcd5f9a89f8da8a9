# shellcheck shell=bash
# Whether NetworkPolicies are enforced where the chart runs. A cluster takes them as
# objects also where nothing enforces them. Part of deploy/ci/verify, which sources this
# file.
#
# A stranger, a pod beside the suite's, tries every port of every pod of the suite, and
# may reach none but what a policy opens to everybody. The cluster is kubectl's; in a
# pipeline without a KUBECONFIG, the environment's on EKS.

# shellcheck source=deploy/ci/packages.sh
source deploy/ci/packages.sh
# shellcheck source=deploy/ci/role.sh
source deploy/ci/role.sh

readonly stranger=stranger-${CI_JOB_ID:-$$}

# prove_policies ENVIRONMENT SECONDS: within that time, as new pods have a moment before
# their policies count.
prove_policies() {
  local deadline=$((SECONDS + $2)) pods address
  namespace=$(setting_of "$1" namespace)
  readonly namespace=${namespace:-triad}
  use_cluster "$1"
  pods=$(kube get pods,networkpolicies --output json) || fail "cannot look into the namespace $namespace: see above"
  targets=$(jq --raw-output "$closed_ports" <<<"$pods")
  [ -n "$targets" ] || fail "the namespace $namespace has no pod of Triad's that runs"
  trap remove_stranger EXIT
  start_stranger "$pods"
  # Otherwise all that follows would prove nothing.
  address=$(kubectl get service kubernetes --namespace default --output 'jsonpath={.spec.clusterIP}')
  reaches "http://$address:443/" ||
    fail "the stranger reaches nothing, not even the API server at $address: that proves nothing"
  until find_open && [ ${#open[@]} = 0 ]; do
    [ "$SECONDS" -lt "$deadline" ] || fail "NetworkPolicies are not enforced: a stranger's pod reaches ${open[*]}"
    sleep 1
  done
  echo "a stranger's pod reaches none of $(wc -l <<<"$targets") ports"
}

kube() { kubectl --namespace "$namespace" "$@"; }

use_cluster() {
  need_packages jq:jq kubectl:kubernetes-client
  if [ -z "${CI:-}" ] || [ -n "${KUBECONFIG:-}" ]; then return; fi
  need_packages aws:awscli
  act_as "$1" apply
  KUBECONFIG=$(mktemp)
  export KUBECONFIG
  aws eks update-kubeconfig --name "$(prefix_of "$1")" --kubeconfig "$KUBECONFIG" >/dev/null
}

# POD URL of each port that no policy opens to everybody.
# shellcheck disable=SC2016  # jq's own variables
readonly closed_ports='
  def is_triad: .metadata.labels["app.kubernetes.io/name"] == "triad";
  [.items[] | select(.kind == "NetworkPolicy") | .spec as $policy | $policy.ingress[]?
    | select((.from // []) == []) | {labels: ($policy.podSelector.matchLabels // {}), ports: [.ports[]?.port]}] as $public
  | .items[] | select(.kind == "Pod" and is_triad and .status.phase == "Running") | . as $pod
  | .spec.containers[].ports[]? | . as $port
  | select(all($public[];
      (.labels | to_entries | any(.value != $pod.metadata.labels[.key]))
      or (.ports != [] and all(.ports[]; . != $port.name and . != $port.containerPort))))
  | "\($pod.metadata.name) http://\($pod.status.podIP):\($port.containerPort)/"'

# The image of the gateway, which has the probe in it and is on its node already.
# shellcheck disable=SC2016
readonly pod_of_stranger='
  [.items[] | select(.kind == "Pod" and .metadata.labels["app.kubernetes.io/component"] == "gateway")][0].spec
  | {
      apiVersion: "v1", kind: "Pod",
      metadata: {name: $name, labels: {"app.kubernetes.io/name": "stranger"}},
      spec: {
        activeDeadlineSeconds: 1800, terminationGracePeriodSeconds: 1,
        automountServiceAccountToken: false, imagePullSecrets,
        securityContext: {runAsNonRoot: true, seccompProfile: {type: "RuntimeDefault"}},
        containers: [{
          name: "stranger", image: .containers[0].image, args: ["--listen=127.0.0.1:4545"],
          resources: {requests: {cpu: "10m", memory: "32Mi"}, limits: {memory: "128Mi"}},
          securityContext: {
            allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: ["ALL"]}
          }
        }]
      }
    }'

start_stranger() {
  jq --arg name "$stranger" "$pod_of_stranger" <<<"$1" | kube apply --filename - >/dev/null
  kube wait "pod/$stranger" --for=condition=Ready --timeout=180s >/dev/null ||
    fail "the stranger's pod does not start: see above"
}

remove_stranger() { kube delete pod "$stranger" --ignore-not-found --wait=false >/dev/null; }

# Whether the stranger gets a connection, whatever is said over it.
reaches() {
  local said
  said=$(kube exec "$stranger" -- /triad-probe "$1" 2>&1) && return 0
  [[ $said == *'triad-probe: '* ]] || fail "the stranger cannot try $1: $said"
  ! [[ $said =~ 'in progress'|'timed out'|refused|unreachable|'No route' ]]
}

# Fills `open` with what the stranger reaches.
find_open() {
  local pod address
  open=()
  while read -r pod address <&3; do
    ! reaches "$address" || open+=("$pod at $address")
  done 3<<<"$targets"
}
