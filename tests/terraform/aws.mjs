// ./dev test --aws: every layer of an environment against a mocked AWS, from an
// empty account and back. See docs/aws.md for what a mock cannot show.
//
//   node aws.mjs ENVIRONMENT
//
// TRIAD_AWS_ENDPOINT is the mock's address, an empty account 123456789012.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeBalancer } from "./balancer.mjs";
import { account, drift } from "./drift.mjs";
import { anything, escapesOf } from "./escapes.mjs";
import { plansAndDrift, publishes } from "./jobs.mjs";
import { lost } from "./lifecycle.mjs";
import { endpoint, json, leftOf, s3, environment as variables } from "./mock.mjs";
import { actionsIn, policiesOf, refused, tooLong } from "./permissions.mjs";
import { told } from "./told.mjs";
import { root, settingsOf } from "./tree.mjs";

const layers = ["bootstrap", "network", "cluster", "data", "edge", "ecs"];
// What the files leave to the day: a tag; PostgreSQL, which only production is tried
// with, as it takes minutes; where traces go, and metrics of containers.
const telemetry = {
  otlp_endpoint: "http://collector.internal:4318",
  sample_ratio: 0.5,
  otlp_headers_arn: `arn:aws:secretsmanager:eu-west-1:${account}:secret:triad/staging/otlp-AbCdEf`,
  sentry_dsn_arn: `arn:aws:secretsmanager:eu-west-1:${account}:secret:triad/staging/sentry-AbCdEf`,
};
const beside = {
  dev: {},
  staging: { TF_VAR_container_insights: "true", TF_VAR_telemetry: JSON.stringify(telemetry) },
  production: { TF_VAR_postgresql: "{}" },
};

const environment = process.argv[2];
assert.ok(beside[environment], `no environment '${environment}': ${Object.keys(beside)}`);
assert.match(
  endpoint,
  /^http:\/\/127\.0\.0\.1:\d+$/,
  "TRIAD_AWS_ENDPOINT is not http://127.0.0.1:PORT",
);
const prefix = `triad-${environment}`;
const script = join(root, "deploy/aws");
const options = {
  encoding: "utf8",
  maxBuffer: 1 << 28,
  env: { ...variables, TF_VAR_image_tag: "0123abcd", ...beside[environment] },
};

// What Terraform called, by the role of the pipeline that would have.
const logs = mkdtempSync(join(tmpdir(), "triad-aws-log-"));
const logOf = (role) => join(logs, role);

const say = (line) => console.log(`${environment}: ${line}`);

// aws([VERB, ...ARGUMENTS]) gives what it printed. What a role of the pipeline
// would do is logged for permissions().
function aws([verb, ...args], { expected = 0, role } = {}) {
  const env = role ? { ...options.env, TF_LOG: "DEBUG", TF_LOG_PATH: logOf(role) } : options.env;
  const { status, stdout, stderr } = spawnSync(script, [verb, environment, ...args], {
    ...options,
    env,
  });
  const text = `${stdout}${stderr}`;
  if (status !== expected) {
    throw new Error(
      `deploy/aws ${verb} ${environment} ${args.join(" ")}: exit code ${status}, not ${expected}\n${text.slice(-6000)}`,
    );
  }
  return text;
}

// Terraform's closing line of each layer: Map(layer → line).
function closing(text, pattern) {
  const parts = text.split(new RegExp(`^== ${environment}: (?:destroying )?`, "m")).slice(1);
  return new Map(
    parts.map((part) => {
      const lines = part.split("\n");
      return [lines[0], lines.filter((line) => pattern.test(line)).at(-1)];
    }),
  );
}

// bootstrap, which makes the roles, is a person's; the rest may be the pipeline's.
const [bootstrap, ...rest] = layers;

function up(names) {
  const text = names.map((name) =>
    aws(["up", "--yes", name], name === bootstrap ? {} : { role: "apply" }),
  );
  const lines = closing(text.join(""), /^Apply complete!/);
  for (const layer of names) {
    const line = lines.get(layer);
    assert.match(line ?? "", /Resources: \d+ added, 0 changed, 0 destroyed/, layer);
    say(`${layer}: ${line}`);
  }
}

