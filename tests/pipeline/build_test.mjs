// What the build knows and the pipeline has to match. Every file that a binary or
// the page is built from is one that its image's job looks at: else a change would
// never be shipped. Every test is one that some job runs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, matchesGlob, relative, resolve } from "node:path";
import { before, test } from "node:test";
import { names, otherImages, servers } from "../../tools/suite.mjs";
import { pipelineRepository, repositoryFiles, resolvedPipeline } from "./pipeline.mjs";
import { root, run } from "./repository.mjs";

const outputs = {
  frontend: "site/index.html",
  ...Object.fromEntries(
    [...names(servers), ...otherImages].map((name) => [name, `bin/triad-${name}`]),
  ),
};
const build = process.env.TRIAD_BUILD_DIR;
let pipeline;
let tracked;

before(async (t) => {
  pipeline = await resolvedPipeline(await pipelineRepository(t));
  tracked = new Set(await repositoryFiles());
});

async function ninja(...args) {
  const { code, stdout, stderr } = await run("ninja", ["-C", build, ...args], { cwd: root });
  assert.equal(code, 0, stderr);
  return stdout.split("\n").map((line) => line.trim());
}

// Of our files: what the build says it needs, and the headers that it found.
async function sourcesOf(output) {
  const inputs = new Set(await ninja("-t", "inputs", output));
  const sources = new Set(inputs);
  let ours = false;
  for (const line of await ninja("-t", "deps")) {
    const target = /^(\S+): #deps/.exec(line);
    if (target) ours = inputs.has(target[1]);
    else if (ours && line !== "") sources.add(line);
  }
  const paths = [...sources].map((path) => relative(root, resolve(build, path)));
  return paths.filter((path) => tracked.has(path));
}

for (const [image, output] of [...Object.entries(outputs), ["gateway", "bin/triadctl"]]) {
  test(`what ${output} is built from starts the job of ${image}`, async () => {
    const patterns = pipeline[`image:${image}`].rules
      .flat(Number.POSITIVE_INFINITY)
      .flatMap((rule) => rule.changes ?? []);
    const sources = await sourcesOf(output);
    assert.ok(sources.length > 20, `${sources.length} files`);
    const missed = sources.filter((path) => !patterns.some((one) => matchesGlob(path, one)));
    assert.deepEqual(missed, []);
  });
}

test("every test is in a part that a job runs", async () => {
  const parts = readFileSync(join(root, ".ci/run"), "utf8");
  const covered = new Set([...parts.matchAll(/--label (\w+)/g)].map((match) => match[1]));
  const args = ["--test-dir", build, "--show-only=json-v1"];
  const { code, stdout, stderr } = await run("ctest", args, { cwd: root });
  assert.equal(code, 0, stderr);
  const labels = ({ properties }) => properties.find(({ name }) => name === "LABELS")?.value ?? [];
  const { tests } = JSON.parse(stdout);
  assert.ok(tests.length > 50);
  const left = tests.filter((one) => !labels(one).some((label) => covered.has(label)));
  assert.deepEqual(
    left.map(({ name }) => name),
    [],
  );
});
