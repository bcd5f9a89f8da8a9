// Third parties' charts with our values. They cannot be had everywhere: put them,
// as `helm pull` leaves them, into a folder and name it.
//
//   TRIAD_CHARTS=DIR node --test charts_test.mjs
//
// Without it the charts themselves have not been looked at, and this says so.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { run } from "../chart/helm.mjs";
import { Manifests } from "../chart/manifests.mjs";
import { cases } from "./cases.mjs";
import { root } from "./root.mjs";

const directory = process.env.TRIAD_CHARTS;
const everything = ["dev", cases["a cluster without add-ons"][1]];
const applications = (await root(...everything))
  .of("Application")
  .filter(({ spec }) => spec.source.chart);

if (!directory) {
  const commands = applications.map(({ spec: { source } }) => [
    "  helm pull",
    source.chart,
    "--repo",
    source.repoURL,
    "--version",
    source.targetRevision,
  ]);
  const how = commands.map((words) => words.join(" ")).join("\n");
  process.stderr.write(
    `SKIPPED: TRIAD_CHARTS is not set, so no chart of others was rendered:\n${how}\n`,
  );
}

// What helm makes of a chart with our values.
async function rendered({ spec: { source, destination } }) {
  const chart = join(directory, `${source.chart}-${source.targetRevision}.tgz`);
  assert.ok(existsSync(chart), `${chart} is not there: helm pull`);
  const work = mkdtempSync(join(tmpdir(), "triad-chart-values-"));
  try {
    const values = join(work, "values.yaml");
    writeFileSync(values, JSON.stringify(source.helm.valuesObject));
    const place = ["--namespace", destination.namespace, "--kube-version", "1.34"];
    const args = ["template", source.helm.releaseName, chart, "-f", values, ...place];
    const { code, stdout, stderr } = await run(...args);
    assert.equal(code, 0, stderr);
    return Manifests.parse(stdout);
  } finally {
    rmSync(work, { recursive: true });
  }
}

for (const application of applications) {
  test(application.metadata.name, { skip: directory ? false : "TRIAD_CHARTS" }, async () => {
    const manifests = await rendered(application);
    assert.ok(manifests.objects.length > 0);
    for (const { container, owner } of manifests.containers) {
      for (const { name, value } of container.env ?? []) {
        const open = /PASSWORD|TOKEN|SECRET/.test(name) && value;
        assert.ok(!open, `${owner.kind}/${owner.metadata.name}: ${name} stands in a variable`);
      }
    }
    for (const { spec, metadata } of manifests.of("Ingress")) {
      assert.ok(spec.ingressClassName, metadata.name);
      assert.ok(
        spec.rules.every(({ host }) => host),
        metadata.name,
      );
    }
  });
}
