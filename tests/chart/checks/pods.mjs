// What holds for a pod as a whole.
import { matches } from "../manifests.mjs";
import { eachContainer, eachPod, gateway, gatewayPod } from "./check.mjs";

const PROBES = ["startupProbe", "readinessProbe", "livenessProbe"];
const SAFE_SYSCTLS = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
];

// A change of the gateway's pod, for `broken`.
function change(fields) {
  return (manifests) => Object.assign(gatewayPod(manifests), fields);
}

function probePort(probe) {
  return (probe.httpGet ?? probe.grpc ?? probe.tcpSocket)?.port;
}

function handler({ httpGet, grpc, tcpSocket, exec }) {
  return JSON.stringify({ httpGet, grpc, tcpSocket, exec });
}

function probe(port) {
  return (one) => {
    const found = one.container[port];
    if (!found) return undefined;
    const ports = (one.container.ports ?? []).flatMap(({ name, containerPort }) => [
      name,
      containerPort,
    ]);
    return ports.includes(probePort(found)) ? undefined : `${port} asks a port that is not open`;
  };
}

function probePortCheck(name, upstream) {
  return {
    name: `${name} asks an open port`,
    upstream: [upstream],
    find: eachContainer(probe(name)),
    broken: (manifests) => {
      gateway(manifests)[name].httpGet.port = 1;
    },
  };
}

// Whether a term of affinity keeps a pod's own kind away from its node.
function keepsApart(term, labels) {
  return term.topologyKey === "kubernetes.io/hostname" && matches(term.labelSelector, labels);
}

function antiAffinityTerms(spec) {
  const rules = spec.affinity?.podAntiAffinity ?? {};
  return [
    ...(rules.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(rules.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ podAffinityTerm }) => podAffinityTerm,
    ),
  ];
}

