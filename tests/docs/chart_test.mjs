// What the pages' helm commands install: the chart takes their flags, and the nodes
// find the images that it names. ./dev test --target cluster installs the chart.
import assert from "node:assert/strict";
import { test } from "node:test";
import { names, suite } from "../../tools/suite.mjs";
import { run } from "../chart/helm.mjs";
import { place, root } from "./blocks.mjs";
import { blocksOf } from "./claims.mjs";

const INSTALL = /^helm (?:install|upgrade --install) /;
const OF_A_CLUSTER = ["--create-namespace", "--wait"];

// Lines of a block; one that ends in a backslash goes on.
const linesOf = (text) =>
  text
    .trimEnd()
    .replaceAll(/\\\n\s*/g, "")
    .split("\n");

async function rendered(line) {
  const words = line.replace(INSTALL, "").split(/\s+/);
  const args = words.filter((word) => !OF_A_CLUSTER.includes(word));
  process.chdir(root);
  const { code, stdout, stderr } = await run("template", ...args);
  assert.equal(code, 0, stderr);
  return stdout;
}

for (const block of blocksOf("chart")) {
  test(place(block), async () => {
    const [install, ...more] = linesOf(block.text);
    const manifests = await rendered(install);
    const images = new Set(
      [...manifests.matchAll(/image: "?([^\s"]+)/g)].map(([, image]) => image),
    );
    if (block.text.includes("values-dev.yaml"))
      assert.deepEqual(
        [...images].sort(),
        names(suite)
          .map((name) => `triad/${name}:dev`)
          .sort(),
      );
    else for (const image of images) assert.match(image, /^registry\.example\.com\/triad\/\w+:/);
    for (const line of more) {
      const service = /^kubectl port-forward service\/(\S+) \d+:80 --namespace triad$/.exec(
        line,
      )?.[1];
      if (service)
        assert.match(manifests, new RegExp(`kind: Service\\nmetadata:\\n  name: ${service}\\n`));
      else assert.match(line, /^helm test triad --namespace triad --logs$/);
    }
  });
}
