// deploy/ci/changelog and release, against a stand-in of GitLab's API.
import assert from "node:assert/strict";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { commit, git, root, run, temporaryDirectory } from "./repository.mjs";

// v1.0.0, then a change and a deployment, then v1.1.0.
async function setUp(t) {
  const checkout = temporaryDirectory(t);
  await git(checkout, "init", "--quiet", "--initial-branch=main");
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
  assert.match(stdout, /^- registry\.triad\.invalid\/triad\/storage:v1\.1\.0$/m);
});

test("the first changelog has everything", async (t) => {
  const { stdout } = await changelog(await setUp(t), "v1.0.0");
  assert.match(stdout, /Changes since the beginning:\n\n- Begin \(\w+\)\n$/);
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
  const { env, requests } = await gitlab(t, [201, 409, 200]);
  for (const time of [1, 2]) {
    const { code, stderr } = await run("deploy/ci/release", ["v1.1.0"], { cwd: checkout, env });
    assert.equal(code, 0, `${time}: ${stderr}`);
  }
  const shown = requests.map(({ method, url, token }) => `${method} ${url} ${token}`);
  assert.deepEqual(shown, [
    "POST /api/v4/projects/7/releases secret",
    "POST /api/v4/projects/7/releases secret",
    "PUT /api/v4/projects/7/releases/v1.1.0 secret",
  ]);
  assert.equal(requests[0].form.get("tag_name"), "v1.1.0");
  for (const { form } of requests) assert.match(form.get("description"), /- Count characters/);
});

test("a release that GitLab refuses fails the job with its reason", async (t) => {
  const checkout = await setUp(t);
  const { env } = await gitlab(t, [403]);
  const { code, stderr } = await run("deploy/ci/release", ["v1.1.0"], { cwd: checkout, env });
  assert.deepEqual([code, stderr], [1, 'release: GitLab answered 403: {"message":"why"}\n']);
});
