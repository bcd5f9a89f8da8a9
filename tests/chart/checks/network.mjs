// Services, routes and policies: what they name has to be there.
import { matches } from "../manifests.mjs";
import { each, eachPod } from "./check.mjs";

const PORT_NAME = /^(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/;

function service(manifests, name) {
  return manifests.of("Service").find(({ metadata }) => metadata.name === name);
}

function podsOf({ spec }, manifests) {
  return manifests.selected({ matchLabels: spec.selector });
}

// Whether a port of a Service, by name or number, is there.
function hasPort(found, { name, number }) {
  return found?.spec.ports.some((port) => port.name === name || port.port === number);
}

function openPorts({ spec }) {
  return spec.containers.flatMap(({ ports = [] }) =>
    ports.flatMap(({ name, containerPort }) => [name, containerPort]),
  );
}

// Both directions have to be decided by policies that mean the pod.
function undecided(pod, manifests) {
  const policies = manifests
    .of("NetworkPolicy")
    .filter(({ spec }) => matches(spec.podSelector, pod.labels));
  return ["Ingress", "Egress"].filter(
    (direction) => !policies.some(({ spec }) => spec.policyTypes?.includes(direction)),
  );
}

// Peers of a policy that are pods of this namespace.
function localPeers({ spec }) {
  return [
    ...(spec.ingress ?? []).flatMap(({ from = [] }) => from),
    ...(spec.egress ?? []).flatMap(({ to = [] }) => to),
  ].filter(({ podSelector, namespaceSelector }) => podSelector && !namespaceSelector);
}

export const networkChecks = [
  {
    name: "a network policy in both directions",
    upstream: [
      "kube-score/pod-networkpolicy",
      "kube-linter/non-isolated-pod",
      "polaris/missingNetworkPolicy",
    ],
    find: eachPod((pod, manifests) =>
      undecided(pod, manifests).map((direction) => `no NetworkPolicy decides its ${direction}`),
    ),
    broken: (manifests) => {
      for (const { spec } of manifests.of("NetworkPolicy")) spec.policyTypes = ["Ingress"];
    },
  },
  {
    name: "a network policy has pods",
    upstream: ["kube-score/networkpolicy-targets-pod", "kube-linter/dangling-networkpolicy"],
    find: each(["NetworkPolicy"], ({ spec }, manifests) =>
      manifests.selected(spec.podSelector).length > 0 ? undefined : "it means no pod",
    ),
    broken: (manifests) => {
      const policy = manifests.get("NetworkPolicy", "triad-gateway");
      policy.spec.podSelector.matchLabels.extra = "x";
    },
  },
  {
    name: "the peers of a network policy are there",
    upstream: ["kube-linter/dangling-networkpolicypeer-podselector"],
    find: each(["NetworkPolicy"], (policy, manifests) =>
      localPeers(policy)
        .filter(({ podSelector }) => manifests.selected(podSelector).length === 0)
        .map(({ podSelector }) => `no pod is ${JSON.stringify(podSelector.matchLabels)}`),
    ),
    broken: (manifests) => {
      const [{ podSelector }] = localPeers(manifests.get("NetworkPolicy", "triad-config"));
      podSelector.matchLabels["app.kubernetes.io/component"] = "gatewya";
    },
  },
  {
    name: "a service has pods",
    upstream: ["kube-score/service-targets-pod", "kube-linter/dangling-service"],
    find: each(["Service"], (object, manifests) =>
      podsOf(object, manifests).length > 0 ? undefined : "it means no pod",
    ),
    broken: (manifests) => {
      manifests.get("Service", "triad-gateway").spec.selector.extra = "x";
    },
  },
  {
    name: "the ports of a service are open in its pods",
    upstream: ["kube-linter/invalid-target-ports"],
    find: each(["Service"], (object, manifests) =>
      object.spec.ports
        .filter(({ targetPort }) => typeof targetPort !== "string" || PORT_NAME.test(targetPort))
        .filter(
          ({ targetPort }) =>
            !podsOf(object, manifests).every((pod) => openPorts(pod).includes(targetPort)),
        )
        .map(({ targetPort }) => `its pods have no port ${targetPort}`),
    ),
    broken: (manifests) => {
      manifests.get("Service", "triad-gateway").spec.ports[0].targetPort = "htpp";
    },
  },
  {
    name: "port names",
    upstream: ["kube-linter/invalid-target-ports"],
    find: (manifests) => [
      ...each(["Service"], ({ spec }) =>
        spec.ports
          .flatMap(({ name, targetPort }) => [name, targetPort])
          .filter((name) => typeof name === "string" && !PORT_NAME.test(name))
          .map((name) => `'${name}' is no name of a port`),
      )(manifests),
      ...eachPod(({ spec }) =>
        spec.containers
          .flatMap(({ ports = [] }) => ports.map(({ name }) => name))
          .filter((name) => !PORT_NAME.test(name))
          .map((name) => `'${name}' is no name of a port`),
      )(manifests),
    ],
    broken: (manifests) => {
      manifests.get("Service", "triad-gateway").spec.ports[0].name = "HTTP!";
    },
  },
  {
    name: "no port on every node",
    upstream: ["kube-score/service-type", "kube-linter/exposed-services"],
    find: each(["Service"], ({ spec }) =>
      spec.type === "NodePort" ? "NodePort opens it on every node" : undefined,
    ),
    broken: (manifests) => {
      manifests.get("Service", "triad-gateway").spec.type = "NodePort";
    },
  },
  {
    name: "an ingress leads to services",
    upstream: ["kube-score/ingress-targets-service", "kube-linter/dangling-ingress"],
    find: each(["Ingress"], ({ spec }, manifests) =>
      spec.rules
        .flatMap(({ http }) => http.paths)
        .filter(({ backend }) => {
          const { name, port } = backend.service;
          return !hasPort(service(manifests, name), port);
        })
        .map(({ path, backend }) => `${path}: there is no ${backend.service.name} with that port`),
    ),
    broken: (manifests) => {
      const [ingress] = manifests.of("Ingress");
      ingress.spec.rules[0].http.paths[0].backend.service.port = { name: "https" };
    },
  },
  {
    name: "a route leads to services",
    upstream: ["polaris/httpRouteCrossNamespaceBackendRef"],
    find: each(["HTTPRoute"], ({ spec }, manifests) =>
      spec.rules
        .flatMap(({ backendRefs }) => backendRefs)
        .filter(
          ({ name, port, namespace }) =>
            namespace || !hasPort(service(manifests, name), { number: port }),
        )
        .map(({ name, port }) => `there is no ${name}:${port} here`),
    ),
    broken: (manifests) => {
      const [route] = manifests.of("HTTPRoute");
      route.spec.rules[0].backendRefs[0].port = 8080;
    },
  },
  {
    name: "a route has its hosts",
    upstream: ["polaris/httpRouteWildcardOrEmptyHost"],
    find: each(["HTTPRoute"], ({ spec }) =>
      spec.hostnames?.length > 0 && spec.hostnames.every((host) => !host.startsWith("*"))
        ? undefined
        : "it takes the requests for any host",
    ),
    broken: (manifests) => {
      manifests.of("HTTPRoute")[0].spec.hostnames = [];
    },
  },
  {
    name: "an ingress ends TLS",
    upstream: ["polaris/tlsSettingsMissing"],
    find: each(["Ingress"], ({ spec }) => {
      const covered = (spec.tls ?? []).flatMap(({ hosts }) => hosts);
      return spec.rules
        .filter(({ host }) => !covered.includes(host))
        .map(({ host }) => `no TLS for ${host}`);
    }),
    broken: (manifests) => delete manifests.of("Ingress")[0].spec.tls,
  },
  {
    name: "a service monitor has services",
    upstream: ["kube-linter/dangling-servicemonitor"],
    find: each(["ServiceMonitor"], ({ spec }, manifests) => {
      const found = manifests
        .of("Service")
        .filter(({ metadata }) => matches(spec.selector, metadata.labels));
      const ports = spec.endpoints.map(({ port }) => port);
      return found.length > 0 && found.every((one) => ports.every((name) => hasPort(one, { name })))
        ? undefined
        : "it means no Service with that port";
    }),
    broken: (manifests) => {
      manifests.of("ServiceMonitor")[0].spec.endpoints[0].port = "http";
    },
  },
];
