// What transform has acknowledged of recipes is there after kill -9, for every kind of write, with
// no version missing, and what it has not is there whole or not at all.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { keepsWrites } from "../support/kills.mjs";
import { Suite } from "../support/suite.mjs";
import { TransformWriters } from "../support/transform/writers.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_transform_crash_test");

const KILLS = 10;
const WRITES = 3; // of each kind before each kill, at least

describe("transform", () => {
  it("keeps every kind of write that it acknowledged", async (test) => {
    const suite = new Suite({ binaries, parent: join(binaries, "..") });
    try {
      await suite.start();
      const writers = new TransformWriters(suite.origin);
      await keepsWrites(suite.transform, writers, { kills: KILLS, writes: WRITES });
      test.diagnostic(writers.summary);
    } finally {
      await suite.stop();
    }
  });
});
