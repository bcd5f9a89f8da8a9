// Who reaches whom under the chart's network policies: the policies are applied
// here as Kubernetes says that they work.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { names, servers, services, suite } from "../../tools/suite.mjs";
import { cases, telemetry } from "./cases.mjs";
import { NAMESPACE, render, set, values } from "./helm.mjs";
import { matches } from "./manifests.mjs";

// A pod as the policies see it.
function own(component) {
  return {
    namespace: NAMESPACE,
    labels: {
      "app.kubernetes.io/name": "triad",
      "app.kubernetes.io/instance": "triad",
      "app.kubernetes.io/component": component,
    },
  };
}

function foreign(namespace, labels = {}) {
  return { namespace, labels };
}

const actors = {
  ...Object.fromEntries(suite.map(({ name }) => [name, own(name)])),
  test: own("test"),
  neighbour: foreign(NAMESPACE, { app: "other" }),
  stranger: foreign("elsewhere"),
  prometheus: foreign("monitoring"),
  ingress: foreign("ingress-nginx"),
  orders: foreign("shop", { app: "orders" }),
  dns: foreign("kube-system", { "k8s-app": "kube-dns" }),
  internet: { address: "203.0.113.7" },
};

const PORTS = Object.fromEntries(suite.map(({ name, port }) => [name, port]));
const ADMIN = Object.fromEntries(servers.map(({ name, admin_port }) => [name, admin_port]));
const SERVICES = names(services);

class Network {
  constructor(manifests) {
    this.manifests = manifests;
    this.policies = manifests.of("NetworkPolicy");
  }

  // Whether one actor may open a connection to a port of another.
  reaches(from, to, port, protocol = "TCP") {
    const ends = { from: actors[from], to: actors[to], port, protocol };
    return (
      this.#allows("Egress", ends.from, ends.to, ends) &&
      this.#allows("Ingress", ends.to, ends.from, ends)
    );
  }

  // A pod that no policy means is open; else one rule of one policy has to fit.
  #allows(direction, pod, peer, { port, protocol }) {
    const meant = this.policies.filter(
      ({ metadata, spec }) =>
        metadata.namespace === pod.namespace &&
        spec.policyTypes.includes(direction) &&
        matches(spec.podSelector, pod.labels),
    );
    if (meant.length === 0) return true;
    const peers = direction === "Ingress" ? "from" : "to";
    return meant
      .flatMap(({ spec }) => spec[direction.toLowerCase()] ?? [])
      .some(
        (rule) =>
          this.#fitsPort(rule.ports, port, protocol) &&
          (!rule[peers]?.length || rule[peers].some((one) => fitsPeer(one, peer))),
      );
  }

  #fitsPort(ports, port, protocol) {
    if (!ports) return true;
    return ports.some(
      (one) =>
        (one.protocol ?? "TCP") === protocol &&
        (one.port === port || this.#numbers(one.port).includes(port)),
    );
  }

  // What a port's name stands for in the pods of the release.
  #numbers(name) {
    return this.manifests.containers
      .flatMap(({ container }) => container.ports ?? [])
      .filter((port) => port.name === name)
      .map(({ containerPort }) => containerPort);
  }
}

function fitsPeer({ podSelector, namespaceSelector, ipBlock }, peer) {
  if (ipBlock) return peer.address !== undefined && ipBlock.cidr === "0.0.0.0/0";
  if (peer.address) return false;
  const inNamespace = namespaceSelector
    ? matches(namespaceSelector, { "kubernetes.io/metadata.name": peer.namespace })
    : peer.namespace === NAMESPACE;
  return inNamespace && (!podSelector || matches(podSelector, peer.labels));
}

async function network(args) {
  return new Network(await render(args));
}

// The actors that reach a port, sorted.
function visitors(net, to, port) {
  return Object.keys(actors)
    .filter((from) => from !== to && net.reaches(from, to, port))
    .sort();
}

