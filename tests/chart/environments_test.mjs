// The chart with the values of an environment and the images that the pipeline
// wrote for it (deploy/ci/bump-tags).
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { bumped, images, root } from "./bumped.mjs";
import { render, values } from "./helm.mjs";

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