// CloudFront finds a load balancer that has come after it, and leaves one that is gone.
function edgeAgain(when, resources) {
  const line = closing(aws(["up", "--yes", "edge"], { role: "apply" }), /^Apply complete!/);
  assert.ok(line.get("edge").includes(`Resources: ${resources}`), line.get("edge"));
  say(`edge, ${when}: ${line.get("edge")}`);
}

function kubernetesBalancer() {
  const { outputs } = JSON.parse(s3(`/${prefix}-state-${account}/network.tfstate`));
  const compute = environment === "production" ? "auto" : "nodes";
  return makeBalancer(compute, prefix, outputs.subnet_ids.value.front);
}

// With Kubernetes the tools come along: a distribution, and two records for each of two.
function findsKubernetes() {
  const remove = kubernetesBalancer();
  edgeAgain("with Kubernetes' load balancer", "7 added, 1 changed, 0 destroyed");
  remove();
  edgeAgain("without it", "0 added, 1 changed, 7 destroyed");
}

function findsEcs() {
  edgeAgain("with that of ECS", "2 added, 1 changed, 0 destroyed");
  const remove = kubernetesBalancer();
  assert.match(aws(["plan", "edge"], { expected: 1 }), /More than one load balancer is tagged/);
  remove();
}

function secondPlan() {
  const plans = { refresh: [], plan: ["--no-refresh"] };
  for (const [role, option] of Object.entries(plans)) {
    const lines = closing(aws(["plan", ...layers, ...option], { role }), /^No changes\./);
    for (const layer of layers) assert.ok(lines.get(layer), layer);
    say(`second plan ${option.map((one) => `${one} `)}of ${layers.join(", ")}: No changes.`);
  }
}

// What is drawn for a secret is in no state.
function secretsAreNotKept() {
  const state = JSON.parse(s3(`/${prefix}-state-${account}/data.tfstate`));
  const values = state.resources
    .filter(({ type }) => type === "aws_secretsmanager_secret_version")
    .flatMap(({ instances }) => instances.map(({ attributes }) => attributes.secret_string));
  assert.ok(values.length >= 3);
  assert.deepEqual(values.filter(Boolean), []);
  say(`the state has none of ${values.length} secrets`);
}

function drifts() {
  const facts = { prefix, output: (layer, name) => aws(["output", layer, name]).trim() };
  for (const layer of layers) {
    const { what, make, shows } = drift[layer];
    make(facts);
    const text = aws(["plan", layer], { expected: 2 });
    assert.ok(
      text.includes(`# ${shows}`),
      `${layer}: the plan does not say that ${shows}\n${text.slice(-4000)}`,
    );
    say(`${layer}: behind Terraform's back, ${what}; the next plan: ${shows} in-place`);
  }
}

