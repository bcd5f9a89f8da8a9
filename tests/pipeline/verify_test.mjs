// deploy/ci/verify, against the real suite.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Suite } from "../support/suite.mjs";
import { root, run } from "./repository.mjs";

const script = join(root, "deploy/ci/verify");
const verify = (...args) => run(script, args, { cwd: root });
let suite;

before(async () => {
  suite = new Suite({
    binaries: process.env.TRIAD_BIN_DIR,
    environment: { config: { SECRET_KEY: "a secret" } },
  });
  await suite.start();
});

after(() => suite.stop());

test("a suite that works passes", async () => {
  const { code, stdout } = await verify(suite.origin, "--settle", "1");
  assert.deepEqual([code, stdout], [0, `${suite.origin} answers as it should\n`]);
});

test("a service that is away fails it, and the reason is told", async () => {
  await suite.storage.stop();
  const { code, stderr } = await verify(suite.origin, "--timeout", "1");
  await suite.storage.start();
  assert.equal(code, 1);
  assert.match(stderr, /did not come right in 1 s: \/api\/health: status 503: .*storage/);
});

test("it waits for what is not there yet", async () => {
  await suite.transform.stop();
  const waiting = spawn(script, [suite.origin, "--timeout", "30"], { stdio: "ignore" });
  const code = new Promise((done) => waiting.once("exit", done));
  assert.equal((await verify(suite.origin, "--timeout", "0")).code, 1);
  assert.equal(waiting.exitCode, null);
  await suite.transform.start();
  assert.equal(await code, 0);
});

test("nobody at the address, or no address, is one line", async () => {
  const nobody = await verify("http://127.0.0.1:1", "--timeout", "0");
  assert.equal(nobody.code, 1);
  assert.match(
    nobody.stderr,
    /^verify: http:\/\/127\.0\.0\.1:1 did not come right in 0 s: \/api\/health: curl: .*\n$/,
  );
  const nowhere = await verify("");
  assert.deepEqual(
    [nowhere.code, nowhere.stderr],
    [1, "verify: '' is not an address: set the environment's URL\n"],
  );
});
