// Who reaches whom: connections are tried from inside of pods.
import { member, services } from "../../tools/suite.mjs";
import { until } from "./suite.mjs";

// What triad-probe says when it could not even connect.
const UNREACHED = /in progress|timed out|refused|unreachable|No route/;

const PORTS = Object.fromEntries(
  services.map(({ name, port, admin_port }) => [name, [port, admin_port]]),
);

// A pod of somebody else's, in the same namespace. It has the probe in its image.
function stranger(image, namespace) {
  const restricted = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "stranger", namespace, labels: { "app.kubernetes.io/name": "stranger" } },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "stranger",
          image,
          imagePullPolicy: "Never",
          args: ["--listen=127.0.0.1:4545"],
          securityContext: { ...restricted, readOnlyRootFilesystem: true },
        },
      ],
    },
  };
}

// Whether a pod gets a connection, whatever is said over it.
async function reaches({ cluster }, pod, url) {
  const { code, output } = await cluster.tryKubectl("exec", pod, "--", "/triad-probe", url);
  if (code === 0) return true;
  if (!output.includes("triad-probe: ")) throw new Error(`${pod}: ${output}`);
  return !UNREACHED.test(output);
}

// Tries all of [pod, url]; throws with those of which it is not so.
async function demandAll(suite, pairs, wanted) {
  const wrong = [];
  const check = async ([pod, url]) => {
    if ((await reaches(suite, pod, url)) !== wanted) wrong.push(`${pod} → ${url}`);
  };
  await Promise.all(pairs.map(check));
  if (wrong.length > 0) throw new Error(`${wanted ? "blocked" : "open"}: ${wrong.join(", ")}`);
  return pairs.map(([, url]) => url.slice("http://".length)).join(" ");
}

async function strangerReachesNothing(suite) {
  const { cluster } = suite;
  await cluster.apply(stranger(suite.image("gateway"), cluster.namespace));
  await cluster.kubectl("wait", "pod/stranger", "--for=condition=Ready", "--timeout=60s");
  const open = `http://${suite.serviceName("gateway")}/api/health`;
  // Otherwise all that follows would prove nothing.
  await until("the stranger reaches the public gateway", () => reaches(suite, "stranger", open));
  const [gateway] = await suite.pods("gateway");
  const closed = [`http://${gateway.status.podIP}:${member("gateway").admin_port}/metrics`];
  for (const [component, ports] of Object.entries(PORTS)) {
    for (const port of ports) closed.push(`http://${suite.serviceName(component)}:${port}/`);
  }
  const pairs = closed.map((url) => ["stranger", url]);
  const tried = await demandAll(suite, pairs, false);
  await cluster.kubectl("delete", "pod", "stranger");
  return tried;
}

async function gatewayReachesServices(suite) {
  const [gateway] = await suite.pods("gateway");
  const pairs = Object.entries(PORTS).map(([component, [port]]) => [
    gateway.metadata.name,
    `http://${suite.serviceName(component)}:${port}/`,
  ]);
  return demandAll(suite, pairs, true);
}

// What a service that was taken over could do.
async function servicesReachNobody(suite) {
  const pairs = [];
  for (const component of Object.keys(PORTS)) {
    const [pod] = await suite.pods(component);
    for (const [other, [port]] of Object.entries(PORTS)) {
      if (other === component) continue;
      pairs.push([pod.metadata.name, `http://${suite.serviceName(other)}:${port}/`]);
    }
    pairs.push([pod.metadata.name, `http://${suite.serviceName("gateway")}/api/health`]);
  }
  const [gateway] = await suite.pods("gateway");
  for (const [component, [, admin]] of Object.entries(PORTS)) {
    pairs.push([gateway.metadata.name, `http://${suite.serviceName(component)}:${admin}/`]);
  }
  return demandAll(suite, pairs, false);
}

export const networkSteps = [
  ["NetworkPolicy: a stranger's pod reaches nothing", strangerReachesNothing],
  ["NetworkPolicy: the gateway reaches the services", gatewayReachesServices],
  ["NetworkPolicy: services reach nobody, the gateway no admin port", servicesReachNobody],
];