// One run waits for its yes and holds the lock meanwhile.
async function lock() {
  const first = spawn(script, ["up", environment, "network"], {
    env: options.env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => first.on("close", resolve));
  await new Promise((resolve, reject) => {
    let text = "";
    first.stdout.on("data", (data) => {
      text += data;
      if (text.includes("Enter a value:")) resolve();
    });
    first.on("close", () => reject(new Error(`it did not ask\n${text.slice(-2000)}`)));
  });
  const refused = aws(["plan", "network"], { expected: 1 });
  assert.match(refused, /Error acquiring the state lock/);
  assert.match(refused, /PreconditionFailed/);
  say(
    `a second run: ${/Error acquiring the state lock/.exec(refused)[0]} (412 PreconditionFailed)`,
  );
  first.stdin.end("no\n");
  await ended;
}

// network by what was planned, as the pipeline does, the others at once.
function healing() {
  const as = { role: "apply" };
  assert.match(aws(["plan", "network", "--save"], { expected: 2 }), /1 to change/);
  assert.match(aws(["up", "network", "--planned"], as), /0 added, 1 changed, 0 destroyed/);
  assert.match(aws(["up", "network", "--planned"], { expected: 1 }), /Saved plan is stale/);
  say("what was planned is applied, once");
  const others = rest.filter((layer) => layer !== "network");
  const text = aws(["up", "--yes", bootstrap]) + aws(["up", "--yes", ...others], as);
  const lines = closing(text, /^Apply complete!/);
  for (const layer of [bootstrap, ...others])
    assert.match(lines.get(layer), /Resources: 0 added, [1-9]\d* changed, 0 destroyed/, layer);
  say("up again puts all of it right");
}

function permissions() {
  for (const role of ["plan", "refresh", "apply"]) {
    const actions = actionsIn(logOf(role));
    assert.ok(actions.length > 3, `${role} called only ${actions}`);
    assert.deepEqual(refused(`${prefix}-ci-${role}`, actions), [], `${role} may not`);
    say(`what Terraform called as ${role}, ${actions.length} actions, its role may`);
  }
}

function imagesStay() {
  const { lifecyclePolicyText } = JSON.parse(
    json("ecr", "AmazonEC2ContainerRegistry_V20150921.GetLifecyclePolicy", {
      repositoryName: "triad/gateway",
    }),
  );
  assert.deepEqual(lost(JSON.parse(lifecyclePolicyText)), []);
  say("what runs, and what it can be rolled back to, stays in the registry");
}

function nobodyEscapes() {
  const { own, attached, boundary } = policiesOf(`${prefix}-ci-apply`);
  const roles = { "a role that may do anything": [anything], "ci-apply": [...own, ...attached] };
  for (const [who, identity] of Object.entries(roles)) {
    assert.deepEqual(escapesOf({ identity, boundary }, prefix, account), [], `${who} gets out`);
  }
  say(`neither ${Object.keys(roles).join(" nor ")} gets out of the boundary`);
}

// What destroy() will not find: it has to be seen while it is there.
function isSeen() {
  const kinds = new Set(leftOf(prefix).map((name) => /^[a-z]+(?=-[0-9a-f]{17}$)/.exec(name)?.[0]));
  for (const kind of ["vpc", "subnet", "rtb", "igw", "nat", "eipalloc", "vpce", "sg", "fl"]) {
    assert.ok(kinds.has(kind), `no ${kind} of ${environment} is seen`);
  }
}

function destroy() {
  assert.match(
    aws(["destroy", "--yes", "--leave-kubernetes"], { expected: 1 }),
    /would lose data: say --delete-data/,
  );
  say("destroy without --delete-data is refused");
  const all = ["destroy", "--yes", "--delete-data", "--leave-kubernetes"];
  let text = aws([...all, ...rest], { role: "apply" });
  permissions();
  text += aws(all);
  const lines = closing(text, /^Destroy complete!/);
  for (const layer of [...layers].reverse()) {
    assert.match(lines.get(layer) ?? "", /Resources: \d+ destroyed/, layer);
    say(`${layer}: ${lines.get(layer)}`);
  }
  assert.deepEqual(leftOf(prefix), []);
  assert.match(aws(["plan"], { expected: 2 }), /Nothing is there yet/);
  say("nothing is left");
}

assert.deepEqual(leftOf(prefix), [], "the mock is not empty");
process.on("exit", () => rmSync(logs, { recursive: true }));
const began = Date.now();
up(layers.filter((layer) => layer !== "ecs"));
findsKubernetes();
up(["ecs"]);
findsEcs();
isSeen();
secondPlan();
secretsAreNotKept();
say(
  told(environment, prefix, {
    emails: JSON.parse(settingsOf(environment).body.attributes.get("alarm_emails").text),
    hasDatabase: "TF_VAR_postgresql" in beside[environment],
    telemetry: "TF_VAR_telemetry" in beside[environment] ? telemetry : {},
  }),
);
assert.deepEqual(tooLong(prefix), [], "policies that AWS would not take");
nobodyEscapes();
imagesStay();
say(publishes(environment, `${prefix}-site-${account}`));
say(plansAndDrift(environment));
drifts();
await lock();
healing();
destroy();
say(`as it should be, in ${Math.round((Date.now() - began) / 1000)} s`);
