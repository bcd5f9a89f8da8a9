// deploy/ci/changelog and release, against a stand-in of GitLab's API.
import assert from "node:assert/strict";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { commit, git, root, run, temporaryDirectory } from "./repository.mjs";

// v1.0.0, then a change and a deployment, then v1.1.0.
async function setUp(t) {
  const checkout = temporaryDirectory(t);
  await git(checkout, "init", "--quiet", "--initial-branch=main");
  mkdirSync(join(checkout, "build/images"), { recursive: true });
  writeFileSync(join(checkout, "build/images/triadctl"), "a binary");
  for (const path of ["deploy/ci", "suite.json", "tools/suite.sh"]) {
    cpSync(join(root, path), join(checkout, path), { recursive: true });
  }
  await commit(checkout, "Begin", {});
  await git(checkout, "tag", "v1.0.0");
  await commit(checkout, "Count characters", { "a.txt": "a" });
  await git(checkout, "tag", "not-a-version");
  await commit(checkout, "deploy: dev gets config 1a2b3c4d", { "b.txt": "b" });
  await git(checkout, "tag", "v1.1.0");
  return checkout;
}

const changelog = (cwd, ...args) => run("deploy/ci/changelog", args, { cwd });

// Answers each request with the next of the statuses, and keeps what it got.
async function gitlab(t, statuses) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const token = request.headers["job-token"];
    requests.push({ method: request.method, url: request.url, token, form });
    response.writeHead(statuses.shift()).end('{"message":"why"}');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const env = {
    CI_API_V4_URL: `http://127.0.0.1:${server.address().port}/api/v4`,
    CI_PROJECT_ID: "7",
    CI_JOB_TOKEN: "secret",
    CI_REGISTRY_IMAGE: "registry.triad.invalid/group/triad",
  };
  return { env, requests };
}

test("a changelog has what changed since the version before, and no deployments", async (t) => {
  const checkout = await setUp(t);
  const { code, stdout } = await changelog(checkout, "v1.1.0", "registry.triad.invalid/triad");
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^# v1\.1\.0\n\n\d{4}-\d\d-\d\d\n\nChanges since v1\.0\.0:\n\n- Count characters \(\w+\)\n\nImages:/,
  );
  for (const image of ["storage", "standalone-gateway"]) {
    assert.ok(stdout.includes(`\n- registry.triad.invalid/triad/${image}:v1.1.0\n`), image);
  }
});

test("the first changelog has everything", async (t) => {
  const { stdout } = await changelog(await setUp(t), "v1.0.0");
  assert.match(stdout, /Changes since the beginning:\n\n- Begin \(\w+\)\n$/);
});

// A repository with these commits, oldest first: a message, the files that it changes,
// and a tag.
async function history(t, commits) {
  const checkout = await setUp(t);
  for (const { message, files, tag } of commits) {
    const contents = Object.fromEntries(files.map((path) => [path, `${message}\n`]));
    await commit(checkout, message, contents);
    if (tag) await git(checkout, "tag", tag);
  }
  return checkout;
}

const withoutHashes = (text) => text.replaceAll(/[0-9a-f]{7,}/g, "HASH");

test("changes stand below the part that most of their files belong to", async (t) => {
  const checkout = await history(t, [
    { message: "Say why", files: ["docs/a.md"] },
    {
      message: "Watch longer",
      files: ["services/config/a.cc", "runtime/base/a.h", "services/config/b.cc"],
    },
    {
      message: "Count words",
      files: ["proto/a.proto", "services/transform/a.cc", "proto/b.proto"],
    },
    {
      message: "Fix a route",
      files: ["gateway/a.cc", "tests/e2e/a.cc", "tests/e2e/b.cc", "docs/a.md"],
    },
    { message: "Test more", files: ["tests/e2e/a.cc", "docs/a.md"] },
    { message: "Greet", files: ["services/greeter/main.cc"] },
    { message: "Move", files: ["helm/triad/values.yaml"], tag: "v1.2.0" },
  ]);
  const { code, stdout } = await changelog(checkout, "v1.2.0");
  assert.equal(code, 0);
  assert.equal(
    withoutHashes(stdout.slice(stdout.indexOf("Changes"))),
    `Changes since v1.1.0:

## API

- Count words (HASH)

## Gateway

- Fix a route (HASH)

## Config

- Watch longer (HASH)

## Greeter

- Greet (HASH)

## Deployment

- Move (HASH)

## Documentation

- Say why (HASH)

## Tests and tools

- Test more (HASH)
`,
  );
});

test("what somebody has to do stands first", async (t) => {
  const upgrade =
    "Rename a flag\n\nIt was long.\n\nUpgrade: write --blobs\n  in place of --blob_dir";
  const checkout = await history(t, [
    { message: upgrade, files: ["services/storage/a.cc"], tag: "v1.2.0" },
  ]);
  const { stdout } = await changelog(checkout, "v1.2.0");
  assert.match(
    stdout,
    /^# v1\.2\.0\n\n\S+\n\nBefore you upgrade:\n\n- write --blobs in place of --blob_dir\n\nChanges since/,
  );
});

