// What .ci/run keeps of each part for the report, and deploy/ci/publish-report, to a
// bucket that is a folder.
import assert from "node:assert/strict";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { test } from "node:test";
import { root, run, temporaryDirectory } from "./repository.mjs";
import { callsIn } from "./stub.mjs";

function write(directory, files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text, { mode: 0o755 });
  }
}

// .ci/run, in front of a ./dev that is these lines of sh.
function continuousIntegration(t, lines) {
  const directory = temporaryDirectory(t);
  cpSync(join(root, ".ci"), join(directory, ".ci"), { recursive: true });
  write(directory, { dev: `#!/bin/sh\n${lines}\n` });
  const start = (...parts) => run(join(directory, ".ci/run"), parts, { cwd: directory });
  return { directory, start };
}

test("results of a part are kept where no other part has its own", async (t) => {
  const lines = `mkdir -p build/dev/screenshots/page_test
echo "$*" >build/dev/junit.xml
echo "$*" >build/dev/screenshots/page_test/dark.png`;
  const { directory, start } = continuousIntegration(t, lines);
  assert.equal((await start("browser", "e2e")).code, 0);
  for (const [part, flags] of [
    ["browser", "test --label browser\n"],
    ["e2e", "test --label e2e\n"],
  ]) {
    const kept = join(directory, "build/results", part, "dev");
    assert.equal(readFileSync(join(kept, "junit.xml"), "utf8"), flags);
    assert.equal(readFileSync(join(kept, "screenshots/page_test/dark.png"), "utf8"), flags);
  }
});

test("those of a part that fails are kept too, and it fails as it did", async (t) => {
  const lines = "mkdir -p build/dev; echo new >build/dev/junit.xml; exit 7";
  const { directory, start } = continuousIntegration(t, lines);
  assert.equal((await start("unit", "e2e")).code, 7);
  assert.ok(existsSync(join(directory, "build/results/unit/dev/junit.xml")));
  assert.ok(!existsSync(join(directory, "build/results/e2e")));
});

test("results of an earlier run are not those of this part", async (t) => {
  const { directory, start } = continuousIntegration(t, "true");
  write(directory, { "build/asan/junit.xml": "old" });
  utimesSync(join(directory, "build/asan/junit.xml"), 0, 0);
  assert.equal((await start("format")).code, 0);
  assert.ok(!existsSync(join(directory, "build/results")));
});

function setUp(t) {
  const directory = temporaryDirectory(t);
  const [checkout, bin, bucket] = ["checkout", "bin", "bucket"].map((one) => join(directory, one));
  for (const path of ["deploy/ci", "deploy/terraform/environments"])
    cpSync(join(root, path), join(checkout, path), { recursive: true });
  const calls = join(directory, "calls");
  const aws = `#!/bin/sh\nenv >'${directory}/environment'\nexec '${process.execPath}' '${join(import.meta.dirname, "bucket.mjs")}' "$@"\n`;
  write(bin, { aws });
  write(checkout, {
    "build/report.html": "<html>",
    "build/results/unit/dev/junit.xml": "<unit>",
    "build/results/asan/asan/junit.xml": "<asan>",
    "build/results/browser/dev/screenshots/page/dark.png": "picture",
  });
  const env = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    CI: "true",
    CI_PIPELINE_ID: "42",
    TRIAD_AWS_TOKEN: "signed by GitLab",
    BUCKET: bucket,
    CALLS: calls,
  };
  const publish = (...args) =>
    run(join(checkout, "deploy/ci/publish-report"), args, { cwd: checkout, env });
  return { bucket, calls, checkout, directory, publish };
}

test("the page and the JUnit files are in the pipeline's folder, the page last", async (t) => {
  const { bucket, calls, directory, publish } = setUp(t);
  const { code, stdout, stderr } = await publish("dev");
  assert.equal(code, 0, stderr);
  // The last word of a call is its cache rule, which these have none of.
  const puts = callsIn(calls).map((line) => line.slice(0, line.lastIndexOf(" ")));
  assert.deepEqual(puts, [
    "put 42/asan/asan/junit.xml application/xml",
    "put 42/unit/dev/junit.xml application/xml",
    "put 42/report.html text/html; charset=utf-8",
  ]);
  assert.equal(readFileSync(join(bucket, "42/report.html"), "utf8"), "<html>");
  const where = "s3://triad-dev-reports-123456789012/42/report.html";
  assert.equal(stdout, `the report is in ${where}\n`);
  assert.match(
    readFileSync(join(directory, "environment"), "utf8"),
    /^AWS_ROLE_ARN=arn:aws:iam::123456789012:role\/triad-dev-ci-reports$/m,
  );
});

test("what cannot be published is said in one line", async (t) => {
  const { checkout, publish } = setUp(t);
  const nowhere = await publish("moon");
  assert.deepEqual(
    [nowhere.code, nowhere.stderr],
    [1, "publish-report: there is no environment 'moon'\n"],
  );
  rmSync(join(checkout, "build/report.html"));
  const nothing = await publish("dev");
  assert.equal(nothing.code, 1);
  assert.match(nothing.stderr, /^publish-report: there is no build\/report\.html: /);
});
