// What transform has acknowledged of recipes is there after kill -9, for every kind of write, with
// no version missing, and what it has not is there whole or not at all.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../support/eventually.mjs";
import { Suite } from "../support/suite.mjs";
import { TransformWriters } from "../support/transform/writers.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_transform_crash_test");

const KILLS = 10;
const WRITES = 3; // of each kind before each kill, at least
const RANDOM_MILLISECONDS = 80;

describe("transform", () => {
  it("keeps every kind of write that it acknowledged", async (test) => {
    const suite = new Suite({ binaries, parent: join(binaries, "..") });
    try {
      await suite.start();
      const writers = new TransformWriters(suite.origin);
      for (let kill = 1; kill <= KILLS; kill++) {
        const before = writers.counts;
        writers.start();
        await eventually("acknowledged write of each kind", () =>
          writers.haveWritten(WRITES, before),
        );
        await sleep(Math.random() * RANDOM_MILLISECONDS); // the random moment
        await suite.transform.kill();
        await writers.stop();
        await suite.transform.start();
        assert.deepEqual(await writers.problems(), [], `kill ${kill}`);
      }
      test.diagnostic(writers.summary);
    } finally {
      await suite.stop();
    }
  });
});
