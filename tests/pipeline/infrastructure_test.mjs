// deploy/ci/infrastructure, with deploy/aws replaced by what notes its calls, and
// GitLab by a server that keeps comments.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { root, run, temporaryDirectory } from "./repository.mjs";
import { callsIn, stub } from "./stub.mjs";

const branch = { CI_COMMIT_BRANCH: "main" };
const job = {
  CI: "true",
  CI_DEFAULT_BRANCH: "main",
  CI_PIPELINE_ID: "42",
  TRIAD_AWS_TOKEN: "signed by GitLab",
};
const changes = JSON.stringify({
  resource_changes: [
    { change: { actions: ["create"] } },
    { change: { actions: ["delete", "create"] } },
    { change: { actions: ["no-op"] } },
  ],
});

// A checkout whose deploy/aws notes its arguments and the role that it has, ends
// with CODE, and shows a plan.
function setUp(t) {
  const checkout = temporaryDirectory(t);
  for (const path of ["deploy/ci", "deploy/terraform/environments"])
    cpSync(join(root, path), join(checkout, path), { recursive: true });
  mkdirSync(join(checkout, "build/aws/dev"), { recursive: true });
  const bin = join(checkout, "bin");
  mkdirSync(bin);
  const calls = join(checkout, "calls");
  const lines = `echo "as $AWS_ROLE_ARN in $AWS_REGION with $(cat "$AWS_WEB_IDENTITY_TOKEN_FILE")" >>'${calls}'
case "$*" in
  *--json) echo '${changes}' ;;
  show*) echo 'Plan: 2 to add, 0 to change, 1 to destroy.' ;;
  *) exit "$CODE" ;;
esac`;
  stub(join(checkout, "deploy"), "aws", calls, lines);
  const start = (args, env = {}) =>
    run(join(checkout, "deploy/ci/infrastructure"), args, {
      cwd: checkout,
      env: { CODE: "0", ...job, ...env },
    });
  return { bin, checkout, calls: () => callsIn(calls), start };
}

const as = (role) =>
  `as arn:aws:iam::123456789012:role/triad-dev-ci-${role} in eu-west-1 with signed by GitLab`;

// GitLab's notes of one merge request.
async function gitlab(t) {
  const notes = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const text = new URLSearchParams(body).get("body");
    const id = Number(/\/notes\/(\d+)$/.exec(request.url)?.[1]);
    assert.equal(request.headers["private-token"], "secret");
    if (request.method === "POST") notes.push({ id: notes.length + 1, body: text });
    if (request.method === "PUT") notes.find((note) => note.id === id).body = text;
    response.end(JSON.stringify(notes));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  t.after(() => server.close());
  const env = {
    CI_API_V4_URL: `http://127.0.0.1:${server.address().port}/api/v4`,
    CI_PROJECT_ID: "7",
    CI_MERGE_REQUEST_IID: "3",
    TRIAD_COMMENT_TOKEN: "secret",
  };
  return { notes, env };
}

test("any branch is planned against the state alone, in a role that can do no more", async (t) => {
  const { checkout, calls, start } = setUp(t);
  const { code, stderr } = await start(["plan", "dev", "network"], { CODE: "2" });
  assert.equal(code, 0, stderr);
  assert.deepEqual(calls().slice(0, 2), ["aws plan dev network --save --no-refresh", as("plan")]);
  const file = (name) => readFileSync(join(checkout, "build/aws/dev", name), "utf8");
  assert.deepEqual(JSON.parse(file("network.report.json")), { create: 2, update: 0, delete: 1 });
  assert.match(file("network.txt"), /^Plan: 2 to add/);
});

test("the branch that deploys is planned against what is there", async (t) => {
  const { calls, start } = setUp(t);
  assert.equal((await start(["plan", "dev", "network"], branch)).code, 0);
  assert.deepEqual(calls().slice(0, 2), ["aws plan dev network --save", as("refresh")]);
});

test("a plan that fails fails the job", async (t) => {
  const { calls, start } = setUp(t);
  assert.equal((await start(["plan", "dev", "network"], { ...branch, CODE: "1" })).code, 1);
  assert.equal(calls().length, 2);
});

test("a merge request has one comment for each plan, that of its last push", async (t) => {
  const { start } = setUp(t);
  const { notes, env } = await gitlab(t);
  notes.push({ id: 1, body: "somebody's words" });
  for (const layer of ["network", "data", "network"]) {
    const { code, stderr } = await start(["plan", "dev", layer], { ...env, CODE: "2" });
    assert.equal(code, 0, stderr);
  }
  assert.equal(notes.length, 3);
  assert.match(
    notes[1].body,
    /^<!-- plan of dev\/network -->\n\*\*dev, layer network:\*\* Plan: 2 to add/,
  );
  assert.match(notes[2].body, /^<!-- plan of dev\/data -->/);
});

test("without a token for comments there is none, and the job says so", async (t) => {
  const { start } = setUp(t);
  const env = { CI_MERGE_REQUEST_IID: "3" };
  const { code, stdout } = await start(["plan", "dev", "network"], env);
  assert.equal(code, 0);
  assert.match(stdout, /TRIAD_COMMENT_TOKEN is not set/);
});

test("what was planned is applied, and nothing else", async (t) => {
  const { calls, start } = setUp(t);
  assert.equal((await start(["apply", "dev", "network"], branch)).code, 0);
  assert.deepEqual(calls(), ["aws up dev network --planned", as("apply")]);
});

test("data is deleted only on somebody's word", async (t) => {
  const { calls, start } = setUp(t);
  assert.equal((await start(["destroy", "dev", "data"], branch)).code, 0);
  const word = { ...branch, TRIAD_DELETE_DATA: "yes" };
  assert.equal((await start(["destroy", "dev", "data"], word)).code, 0);
  assert.deepEqual(
    calls().filter((call) => call.startsWith("aws")),
    ["aws destroy dev data --yes", "aws destroy dev data --yes --delete-data"],
  );
  assert.ok(calls().includes(as("apply")));
});

test("before a cluster goes, there is what clears it", async (t) => {
  const { calls, start, bin } = setUp(t);
  stub(bin, "apk", join(bin, "../calls"));
  const env = { ...branch, PATH: `${bin}${delimiter}${process.env.PATH}` };
  assert.equal((await start(["destroy", "dev", "cluster"], env)).code, 0);
  assert.deepEqual(calls().slice(0, 2), [
    "apk add --no-cache --quiet bash curl jq aws-cli helm kubectl",
    "aws destroy dev cluster --yes",
  ]);
});

test("drift fails the job, and what cannot be looked at does too", async (t) => {
  const { calls, start } = setUp(t);
  const look = (code) => start(["drift", "dev", "network", "data"], { ...branch, CODE: code });
  assert.match((await look("0")).stdout, /dev is as it was planned/);
  assert.deepEqual(calls(), ["aws plan dev network data", as("refresh")]);
  const drifted = await look("2");
  assert.equal(drifted.code, 1);
  assert.match(drifted.stderr, /dev is not as it was planned/);
  assert.equal((await look("7")).code, 7);
});

test("a job without a token says what is missing", async (t) => {
  const { start } = setUp(t);
  const { code, stderr } = await start(["apply", "dev", "network"], { TRIAD_AWS_TOKEN: "" });
  assert.notEqual(code, 0);
  assert.match(stderr, /TRIAD_AWS_TOKEN: a token by id_tokens/);
  assert.match((await start(["fly"])).stderr, /no 'fly': validate, plan, apply, destroy, drift/);
});
