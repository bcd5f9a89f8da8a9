// Where the chart does not do what a check asks, and why. An entry that excuses
// nothing fails the tests, as an open finding does.
//
//   check    the name of ours
//   cases    the names of cases.mjs that it holds for; all, if there is none
//   object   of the finding
//   problem  of the finding

export const deviations = [
  {
    check: "the instance is the object's name",
    object: /^(Deployment|StatefulSet|Rollout)\//,
    problem: /is not its name$/,
    reason:
      "Helm and Kubernetes recommend the release's name there, and the component has a label of its own",
  },
  {
    check: "probes",
    object: /^Pod\/.*-test-/,
    reason: "a pod of `helm test` runs to its end; nothing is sent to it",
  },
  {
    check: "no secret in a variable",
    object: /^StatefulSet\/.*-config$/,
    problem: /^config: [A-Z_]+_FILE is \/run\/secrets\//,
    reason: "the name of a file, not a secret",
  },
  {
    check: "no secret in a variable",
    object: /^Deployment\/triad-config$/,
    problem: /^config: PGPASSWORD_FILE is \/run\/secrets\//,
    reason: "the name of a file, not a secret",
  },
  {
    check: "image pull policy",
    cases: ["values-dev.yaml", "images loaded by hand"],
    reason: "there is no registry to ask: the images are loaded onto the node",
  },
  {
    check: "no port on every node",
    cases: ["a node port"],
    object: /^Service\/triad-gateway$/,
    reason: "what that value asks for",
  },
  {
    check: "an ingress ends TLS",
    cases: ["ingress without TLS"],
    reason: "what that value asks for: a load balancer in front ends TLS",
  },
  {
    check: "a network policy in both directions",
    cases: ["no network policies"],
    reason: "what that value asks for",
  },
  {
    check: "priority class",
    cases: ["no priority class"],
    reason: "what that value asks for: the cluster's default",
  },
  {
    check: "spread over zones",
    cases: ["no spread over zones"],
    reason: "what that value asks for",
  },
];

// Whether a finding of a check in a case is excused; notes that it was.
export function excused(check, caseName, { object, problem }) {
  const entry = deviations.find(
    (one) =>
      one.check === check &&
      (one.cases?.includes(caseName) ?? true) &&
      (one.object?.test(object) ?? true) &&
      (one.problem?.test(problem) ?? true),
  );
  if (entry) entry.used = true;
  return entry !== undefined;
}