describe("by default", () => {
  for (const service of SERVICES) {
    test(`only the gateway reaches ${service}`, async () => {
      assert.deepEqual(visitors(await network(), service, PORTS[service]), ["gateway"]);
    });
  }

  test("only Prometheus reaches the admin ports", async () => {
    const net = await network();
    for (const [service, port] of Object.entries(ADMIN)) {
      assert.deepEqual(visitors(net, service, port), ["prometheus"], service);
    }
  });

  test("everybody reaches the front doors, but for pods that need not", async () => {
    const net = await network();
    const outside = ["dns", "ingress", "internet", "neighbour", "orders", "prometheus", "stranger"];
    assert.deepEqual(
      visitors(net, "gateway", PORTS.gateway),
      [...outside, "frontend", "test"].sort(),
    );
    assert.deepEqual(visitors(net, "frontend", PORTS.frontend), [...outside, "test"].sort());
  });

  test("every pod asks DNS, and opens nothing else to the outside", async () => {
    const net = await network();
    for (const pod of [...Object.keys(PORTS), "test"]) {
      assert.ok(net.reaches(pod, "dns", 53, "UDP"), pod);
      assert.ok(net.reaches(pod, "dns", 53), pod);
      for (const other of ["internet", "stranger", "neighbour"]) {
        assert.ok(!net.reaches(pod, other, 443), `${pod} to ${other}`);
        assert.ok(!net.reaches(pod, other, 53, "UDP"), `${pod} to ${other}`);
      }
    }
  });

  test("the page reaches the gateway alone, and services reach nobody", async () => {
    const net = await network();
    for (const service of SERVICES) {
      assert.ok(!net.reaches("frontend", service, PORTS[service]));
      for (const [other, port] of Object.entries(PORTS)) {
        if (other !== service) assert.ok(!net.reaches(service, other, port), `${service} ${other}`);
      }
    }
  });

  test("a pod of the release that is no component reaches nothing", async () => {
    const net = await network();
    actors.debug = own("debug");
    try {
      assert.ok(!net.reaches("debug", "gateway", PORTS.gateway));
      assert.ok(!net.reaches("stranger", "debug", 80));
    } finally {
      delete actors.debug;
    }
  });
});

describe("with values", () => {
  test("in production only the ingress controller reaches the front doors", async () => {
    const net = await network(values("production"));
    assert.deepEqual(visitors(net, "gateway", PORTS.gateway), ["frontend", "ingress", "test"]);
    assert.deepEqual(visitors(net, "frontend", PORTS.frontend), ["ingress", "test"]);
  });

  test("allowFrom lets internal clients in, on the service's port alone", async () => {
    const orders = {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
      podSelector: { matchLabels: { app: "orders" } },
    };
    const net = await network(set({ "services.config.network.allowFrom": [orders] }));
    assert.deepEqual(visitors(net, "config", PORTS.config), ["gateway", "orders"]);
    assert.ok(!net.reaches("orders", "config", ADMIN.config));
    assert.ok(!net.reaches("orders", "storage", PORTS.storage));
  });

  test("servers reach where traces and error reports go, and the page does not", async () => {
    const net = await network(set(telemetry));
    for (const name of ["gateway", ...SERVICES]) {
      assert.ok(net.reaches(name, "prometheus", 4318), `${name}: into the namespace monitoring`);
      assert.ok(!net.reaches(name, "internet", 4318), name);
    }
    assert.ok(!net.reaches("frontend", "prometheus", 4318));
  });

  test("a gateway that stands alone reaches the services that it is in front of", async () => {
    const net = await network(cases["the gateway alone"]);
    // Where nothing else is said, pods of every namespace, on the port of the upstream.
    assert.ok(net.reaches("gateway", "orders", 9090));
    assert.ok(net.reaches("gateway", "stranger", 9090));
    assert.ok(!net.reaches("gateway", "internet", 9090));
    assert.ok(net.reaches("gateway", "orders", 9091));
    assert.ok(!net.reaches("gateway", "stranger", 9091));
    assert.ok(!net.reaches("gateway", "orders", 443));
  });

  test("egress lets a service out where it says", async () => {
    const anywhere = [{ ports: [{ port: 5432 }], to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }];
    const net = await network(set({ "services.config.network.egress": anywhere }));
    assert.ok(net.reaches("config", "internet", 5432));
    assert.ok(!net.reaches("config", "internet", 443));
    assert.ok(!net.reaches("storage", "internet", 5432));
  });

  test("without Prometheus, nobody reaches the admin ports", async () => {
    const net = await network(cases["network policies for others"]);
    assert.deepEqual(visitors(net, "config", ADMIN.config), []);
  });
});
