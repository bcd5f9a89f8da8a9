// What is proven, in order: each step gets the suite and returns a detail for
// its line, or throws.
import { setTimeout as sleep } from "node:timers/promises";
import { suite as list, names } from "../../tools/suite.mjs";
import { run } from "./command.mjs";
import { underLoad } from "./load.mjs";
import { networkSteps } from "./network.mjs";
import { readme } from "./readme.mjs";
import { restoreSteps } from "./restore.mjs";
import { transformWith, until } from "./suite.mjs";

const COMPONENTS = names(list);
// Requests to be answered before the next thing is done.
const SOME = 200;
const RESTRICTED = "pod-security.kubernetes.io/enforce=restricted";
const MISSING_TAG = "there-is-no-such-tag";
// Long enough for a pod to start, short enough to wait for one that cannot.
const BAD_UPGRADE_TIMEOUT = "60s";

function demand(holds, problem) {
  if (!holds) throw new Error(problem);
}

// ---- installing ----

async function makeNamespace({ cluster, image }) {
  await cluster.kubectl("create", "namespace", cluster.namespace);
  await cluster.kubectl("label", "namespace", cluster.namespace, RESTRICTED);
  const args = ["run", "root", `--image=${image}`, "--dry-run=server"];
  const { output } = await cluster.tryKubectl(...args);
  demand(/violates PodSecurity "restricted/.test(output), `a pod of root's was let in: ${output}`);
  return `${cluster.namespace}, where a pod that may be root is refused`;
}

async function install(suite) {
  await suite.cluster.helm("install", ...suite.settings(), "--timeout=300s");
  const pods = await suite.cluster.get("pods");
  const restarts = pods.items.flatMap((pod) => pod.status.containerStatuses ?? []);
  const count = restarts.reduce((sum, one) => sum + one.restartCount, 0);
  demand(count === 0, `containers were restarted ${count} times`);
  return `${pods.items.length} pods ready, no restart`;
}

async function helmTest(suite) {
  const output = await suite.cluster.helm("test", suite.release, "--timeout=180s");
  const succeeded = output.match(/^Phase: +Succeeded$/gm) ?? [];
  demand(succeeded.length >= 3, output);
  return `${succeeded.length} pods succeeded`;
}

// ---- the end-to-end tests ----

async function endToEnd(suite, component) {
  const origin = await suite.expose(component);
  const healthy = () =>
    fetch(`${origin}/api/health`).then(
      (answer) => answer.ok,
      () => false,
    );
  await until(`${origin} answers`, healthy);
  const args = ["--test-dir", suite.tests, "-L", "^portable$", "--output-on-failure"];
  const env = { TRIAD_TARGET_URL: origin };
  const output = await run("ctest", [...args, "--no-tests=error"], { env });
  return `${/\d+% tests passed.*/.exec(output)[0]}, through ${origin}`;
}

// ---- restarts ----

async function restart(suite, component, { through = "gateway", ...clients } = {}) {
  const before = (await suite.pods(component)).map((pod) => pod.metadata.uid);
  const action = async (load) => {
    await until("the load runs", () => load.answered > SOME);
    await suite.cluster.kubectl("rollout", "restart", await suite.workload(component));
    await suite.rolledOut(component);
    // The old pods, too, get their time to end under load.
    await until("the old pods end", async () => {
      const { items } = await suite.cluster.get("pods");
      return items.every((pod) => !before.includes(pod.metadata.uid));
    });
    const soFar = load.answered;
    await until("the load goes on", () => load.answered > soFar + SOME);
  };
  const result = await underLoad(await suite.lasting(through), action, clients);
  return `${before.length} pods; ${result}`;
}

const restartGateway = (suite) => restart(suite, "gateway");
const restartTransform = (suite) => restart(suite, "transform");
// nginx 1.22 closes idle connections without a word before, which clients that
// keep them have to expect: here, each request has its own.
const restartFrontend = (suite) =>
  restart(suite, "frontend", { through: "frontend", keepAlive: false });

// ---- data ----

async function expectOk(answer) {
  const text = await answer.text();
  demand(answer.ok, `${answer.url}: ${answer.status} ${text}`);
  return text;
}

async function write(origin, entry, object, text) {
  const json = { "Content-Type": "application/json" };
  const body = JSON.stringify({ value: { stringValue: text } });
  await expectOk(await fetch(origin + entry, { method: "PUT", headers: json, body }));
  await expectOk(await fetch(origin + object, { method: "PUT", body: text }));
}

async function deletePods(suite) {
  const text = `kept ${Date.now()}`;
  const entry = "/api/v1/namespaces/cluster-test/entries/kept";
  const object = "/api/v1/buckets/uploads/objects/kept.txt";
  await write(await suite.expose("gateway"), entry, object, text);
  for (const component of COMPONENTS) {
    for (const pod of await suite.pods(component)) {
      await suite.cluster.kubectl("delete", "pod", pod.metadata.name);
    }
    await suite.rolledOut(component);
  }
  const origin = await suite.expose("gateway");
  await until("every service serves", () =>
    fetch(`${origin}/api/health`).then(
      (a) => a.ok,
      () => false,
    ),
  );
  demand((await expectOk(await fetch(origin + entry))).includes(text), "the entry has changed");
  demand((await expectOk(await fetch(origin + object))) === text, "the object has changed");
  return "entry and object are as they were";
}

// ---- recipes ----

// Upgrades to a transform with this database, and waits until it serves.
async function changeTransform(suite, database, replicas) {
  const settings = suite.settings(...transformWith(database, replicas));
  await suite.cluster.helm("upgrade", ...settings, "--timeout=300s");
  await suite.rolledOut("transform");
  const origin = await suite.expose("gateway");
  await until("transform serves", () =>
    fetch(`${origin}/api/mirror?word=a`).then(
      (a) => a.ok,
      () => false,
    ),
  );
  return origin;
}

// As it is by default, in a volume that outlives the pod; and without, as it was before.
async function recipes(suite) {
  const kept = await changeTransform(suite, "sqlite", 1);
  const json = { "Content-Type": "application/json" };
  const body = JSON.stringify({ recipe: "to-hex" });
  const create = `${kept}/api/v1/recipes?recipe_id=kept`;
  await expectOk(await fetch(create, { method: "POST", headers: json, body }));
  const [pod] = await suite.pods("transform");
  await suite.cluster.kubectl("delete", "pod", pod.metadata.name);
  await suite.rolledOut("transform");
  const run = () => fetch(`${kept}/api/v1/recipes/kept:run`, { method: "POST", body: "ab" });
  await until("the recipe is there", async () => (await run()).status === 200);
  demand((await expectOk(await run())) === "6162", "the recipe has changed");
  const without = await changeTransform(suite, "none", 2);
  const refused = await fetch(`${without}/api/v1/recipes/kept`);
  const { code, message } = await refused.json();
  demand(code === 9 && message.includes("--database=none"), `${refused.status} ${message}`);
  return "a recipe outlives its pod; without a database the rest goes on";
}

// ---- upgrades ----

// Helm 4 renamed the flag.
async function rollbackFlag(cluster) {
  const { output } = await cluster.tryHelm("upgrade", "--help");
  return output.includes("--rollback-on-failure") ? "--rollback-on-failure" : "--atomic";
}

async function images(suite, component) {
  return (await suite.pods(component)).map((pod) => pod.spec.containers[0].image).join(" ");
}

async function badUpgrade(suite) {
  const broken = ["gateway", "transform"];
  const flag = await rollbackFlag(suite.cluster);
  const bad = broken.map((name) => `services.${name}.image.tag=${MISSING_TAG}`);
  const origin = await suite.lasting("gateway");
  const result = await underLoad(origin, async (load) => {
    await until("the load runs", () => load.answered > SOME);
    const upgrade = suite.cluster.tryHelm(
      ...["upgrade", ...suite.settings(...bad), flag, `--timeout=${BAD_UPGRADE_TIMEOUT}`],
    );
    await until("the bad images are tried", async () =>
      (await images(suite, "gateway")).includes(MISSING_TAG),
    );
    const { code, output } = await upgrade;
    demand(code !== 0, "the upgrade went through");
    demand(/roll(ed|ing)?[ -]?back|rollback/i.test(output), output);
    for (const component of broken) await suite.rolledOut(component);
    await sleep(1000);
  });
  for (const component of broken) {
    demand(!(await images(suite, component)).includes(MISSING_TAG), `${component} is not back`);
  }
  const { info } = JSON.parse(await suite.cluster.helm("status", suite.release, "-o", "json"));
  demand(info.status === "deployed", `the release is ${info.status}`);
  return `rolled back; ${result}`;
}

async function goodUpgrade(suite) {
  const origin = await suite.lasting("gateway");
  return underLoad(origin, async (load) => {
    await until("the load runs", () => load.answered > SOME);
    await suite.cluster.helm("upgrade", ...suite.settings("logLevel=debug"), "--timeout=300s");
    await suite.rolledOut("gateway");
  });
}

export const steps = [
  ["the images are on the nodes", (suite) => suite.loadImages(COMPONENTS)],
  [
    "README's install on a laptop",
    (suite) =>
      readme({
        cluster: suite.cluster,
        context: suite.context,
        image: suite.image("gateway"),
      }),
  ],
  [
    "a namespace that enforces Pod Security restricted",
    (suite) => makeNamespace({ cluster: suite.cluster, image: suite.image("gateway") }),
  ],
  ["helm install --wait", install],
  ["helm test", helmTest],
  ["end-to-end tests through the frontend's Service", (suite) => endToEnd(suite, "frontend")],
  ["end-to-end tests through the gateway's Service", (suite) => endToEnd(suite, "gateway")],
  ...networkSteps,
  ["rolling restart of the gateway under load", restartGateway],
  ["rolling restart of transform under load", restartTransform],
  ["rolling restart of the frontend under load", restartFrontend],
  ["every pod is deleted, its data is kept", deletePods],
  ["transform with recipes, and without again", recipes],
  ...restoreSteps,
  ["an upgrade to images that do not exist rolls back while the old ones answer", badUpgrade],
  ["helm upgrade of everything", goodUpgrade],
];
