// Waiting for what comes sooner or later.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MILLISECONDS = 60_000; // nothing waits that long when all is well
const POLL_MILLISECONDS = 20;

// Asks `condition` until what it returns, or what that promises, is true.
export async function eventually(what, condition) {
  const end = performance.now() + PATIENCE_MILLISECONDS;
  while (!(await condition())) {
    assert.ok(performance.now() < end, `not in time: ${what}`);
    await sleep(POLL_MILLISECONDS);
  }
}
