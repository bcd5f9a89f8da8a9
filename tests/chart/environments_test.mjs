// The chart with the values of an environment and the images that the pipeline
// wrote for it (deploy/ci/bump-tags).
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { render, values } from "./helm.mjs";

const root = resolve(import.meta.dirname, "../..");
const images = (environment) => `deploy/environments/${environment}/images.yaml`;
const execute = promisify(execFile);

// What the pipeline leaves after it gave the environment these images.
async function bumped(t, environment, ...tags) {
  const directory = mkdtempSync(join(tmpdir(), "triad-environment-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const run = (command, ...args) => execute(command, args, { cwd: directory });
  mkdirSync(join(directory, "deploy/environments", environment), { recursive: true });
  copyFileSync(join(root, images(environment)), join(directory, images(environment)));
  await run("git", "init", "--quiet", "--initial-branch=main");
  await run("git", "add", "--all");
  const identity = ["-c", "user.name=A", "-c", "user.email=a@triad.invalid"];
  await run("git", ...identity, "commit", "--quiet", "--message=Begin");
  await run("git", "clone", "--quiet", "--bare", ".", "remote.git");
  await run("git", "-C", "remote.git", "config", "receive.advertisePushOptions", "true");
  await run("git", "remote", "add", "origin", join(directory, "remote.git"));
  await run(join(root, "deploy/ci/bump-tags"), environment, ...tags);
  return join(directory, "build/deployed", `${environment}.yaml`);
}

async function imagesOf(environment, file) {
  const manifests = await render([...values(environment), "-f", file]);
  const workloads = manifests.objects.filter(({ kind }) => /Deployment|StatefulSet/.test(kind));
  const pairs = workloads.map(({ metadata, spec }) => [
    metadata.labels["app.kubernetes.io/component"],
    spec.template.spec.containers[0].image,
  ]);
  return Object.fromEntries(pairs);
}

for (const environment of ["dev", "staging", "production"]) {
  test(`${environment} runs the images that the pipeline names, and keeps the others`, async (t) => {
    const before = await imagesOf(environment, join(root, images(environment)));
    const file = await bumped(t, environment, "config=12345678", "storage=1a2b3c4d");
    const after = await imagesOf(environment, file);
    assert.match(after.config, /\/config:12345678$/);
    assert.match(after.storage, /\/storage:1a2b3c4d$/);
    for (const name of ["gateway", "frontend", "transform"]) {
      assert.equal(after[name], before[name]);
    }
  });
}
