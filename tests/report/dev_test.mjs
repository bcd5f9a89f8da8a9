// ./dev test writes the report, in a folder that has our tools and other tests.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root, run, runTests, temporaryDirectory, writeTests } from "./runs.mjs";

// Whatever ./dev test looks for before it builds is what is here; there is nothing
// to build, and these tests to run.
function setUp(t, tests) {
  const directory = temporaryDirectory(t);
  copyFileSync(join(root, "dev"), join(directory, "dev"));
  const shared = [
    "cmake",
    "CMakePresets.json",
    "frontend",
    "node_modules",
    "package-lock.json",
    "suite.json",
    "tools",
  ];
  for (const name of shared) symlinkSync(join(root, name), join(directory, name));
  const build = join(directory, "build/dev");
  writeTests(build, tests);
  writeFileSync(join(build, "build.ninja"), "build all build.ninja: phony\n");
  // What was installed, and logs and locks of its own.
  const state = join(directory, "state");
  mkdirSync(state);
  for (const name of ["node", "unpacked"]) symlinkSync(join(root, ".dev", name), join(state, name));
  const env = { ...process.env, TRIAD_STATE_DIR: state };
  return {
    directory,
    start: (command = "test", ...args) =>
      run(join(directory, "dev"), [command, ...args], { cwd: directory, env }),
    report: () => readFileSync(join(directory, "build/report.html"), "utf8"),
  };
}

test("the last lines name the report of what passed", async (t) => {
  const { start, report } = setUp(t, { fine: {} });
  const { code, stdout, stderr } = await start();
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /\nreport of the tests: build\/report\.html\n$/);
  assert.match(report(), /<title>Triad: 1 test passed</);
});

test("a run that fails has one too, and fails", async (t) => {
  const { start, report } = setUp(t, { fine: {}, broken: { prints: "odd\n", exits: 1 } });
  const { code, stdout, stderr } = await start();
  assert.equal(code, 1, stdout + stderr);
  assert.match(stdout, /\nreport of the tests: build\/report\.html\n$/);
  assert.match(stderr, /dev: tests failed: /);
  assert.match(report(), /<title>Triad: 1 of 2 tests failed</);
});

test("pictures of an earlier run are not taken for those of this one", async (t) => {
  const { directory, start, report } = setUp(t, { fine: {} });
  const pictures = join(directory, "build/dev/screenshots/fine");
  mkdirSync(pictures, { recursive: true });
  writeFileSync(join(pictures, "old.png"), "");
  assert.equal((await start()).code, 0);
  assert.doesNotMatch(report(), /<figure>/);
});

test("./dev report puts together the runs of other folders", async (t) => {
  const { directory, start, report } = setUp(t, {});
  for (const part of ["unit", "e2e"]) {
    const folder = join(directory, "build/results", part, "dev");
    writeTests(folder, { [part]: {} });
    await runTests(folder);
  }
  const { code, stderr } = await start("report", "build/results/unit/dev", "build/results/e2e/dev");
  assert.equal(code, 0, stderr);
  assert.match(report(), /<title>Triad: 2 tests passed</);
  assert.match(report(), /<strong>results\/unit\/dev<\/strong>/);
});
