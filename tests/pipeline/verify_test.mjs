// deploy/ci/verify, against the real suite and against rollouts of it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { names, services } from "../../tools/suite.mjs";
import { Environment, tags } from "./environment.mjs";
import { Rollout } from "./rollout.mjs";

const OLD = "0a1b2c3d";
const NEW = "4e5f6a7b";

const environment = new Environment();
const { suite } = environment;
const verify = (...args) => environment.verify(args);
before(() => environment.start());
after(() => environment.stop());

test("a suite that works, from the images that were deployed, passes", async () => {
  const { code, stdout, stderr } = await verify(suite.origin, "dev", "--settle", "1");
  assert.deepEqual([code, stderr], [0, ""]);
  const [wanted, verdict] = stdout.split("\n");
  assert.match(
    wanted,
    /^dev should run config \w+, .*frontend \w+, says build\/deployed\/dev\.yaml$/,
  );
  assert.equal(verdict, `${suite.origin} answers as it should`);
});

test("a service that is away fails it, and the reason is told", async () => {
  await suite.storage.stop();
  const { code, stderr } = await verify(suite.origin, "dev", "--timeout", "1");
  await suite.storage.start();
  assert.equal(code, 1);
  assert.match(stderr, /did not come right in 1 s: \/api\/health: status 503: .*storage/);
});

test("it waits for what is not there yet", async () => {
  await suite.transform.stop();
  const args = [suite.origin, "dev", "--timeout", "30", "--settle", "0"];
  const waiting = spawn(environment.script, args, { cwd: environment.checkout, stdio: "ignore" });
  const code = new Promise((done) => waiting.once("exit", done));
  assert.equal((await verify(suite.origin, "dev", "--timeout", "0")).code, 1);
  assert.equal(waiting.exitCode, null);
  await suite.transform.start();
  assert.equal(await code, 0);
});

test("nobody at the address, or no address, is one line", async () => {
  const nobody = await verify("http://127.0.0.1:1", "dev", "--timeout", "0");
  assert.equal(nobody.code, 1);
  assert.match(
    nobody.stderr,
    /^verify: http:\/\/127\.0\.0\.1:1 did not come right in 0 s: \/api\/health: curl: .*\n$/,
  );
  const nowhere = await verify("", "dev");
  assert.deepEqual(
    [nowhere.code, nowhere.stderr],
    [1, "verify: '' is not an address: set the environment's URL\n"],
  );
});

const broken =
  /went wrong after \d+ good seconds: \/api\/version: no .*"commit":"4e5f6a7b" in its answer/;
// What answers while the images of NEW are rolled out, and what is told of it.
const missing = (what) => new RegExp(`${what.replace(/[{}/.]/g, "\\$&")} in its answer`);
const failures = [
  ["never starts", () => tags(OLD), /\/api\/version: no .*"commit":"4e5f6a7b" in its answer/],
  [
    "starts and crashes, with nobody left to answer",
    (turn) => (turn === 0 ? tags(NEW) : undefined),
    /went wrong after \d+ good seconds: .*status 502(.|\n)*: \/api\/health: status 502/,
  ],
  [
    "starts and crashes again and again, while old ones go on",
    (turn) => (turn % 3 === 0 ? tags(NEW) : tags(OLD)),
    broken,
  ],
  ["is half done", (turn) => (turn % 2 === 0 ? tags(NEW) : tags(OLD)), broken],
  ...names(services).map((name) => [
    `is done but for ${name}`,
    () => tags(NEW, { [name]: OLD }),
    missing(
      `"name":"triad.${name}.v1.${name[0].toUpperCase()}${name.slice(1)}Service","commit":"${NEW}"`,
    ),
  ]),
  [
    "left one of two replicas of storage behind",
    (turn) => tags(NEW, { storage: turn % 2 === 0 ? NEW : OLD }),
    /went wrong after \d+ good seconds: .* no {"name":"triad\.storage/,
  ],
  [
    "left the page behind",
    () => tags(NEW, { frontend: OLD }),
    missing(`/version.json: no {"commit":"${NEW}"}`),
  ],
];

async function verifyRollout(answers, timeout, wanted = tags(NEW)) {
  environment.deploy(wanted);
  const rollout = new Rollout(suite, services, answers);
  await rollout.start();
  const ended = await verify(rollout.origin, "dev", "--timeout", timeout, "--settle", "1");
  rollout.stop();
  return ended;
}

for (const [name, answers, reason] of failures) {
  test(`a rollout that ${name} fails`, async () => {
    const { code, stdout, stderr } = await verifyRollout(answers, 3);
    assert.equal(code, 1);
    assert.match(stderr, /did not come right in 3 s/);
    assert.match(`${stdout}${stderr}`, reason);
  });
}

test("a rollout that is done passes, also one of some images", async () => {
  for (const wanted of [tags(NEW), tags(OLD, { storage: NEW, frontend: NEW })]) {
    const { code, stderr } = await verifyRollout(() => wanted, 60, wanted);
    assert.deepEqual([code, stderr], [0, ""]);
  }
});

test("a rollout that takes its time is waited for", async () => {
  const { code } = await verifyRollout((turn) => tags(turn < 2 ? OLD : NEW), 60);
  assert.equal(code, 0);
});

test("what should run has to be known", async () => {
  const { storage, ...others } = tags(NEW);
  environment.deploy(others);
  const unnamed = await verify(suite.origin, "dev");
  assert.deepEqual(
    [unnamed.code, unnamed.stderr],
    [
      1,
      "verify: build/deployed/dev.yaml names no image of storage, so it is not known what should run\n",
    ],
  );
  const nowhere = await verify(suite.origin, "moon");
  assert.deepEqual(
    [nowhere.code, nowhere.stderr],
    [1, "verify: no environment 'moon' in deploy/environments\n"],
  );
});

test("where reads need a token, it shows one", async () => {
  const { commit } = await (await fetch(`${suite.origin}/api/version`)).json();
  environment.deploy(tags(commit));
  const tokens = join(environment.checkout, "tokens");
  writeFileSync(tokens, "open-sesame\n");
  await suite.gateway.stop();
  await suite.gateway.start([`--auth_token_file=${tokens}`, "--auth_reads"]);
  const args = [suite.origin, "dev", "--timeout", "0", "--settle", "0"];
  assert.match((await environment.verify(args)).stderr, /\/api\/version: status 401/);
  assert.equal((await environment.verify(args, { TRIAD_TOKEN: "open-sesame" })).code, 0);
});