test("in a pipeline commits and comparisons are links", async (t) => {
  const checkout = await history(t, [{ message: "Fix", files: ["gateway/a.cc"], tag: "v1.2.0" }]);
  const env = { CI_PROJECT_URL: "https://gitlab.invalid/group/triad" };
  const { stdout } = await run("deploy/ci/changelog", ["v1.2.0"], { cwd: checkout, env });
  const hash = await git(checkout, "rev-parse", "--short", "v1.2.0");
  const url = env.CI_PROJECT_URL;
  assert.ok(stdout.includes(`[v1.1.0](${url}/-/compare/v1.1.0...v1.2.0)`), stdout);
  assert.ok(stdout.includes(`- Fix ([${hash}](${url}/-/commit/${hash}))`), stdout);
});

test("the whole changelog has every release, and what is not released yet", async (t) => {
  const checkout = await history(t, [
    { message: "Ten", files: ["gateway/a.cc"], tag: "v1.10.0" },
    { message: "Later", files: ["gateway/b.cc"] },
  ]);
  const { code, stdout } = await changelog(checkout);
  assert.equal(code, 0);
  const headings = stdout.split("\n").filter((line) => line.startsWith("#"));
  assert.deepEqual(headings, [
    "# Changelog",
    "## Not released",
    "## v1.10.0",
    "## v1.1.0",
    "## v1.0.0",
  ]);
  const changes = stdout.split("\n").filter((line) => line.startsWith("- "));
  assert.deepEqual(
    changes.map((line) => line.replace(/ \(.*/, "")),
    ["- Later", "- Ten", "- Count characters", "- Begin"],
  );
});

test("a tag that is not there is refused", async (t) => {
  const { code, stderr } = await changelog(await setUp(t), "v9.0.0");
  assert.deepEqual([code, stderr], [1, "changelog: there is no tag 'v9.0.0'\n"]);
});

test("part of the history is not enough", async (t) => {
  const checkout = await setUp(t);
  const shallow = join(temporaryDirectory(t), "shallow");
  await git(
    checkout,
    "clone",
    "--quiet",
    "--depth=1",
    "--branch=v1.1.0",
    `file://${checkout}`,
    shallow,
  );
  const { code, stderr } = await changelog(shallow, "v1.1.0");
  assert.deepEqual([code, stderr], [1, "changelog: needs the whole history: GIT_DEPTH: 0\n"]);
});

test("a release is made once, and brought up to date after that", async (t) => {
  const checkout = await setUp(t);
  const { env, requests } = await gitlab(t, [201, 201, 201, 409, 200]);
  for (const time of [1, 2]) {
    const { code, stderr } = await run("deploy/ci/release", ["v1.1.0"], { cwd: checkout, env });
    assert.equal(code, 0, `${time}: ${stderr}`);
  }
  const upload = "PUT /api/v4/projects/7/packages/generic/triadctl/1.1.0/triadctl-linux-amd64";
  const shown = requests.map(({ method, url, token }) => `${method} ${url} ${token}`);
  assert.deepEqual(shown, [
    `${upload} secret`,
    "POST /api/v4/projects/7/releases secret",
    `${upload} secret`,
    "POST /api/v4/projects/7/releases secret",
    "PUT /api/v4/projects/7/releases/v1.1.0 secret",
  ]);
  assert.ok(requests[0].form.has("a binary"));
  const texts = requests.filter(({ url }) => url.includes("/releases")).map(({ form }) => form);
  assert.equal(texts[0].get("tag_name"), "v1.1.0");
  assert.equal(texts[0].get("assets[links][][url]"), `${env.CI_API_V4_URL}${upload.slice(11)}`);
  for (const form of texts) assert.match(form.get("description"), /- Count characters/);
  const whole = readFileSync(join(checkout, "build/CHANGELOG.md"), "utf8");
  assert.match(whole, /^# Changelog\n\n## v1\.1\.0\n.*\n## v1\.0\.0\n/s);
});

test("a release without its binary is none", async (t) => {
  const checkout = await setUp(t);
  rmSync(join(checkout, "build/images/triadctl"));
  const { env, requests } = await gitlab(t, []);
  const { code, stderr } = await run("deploy/ci/release", ["v1.1.0"], { cwd: checkout, env });
  assert.equal(code, 1);
  assert.match(stderr, /^release: there is no build\/images\/triadctl/);
  assert.deepEqual(requests, []);
});

test("a release that GitLab refuses fails the job with its reason", async (t) => {
  const checkout = await setUp(t);
  const { env } = await gitlab(t, [403]);
  const { code, stderr } = await run("deploy/ci/release", ["v1.1.0"], { cwd: checkout, env });
  assert.deepEqual([code, stderr], [1, 'release: GitLab answered 403: {"message":"why"}\n']);
});