export const podChecks = [
  {
    name: "probes",
    upstream: [
      "kube-score/pod-probes",
      "kube-linter/no-liveness-probe",
      "kube-linter/no-readiness-probe",
      "kube-linter/no-startup-probe",
      "polaris/readinessProbeMissing",
      "polaris/livenessProbeMissing",
    ],
    find: eachContainer(({ container }) =>
      PROBES.filter((name) => !container[name]).map((name) => `no ${name}`),
    ),
    broken: (manifests) => delete gateway(manifests).livenessProbe,
  },
  {
    name: "readiness is not liveness",
    upstream: ["kube-score/pod-probes-identical"],
    find: eachContainer(({ container: { readinessProbe: ready, livenessProbe: alive } }) =>
      ready && alive && handler(ready) === handler(alive) ? "both probes ask the same" : undefined,
    ),
    broken: (manifests) => {
      const container = gateway(manifests);
      container.livenessProbe.httpGet = container.readinessProbe.httpGet;
    },
  },
  probePortCheck("livenessProbe", "kube-linter/liveness-port"),
  probePortCheck("readinessProbe", "kube-linter/readiness-port"),
  probePortCheck("startupProbe", "kube-linter/startup-port"),
  {
    name: "time to drain",
    upstream: ["kube-score/pod-probes"],
    find: eachPod(({ spec }) => {
      const grace = spec.terminationGracePeriodSeconds ?? 30;
      return spec.containers.map((container) => {
        const needed = drainSeconds(container);
        return needed > grace ? `its drain takes ${needed} s of ${grace}` : undefined;
      });
    }),
    broken: change({ terminationGracePeriodSeconds: 10 }),
  },
  {
    name: "no namespaces of the node",
    upstream: [
      "kube-linter/host-ipc",
      "kube-linter/host-network",
      "kube-linter/host-pid",
      "polaris/hostIPCSet",
      "polaris/hostNetworkSet",
      "polaris/hostPIDSet",
    ],
    find: eachPod(({ spec }) =>
      ["hostIPC", "hostNetwork", "hostPID"].filter((name) => spec[name]).map((name) => `${name}`),
    ),
    broken: change({ hostPID: true }),
  },
  {
    name: "no process of the node",
    upstream: ["polaris/hostProcess"],
    find: eachPod(({ spec }) =>
      [spec, ...spec.containers].some((one) => one.securityContext?.windowsOptions?.hostProcess)
        ? "hostProcess"
        : undefined,
    ),
    broken: (manifests) => {
      gatewayPod(manifests).securityContext.windowsOptions = { hostProcess: true };
    },
  },
  {
    name: "no files of the node",
    upstream: [
      "kube-linter/docker-sock",
      "kube-linter/sensitive-host-mounts",
      "kube-linter/writable-host-mount",
      "polaris/hostPathSet",
    ],
    find: eachPod(({ spec }) =>
      (spec.volumes ?? [])
        .filter(({ hostPath }) => hostPath)
        .map(({ name, hostPath }) => `${name} is ${hostPath.path} of the node`),
    ),
    broken: (manifests) =>
      gatewayPod(manifests).volumes.push({
        name: "docker",
        hostPath: { path: "/var/run/docker.sock" },
      }),
  },
  {
    name: "limited scratch space",
    upstream: ["kube-score/container-ephemeral-storage-request-and-limit"],
    find: eachPod(({ spec }) =>
      (spec.volumes ?? [])
        .filter(({ emptyDir }) => emptyDir && !emptyDir.sizeLimit)
        .map(({ name }) => `${name} has no sizeLimit`),
    ),
    broken: (manifests) => gatewayPod(manifests).volumes.push({ name: "more", emptyDir: {} }),
  },
  {
    name: "safe sysctls",
    upstream: ["kube-linter/unsafe-sysctls"],
    find: eachPod(({ spec }) =>
      (spec.securityContext?.sysctls ?? [])
        .filter(({ name }) => !SAFE_SYSCTLS.includes(name))
        .map(({ name }) => `${name} is unsafe`),
    ),
    broken: (manifests) => {
      gatewayPod(manifests).securityContext.sysctls = [{ name: "kernel.msgmax", value: "1" }];
    },
  },
  {
    name: "a service account of its own",
    upstream: [
      "kube-linter/default-service-account",
      "kube-linter/non-existent-service-account",
      "kube-linter/deprecated-service-account-field",
    ],
    find: eachPod(({ spec }, manifests) => {
      const name = spec.serviceAccountName;
      const known = manifests.of("ServiceAccount").some(({ metadata }) => metadata.name === name);
      return [
        known ? undefined : `there is no service account ${name}`,
        spec.serviceAccount ? "serviceAccount is long deprecated" : undefined,
      ];
    }),
    broken: change({ serviceAccountName: "default" }),
  },
  {
    name: "no token of the cluster",
    upstream: [
      "polaris/automountServiceAccountToken",
      "kube-linter/automount-service-account-token",
    ],
    find: eachPod(({ spec }) =>
      spec.automountServiceAccountToken === false ? undefined : "it is given a token",
    ),
    broken: change({ automountServiceAccountToken: true }),
  },
  {
    name: "priority class",
    upstream: ["polaris/priorityClassNotSet", "kube-linter/priority-class-name"],
    find: eachPod(({ spec }) => (spec.priorityClassName ? undefined : "no priorityClassName")),
    broken: change({ priorityClassName: undefined }),
  },
  {
    name: "spread over zones",
    upstream: ["kube-score/pod-topology-spread-constraints", "polaris/topologySpreadConstraint"],
    find: eachPod(({ owner, spec, labels }) =>
      owner.kind === "Pod" ||
      spec.topologySpreadConstraints?.some(({ labelSelector }) => matches(labelSelector, labels))
        ? undefined
        : "no topologySpreadConstraints for its own pods",
    ),
    broken: change({ topologySpreadConstraints: [] }),
  },
  {
    name: "spread over nodes",
    upstream: [
      "kube-score/deployment-has-host-podantiaffinity",
      "kube-score/statefulset-has-host-podantiaffinity",
      "kube-linter/no-anti-affinity",
    ],
    find: eachPod(({ owner, spec, labels }) =>
      owner.kind === "Pod" || antiAffinityTerms(spec).some((term) => keepsApart(term, labels))
        ? undefined
        : "no podAntiAffinity by hostname against its own pods",
    ),
    broken: change({ affinity: {} }),
  },
];

// Seconds that a container takes to end, by its flags and its preStop.
function drainSeconds(container) {
  const flag = (name) => {
    const start = `--${name}=`;
    const text = container.args?.findLast((one) => one.startsWith(start))?.slice(start.length);
    return text ? Number.parseInt(text, 10) : 0;
  };
  const preStop = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
  return preStop + flag("drain_delay") + flag("drain_timeout");
}
