// deploy/ci/verify --policies: what a stranger's pod reaches of the chart's pods, on
// clusters that enforce NetworkPolicies and on such that do not.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { after, before, test } from "node:test";
import { member } from "../../tools/suite.mjs";
import { render, values } from "../chart/helm.mjs";
import { Environment } from "./environment.mjs";
import { callsIn } from "./stub.mjs";

const API_SERVER = "10.96.0.1:443";

const environment = new Environment();
const bin = join(environment.checkout, "bin");
const cluster = join(environment.checkout, "cluster.json");
const calls = join(environment.checkout, "calls");

before(async () => {
  await environment.start();
  mkdirSync(bin);
  const program = join(import.meta.dirname, "kubectl.mjs");
  const text = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`;
  writeFileSync(join(bin, "kubectl"), text, { mode: 0o755 });
});
after(() => environment.stop());

// The chart's policies, and pods of its workloads, two of each.
async function objectsOf(args) {
  const manifests = await render(args);
  const pods = manifests.workloads.flatMap(({ metadata, spec }, at) =>
    [1, 2].map((replica) => ({
      kind: "Pod",
      metadata: { name: `${metadata.name}-${replica}`, labels: spec.template.metadata.labels },
      spec: spec.template.spec,
      status: { phase: "Running", podIP: `10.0.${at}.${replica}` },
    })),
  );
  return [...manifests.of("NetworkPolicy"), ...pods];
}

const addressesOf = (objects) =>
  objects.flatMap(({ spec, status }) =>
    (spec.containers ?? []).flatMap(({ ports }) =>
      ports.map(({ containerPort }) => `${status.podIP}:${containerPort}`),
    ),
  );

// What is said where the stranger reaches `open`.
async function prove({ objects, open, starts = true }) {
  rmSync(calls, { force: true });
  writeFileSync(cluster, JSON.stringify({ objects, open, starts }));
  const args = [environment.suite.origin, "dev", "--timeout", "1", "--settle", "0", "--policies"];
  const env = { PATH: `${bin}${delimiter}${process.env.PATH}`, CLUSTER: cluster, CALLS: calls };
  const result = await environment.verify(args, { CI: "", ...env });
  return { ...result, calls: callsIn(calls) };
}

test("policies that are enforced pass, and nothing is left", async () => {
  const objects = await objectsOf(values("production"));
  const { code, stdout, stderr, calls: made } = await prove({ objects, open: [API_SERVER] });
  assert.deepEqual([code, stderr], [0, ""]);
  const ports = addressesOf(objects);
  assert.ok(ports.length > 15);
  assert.ok(stdout.endsWith(`a stranger's pod reaches none of ${ports.length} ports\n`), stdout);
  assert.equal(made.filter((call) => call.startsWith("triad exec")).length, ports.length + 1);
  assert.match(made.at(-1), /^triad delete pod stranger-\d+$/);
});

test("the stranger may do nothing, and runs what the gateway runs", async () => {
  const objects = await objectsOf(values("production"));
  await prove({ objects, open: [API_SERVER] });
  const { metadata, spec } = JSON.parse(readFileSync(`${cluster}.stranger`, "utf8"));
  assert.deepEqual(metadata.labels, { "app.kubernetes.io/name": "stranger" });
  const gateway = objects.find((one) => one.metadata.name === "triad-gateway-1");
  const [container] = spec.containers;
  assert.equal(container.image, gateway.spec.containers[0].image);
  assert.equal(spec.automountServiceAccountToken, false);
  assert.equal(spec.securityContext.runAsNonRoot, true);
  assert.deepEqual(container.securityContext.capabilities, { drop: ["ALL"] });
});

test("what a policy opens to everybody may be reached, and that alone", async () => {
  const objects = await objectsOf([]);
  const front = addressesOf(objects).filter((address) =>
    ["gateway", "frontend"].some((name) => address.endsWith(`:${member(name).port}`)),
  );
  assert.equal(front.length, 4);
  const { code, stderr } = await prove({ objects, open: [API_SERVER, ...front] });
  assert.deepEqual([code, stderr], [0, ""]);
});

test("policies that nobody enforces fail, with all that is open", async () => {
  const objects = await objectsOf(values("production"));
  const ports = addressesOf(objects);
  const { code, stderr, calls: made } = await prove({ objects, open: [API_SERVER, ...ports] });
  assert.equal(code, 1);
  assert.match(stderr, /NetworkPolicies are not enforced: a stranger's pod reaches triad-/);
  assert.deepEqual(
    ports.filter((address) => !stderr.includes(`at http://${address}/`)),
    [],
  );
  assert.match(made.at(-1), /^triad delete pod/);
});

test("one port that is open fails", async () => {
  const objects = await objectsOf(values("production"));
  const port = `:${member("storage").admin_port}`;
  const open = addressesOf(objects).find((address) => address.endsWith(port));
  const { code, stderr } = await prove({ objects, open: [API_SERVER, open] });
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`reaches triad-storage-1 at http://${open}/\n$`));
});

test("a chart without policies has nothing that may be reached", async () => {
  const objects = await objectsOf(["--set", "networkPolicy.enabled=false"]);
  const [open] = addressesOf(objects);
  assert.equal((await prove({ objects, open: [API_SERVER, open] })).code, 1);
});

test("what proves nothing fails, and says so", async () => {
  const objects = await objectsOf(values("production"));
  const cases = [
    [{ objects, open: [] }, /the stranger reaches nothing, not even the API server/],
    [{ objects, open: [API_SERVER], starts: false }, /the stranger's pod does not start/],
    [{ objects: [], open: [API_SERVER] }, /the namespace triad has no pod of Triad's that runs/],
  ];
  for (const [state, reason] of cases) {
    const { code, stderr } = await prove(state);
    assert.equal(code, 1);
    assert.match(stderr, reason);
  }
});
