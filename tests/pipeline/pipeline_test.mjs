// What every job of the pipeline must keep to.
import assert from "node:assert/strict";
import { accessSync, constants, readdirSync, readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { before, test } from "node:test";
import { names, suite } from "../../tools/suite.mjs";
import { pipelineRepository, repositoryFiles, resolvedPipeline } from "./pipeline.mjs";
import { root, run } from "./repository.mjs";

const keywords = ["stages", "workflow", "variables", "default", "include", "spec"];
const environments = ["dev", "staging", "production"];
let pipeline;
let jobs;
let files;

before(async (t) => {
  pipeline = await resolvedPipeline(await pipelineRepository(t));
  jobs = Object.entries(pipeline).filter(
    ([name]) => !keywords.includes(name) && !name.startsWith("."),
  );
  files = await repositoryFiles();
});

const flat = (value) => [value ?? []].flat(Number.POSITIVE_INFINITY);
const neededBy = (job) => flat(job.needs).map((need) => need.job ?? need);
const stageOf = (name) => pipeline.stages.indexOf(pipeline[name].stage);

test("every job has a stage and rules", () => {
  assert.ok(jobs.length > 20);
  for (const [name, job] of jobs) {
    assert.ok(pipeline.stages.includes(job.stage), name);
    assert.ok(flat(job.rules).length > 0, name);
  }
});

test("every need is a job of an earlier stage or the same", () => {
  for (const [name, job] of jobs) {
    for (const needed of neededBy(job)) {
      assert.ok(pipeline[needed], `${name} needs ${needed}`);
      assert.ok(stageOf(needed) <= stageOf(name), `${name} needs ${needed}, which is later`);
    }
  }
});

test("a need that other rules leave out is optional", () => {
  const rules = (name) =>
    JSON.stringify(flat(pipeline[name].rules).map(({ when, ...rule }) => rule));
  const always = new Set([
    "lint",
    "build",
    "unit",
    "e2e",
    "browser",
    "chart",
    "sanitizers",
    "coverage",
    "report",
  ]);
  for (const [name, job] of jobs) {
    for (const need of flat(job.needs)) {
      const needed = need.job ?? need;
      const present = always.has(needed) || rules(needed) === rules(name) || need.optional;
      assert.ok(present || environments.includes(needed.split(":")[1]), `${name} needs ${needed}`);
    }
  }
});

test("every line is a command or a script that exists and can run", () => {
  for (const [name, job] of jobs) {
    const lines = [...flat(job.before_script), ...flat(job.script)];
    assert.equal(flat(job.script).length, 1, `${name} does one thing`);
    for (const line of lines) {
      const [command] = line.split(" ");
      assert.ok(/^(\.ci|deploy\/ci)\//.test(command), `${name}: ${line}`);
      accessSync(join(root, command), constants.X_OK);
    }
  }
});

test("every part that a job asks .ci/run for is one", async () => {
  const { stderr } = await run(join(root, ".ci/run"), ["none"], { cwd: root });
  const parts = stderr.split(": ").at(-1).trim().split(" ");
  const matrix = (job) => flat(job.parallel?.matrix).flatMap((row) => flat(Object.values(row)));
  for (const [name, job] of jobs) {
    const [command, part] = flat(job.script)[0].split(" ");
    if (command !== ".ci/run") continue;
    const wanted = { $CI_JOB_NAME: [name], $SANITIZER: matrix(job) }[part] ?? [part];
    for (const one of wanted) assert.ok(parts.includes(one), `${name}: .ci/run ${one}`);
  }
});

test("each part of .ci/run is a command that ./dev has", async () => {
  const text = readFileSync(join(root, ".ci/run"), "utf8");
  const commands = [...text.matchAll(/^ {2}\[[\w-]+\]="(.*)"$/gm)].map((match) => match[1]);
  const help = (await run(join(root, "dev"), ["help"], { cwd: root })).stdout;
  assert.ok(commands.length > 8);
  for (const command of commands) {
    const [verb, ...flags] = command.split(" ");
    assert.ok(help.includes(`./dev ${verb}`), command);
    for (const flag of flags.filter((word) => word.startsWith("--"))) {
      assert.ok(help.includes(flag.split("=")[0]), command);
    }
  }
});

test("every path of rules:changes matches a file", () => {
  for (const [name, job] of jobs) {
    for (const pattern of flat(job.rules).flatMap((rule) => flat(rule.changes))) {
      assert.ok(
        files.some((file) => matchesGlob(file, pattern)),
        `${name}: ${pattern}`,
      );
    }
  }
});

test("every target of the Dockerfile has its jobs", () => {
  const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");
  const targets = [...dockerfile.matchAll(/^FROM base AS ([\w-]+)$/gm)].map((match) => match[1]);
  const imageJobs = jobs.map(([name]) => name).filter((name) => name.startsWith("image:"));
  assert.deepEqual(imageJobs.sort(), targets.map((name) => `image:${name}`).sort());
  const matrix = pipeline.rescan.parallel.matrix.flatMap((row) => row.IMAGE);
  assert.deepEqual(matrix.sort(), names(suite).sort());
  assert.equal(targets.length, 6);
  for (const name of targets) {
    assert.deepEqual(pipeline[`scan:${name}`].rules, pipeline[`image:${name}`].rules);
  }
});

test("whatever makes an image makes a deployment", () => {
  const changes = (name) => flat(pipeline[name].rules).flatMap((rule) => flat(rule.changes));
  const shipped = files.filter((file) =>
    changes("image:gateway").some((pattern) => matchesGlob(file, pattern)),
  );
  assert.ok(shipped.length > 100);
  const deployed = (file) => changes("deploy:dev").some((pattern) => matchesGlob(file, pattern));
  assert.deepEqual(
    shipped.filter((file) => !deployed(file)),
    [],
  );
});

test("nothing is deployed before every job that could object", () => {
  const needs = neededBy(pipeline["deploy:dev"]);
  const before = jobs.filter(
    ([name]) => stageOf(name) < stageOf("deploy:dev") && name !== "rescan",
  );
  assert.deepEqual(
    before.map(([name]) => name).filter((name) => !needs.includes(name)),
    [],
  );
});

test("an environment is promoted from what the one before was verified with", () => {
  for (const [from, to] of [
    ["dev", "staging"],
    ["staging", "production"],
  ]) {
    assert.ok(neededBy(pipeline[`deploy:${to}`]).includes(`verify:${from}`));
    assert.ok(flat(pipeline[`deploy:${to}`].script)[0].endsWith(`build/deployed/${from}.yaml`));
    assert.ok(neededBy(pipeline[`deploy:${to}`]).includes(`policies:${from}`));
    assert.ok(neededBy(pipeline[`verify:${to}`]).includes(`deploy:${to}`));
  }
});

test("an environment is verified with what was deployed to it, for as long as its job may take", () => {
  const text = readFileSync(join(root, ".gitlab-ci.yml"), "utf8");
  const hours = Number(/^ {2}timeout: (\d+) hours?$/m.exec(text)[1]);
  for (const environment of environments) {
    const line = flat(pipeline[`verify:${environment}`].script)[0];
    const [, name, patience, settle] =
      /^deploy\/ci\/verify "\S+" (\w+) --timeout (\d+) --settle (\d+)$/.exec(line);
    assert.equal(name, environment);
    // Longer than Argo CD takes to look, and one round of back-off of a pod that crashes.
    assert.ok(Number(settle) > 180 && Number(patience) > 3 * Number(settle));
    assert.ok(Number(patience) + Number(settle) < 3600 * hours);
    const policies = pipeline[`policies:${environment}`];
    assert.deepEqual(neededBy(policies), [`deploy:${environment}`, `verify:${environment}`]);
    assert.match(flat(policies.script)[0], new RegExp(` ${environment} .*--policies$`));
  }
});

test("no failure is silent", () => {
  for (const [name, job] of jobs) {
    assert.ok(!job.allow_failure, name);
    for (const rule of flat(job.rules)) assert.ok(!rule.allow_failure, name);
    assert.ok(!JSON.stringify([job.script, job.before_script]).includes("||"), name);
  }
});

test("images of others are named with a version", () => {
  for (const [name, job] of jobs) {
    const image =
      job.image.name === "$TRIAD_CI_IMAGE" ? pipeline.variables.TRIAD_CI_IMAGE : job.image.name;
    assert.match(image, /:v?\d/, name);
  }
});

test("what changes the world is not interrupted, and not done twice at once", () => {
  for (const environment of environments) {
    const job = pipeline[`deploy:${environment}`];
    assert.equal(job.interruptible, false);
    assert.equal(job.resource_group, environment);
    assert.equal(job.environment.name, environment);
  }
});

test("what changes the infrastructure waits for a person, and is not done twice at once", () => {
  const changing = jobs.filter(([name]) => /^(apply|destroy):/.test(name));
  assert.equal(changing.length, 2 * 3 * 5);
  for (const [name, job] of changing) {
    const [, environment] = name.split(":");
    assert.equal(job.interruptible, false, name);
    assert.equal(job.resource_group, `${environment}/infrastructure`, name);
    // Protected in GitLab's settings by this name.
    assert.equal(job.environment.name, `${environment}/infrastructure`, name);
    for (const { when } of flat(job.rules)) assert.ok(["manual", "never"].includes(when), name);
  }
});

// Layers as deploy/terraform has them, by what they build on.
function layersOf() {
  const folder = join(root, "deploy/terraform/layers");
  return readdirSync(folder)
    .filter((layer) => layer !== "bootstrap")
    .map((layer) => {
      const links = readdirSync(join(folder, layer)).map((file) => /^from_(\w+)\.tf$/.exec(file));
      const needs = links.flatMap((match) => match?.[1] ?? []);
      return { layer, needs: needs.filter((one) => one !== "bootstrap") };
    });
}

test("every layer is planned after what it builds on, and destroyed before it", () => {
  const changes = (job) => flat(job.rules).flatMap((rule) => flat(rule.changes));
  for (const environment of environments) {
    for (const { layer, needs } of layersOf()) {
      const [plan, apply] = ["plan", "apply"].map(
        (verb) => pipeline[`${verb}:${environment}:${layer}`],
      );
      assert.deepEqual(neededBy(apply), [`plan:${environment}:${layer}`]);
      for (const need of needs) {
        assert.ok(neededBy(plan).includes(`apply:${environment}:${need}`), `${layer}, ${need}`);
        const destroyed = neededBy(pipeline[`destroy:${environment}:${need}`]);
        assert.ok(destroyed.includes(`destroy:${environment}:${layer}`), `${layer}, ${need}`);
      }
      for (const one of [layer, ...needs]) {
        for (const job of [plan, apply])
          assert.ok(
            changes(job).includes(`deploy/terraform/layers/${one}/**/*`),
            `${layer}, ${one}`,
          );
      }
    }
  }
});

test("a plan is kept for its apply, and shown in the merge request", () => {
  const { artifacts } = pipeline["plan:dev:network"];
  assert.deepEqual(artifacts.paths, ["build/aws/dev/network.*"]);
  assert.equal(artifacts.reports.terraform, "build/aws/dev/network.report.json");
});

test("jobs that act on AWS have the token that its roles ask for", () => {
  const text = readFileSync(join(root, "deploy/terraform/layers/bootstrap/ci.tf"), "utf8");
  const audience = /^ {2}audience += "(.*)"$/m.exec(text)[1];
  for (const [name, job] of jobs) {
    if (
      /^(image|scan|site|keep|policies|plan|apply|destroy|drift):|^(rescan|publish-report)$/.test(
        name,
      )
    )
      assert.deepEqual(job.id_tokens, { TRIAD_AWS_TOKEN: { aud: audience } }, name);
    else assert.equal(job.id_tokens, undefined, name);
  }
});

test("keys are tokens that GitLab signs for the job", () => {
  const text = files
    .filter((file) => file === ".gitlab-ci.yml" || file.startsWith("deploy/ci/"))
    .map((file) => readFileSync(join(root, file), "utf8"))
    .join("\n");
  assert.doesNotMatch(text, /AWS_(SECRET_)?ACCESS_KEY/);
});

test("test jobs keep their reports, also when they fail", () => {
  for (const [name, job] of jobs.filter((entry) => entry[1].stage === "test")) {
    assert.equal(job.artifacts.when, "always", name);
    assert.ok(job.artifacts.reports.junit, name);
  }
});

test("the report is about every test job, whether they pass or not", () => {
  const about = neededBy(pipeline.report);
  const testing = jobs.filter(([, job]) => job.stage === "test");
  assert.deepEqual(about.toSorted(), testing.map(([name]) => name).sort());
  assert.equal(flat(pipeline.report.rules).at(-1).when, "always");
  for (const [name, { artifacts }] of testing)
    assert.ok(artifacts.paths.includes("build/results"), name);
  assert.deepEqual(neededBy(pipeline["publish-report"]), ["report", ...about]);
});

test("the documentation names every variable that somebody has to set", () => {
  const document = readFileSync(join(root, "docs/pipeline.md"), "utf8");
  const used = files
    .filter((file) => file === ".gitlab-ci.yml" || file.startsWith("deploy/ci/"))
    .flatMap((file) => readFileSync(join(root, file), "utf8").match(/\bTRIAD_[A-Z_]+/g) ?? []);
  assert.deepEqual(
    [...new Set(used)].filter((name) => !document.includes(name)),
    [],
  );
});
