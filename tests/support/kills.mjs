// A server that is killed while it writes.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "./eventually.mjs";

const RANDOM_MILLISECONDS = 80;

// Has `writers`, KindWriters of it, write to `server`, which is killed and started again so many
// times, each time after so many writes of each kind at least. What was acknowledged has to be
// there, and the rest whole or not at all.
export async function keepsWrites(server, writers, { kills, writes }) {
  for (let kill = 1; kill <= kills; kill++) {
    const before = writers.counts;
    writers.start();
    await eventually("acknowledged write of each kind", () => writers.haveWritten(writes, before));
    await sleep(Math.random() * RANDOM_MILLISECONDS); // the random moment
    await server.kill();
    await writers.stop();
    await server.start();
    assert.deepEqual(await writers.problems(), [], `kill ${kill}`);
  }
}
