// Every case of the chart and of deploy/gitops, shown to a real API server without
// being kept: its validation, its defaults and Pod Security have the last word.
//
//   node tests/chart/api_server.mjs --context=NAME
//
// A step of ./dev test --target cluster. Makes a namespace of its own and removes
// it. Kinds that the cluster does not have (CRDs) are left out, and named.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { cases as gitops } from "../gitops/cases.mjs";
import { environments, root } from "../gitops/root.mjs";
import * as triad from "../gitops/triad.mjs";
import { cases } from "./cases.mjs";
import { render } from "./helm.mjs";
import { Manifests } from "./manifests.mjs";

const { values } = parseArgs({ options: { context: { type: "string" } } });
const context = values.context ? [`--context=${values.context}`] : [];
const NAMESPACE = `triad-chart-${randomBytes(3).toString("hex")}`;
const RESTRICTED = {
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/warn": "restricted", // of the pods of a workload
};

// { stdout, problem }: the problem is what kubectl says beside its answer.
function kubectl(args, objects) {
  const input = objects && JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const options = { encoding: "utf8", input };
  const { status, stdout, stderr, error } = spawnSync("kubectl", [...context, ...args], options);
  if (error) throw error;
  return { stdout, problem: stderr || (status === 0 ? "" : `kubectl ended with ${status}`) };
}

function demand({ stdout, problem }) {
  if (problem) throw new Error(problem);
  return stdout;
}

// "apps/v1/Deployment" and so on.
function knownKinds() {
  const lines = demand(kubectl(["api-resources", "--no-headers"]))
    .trim()
    .split("\n");
  return new Set(
    lines.map((line) => {
      const words = line.trim().split(/\s+/);
      return `${words.at(-3)}/${words.at(-1)}`;
    }),
  );
}

// What the server says against manifests: an empty text if nothing.
function objections(manifests, known, unknown) {
  const shown = manifests.objects.filter((object) => {
    const kind = `${object.apiVersion}/${object.kind}`;
    if (!known.has(kind)) unknown.add(kind);
    // A pod alone needs its account and class to be there already; a namespace may
    // be there.
    return known.has(kind) && !["Pod", "Namespace"].includes(object.kind);
  });
  if (shown.length === 0) return "";
  for (const { metadata } of shown) if (metadata.namespace) metadata.namespace = NAMESPACE;
  return kubectl(["create", "--dry-run=server", "-f", "-"], shown).problem;
}

// What is shown, by name.
const shown = {
  ...Object.fromEntries(
    Object.entries(cases).map(([name, args]) => [`chart: ${name}`, () => render(args)]),
  ),
  ...Object.fromEntries(
    Object.entries(gitops).map(([name, args]) => [`gitops: ${name}`, () => root(...args)]),
  ),
  "gitops: what the scheduled snapshots are": async () => {
    const { data } = (await root("dev")).get("ConfigMap", "triad-snapshot");
    return Manifests.parse(Object.values(data).join("\n"));
  },
  ...Object.fromEntries(
    environments.map((name) => [
      `gitops: Triad in ${name}`,
      async () => triad.render(await triad.application(name)),
    ]),
  ),
};

async function main() {
  const known = knownKinds();
  const unknown = new Set();
  let failed = 0;
  const metadata = { name: NAMESPACE, labels: RESTRICTED };
  demand(kubectl(["create", "-f", "-"], [{ apiVersion: "v1", kind: "Namespace", metadata }]));
  try {
    const broken = (await render()).copy();
    broken.workloads[0].spec.template.spec.hostNetwork = true;
    if (!objections(broken, known, unknown)) throw new Error("this server lets everything pass");
    for (const [name, manifests] of Object.entries(shown)) {
      const problem = objections((await manifests()).copy(), known, unknown);
      console.log(`${problem ? "refused" : "accepted"}: ${name}${problem ? `\n${problem}` : ""}`);
      if (problem) failed += 1;
    }
  } finally {
    kubectl(["delete", "namespace", NAMESPACE, "--wait=false"]);
  }
  for (const kind of unknown) console.log(`not shown, the cluster has no such kind: ${kind}`);
  process.exitCode = failed > 0 ? 1 : 0;
}

await main();
