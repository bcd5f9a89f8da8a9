// Clients read and write config while it is killed, stopped and continued; what they saw is
// checked. The checker is itself tried on histories that can, and cannot, have happened.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Suite } from "../support/suite.mjs";
import { violations } from "./consistency.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_consistency_test");

const KEYS = ["a", "b", "c", "d"];
const CLIENTS = 8;
const FAULTS = 6;

const write = (key, value, revision, start, end) => ({
  kind: "write",
  ...{ key, value, revision, start, end },
});
const read = (key, value, revision, readRevision, start, end) => ({
  kind: "read",
  ...{ key, value, revision, readRevision, start, end },
});

describe("the checker", () => {
  const good = {
    "one after the other": [write("a", "x", 1, 0, 1), read("a", "x", 1, 1, 2, 3)],
    "a read beside a write sees it or not": [
      write("a", "x", 1, 0, 1),
      write("a", "y", 2, 2, 5),
      read("a", "x", 1, 1, 3, 4),
      read("a", "y", 2, 2, 4.5, 6),
    ],
    "a lost write takes effect late": [
      write("a", "x", 1, 0, 1),
      { kind: "write", key: "a", value: "lost", start: 2 },
      read("a", "x", 1, 1, 3, 4),
      read("a", "lost", 2, 2, 5, 6),
      write("a", "z", 3, 7, 8),
      read("a", "z", 3, 3, 9, 10),
    ],
    "a deletion": [
      write("a", "x", 1, 0, 1),
      write("a", null, 2, 2, 3),
      read("a", null, 0, 2, 4, 5),
    ],
  };
  const bad = {
    "a write is not seen": [
      write("a", "x", 1, 0, 1),
      write("a", "y", 2, 2, 3),
      read("a", "x", 1, 2, 4, 5),
    ],
    "an answer is older than one before": [
      write("a", "x", 1, 0, 1),
      write("b", "y", 2, 2, 3),
      read("a", "x", 1, 1, 4, 5),
    ],
    "a write comes before what was acknowledged": [
      write("a", "x", 2, 0, 1),
      write("b", "y", 1, 2, 3),
    ],
    "one revision for two": [write("a", "x", 1, 0, 3), write("b", "y", 1, 1, 2)],
    "a value that nobody wrote": [write("a", "x", 1, 0, 1), read("a", "y", 1, 1, 2, 3)],
    "an acknowledged write is lost": [write("a", "x", 1, 0, 1), read("a", null, 0, 1, 2, 3)],
    "a deleted value is back": [
      write("a", "x", 1, 0, 1),
      write("a", null, 2, 2, 3),
      read("a", "x", 1, 2, 4, 5),
    ],
    "a lost write takes the place of a later one": [
      { kind: "write", key: "a", value: "lost", start: 0 },
      write("a", "x", 2, 1, 2),
      read("a", "lost", 1, 2, 3, 4),
    ],
  };
  for (const [name, history] of Object.entries(good)) {
    it(`lets ${name} be`, () => assert.deepEqual(violations(history), []));
  }
  for (const [name, history] of Object.entries(bad)) {
    it(`notices that ${name}`, () => assert.notDeepEqual(violations(history), []));
  }
});

// One client, until it is told to end. Everything that it did is added to `history`.
async function client(suite, id, history, ended) {
  const now = () => performance.now();
  const urlOf = (key) => `${suite.origin}/api/v1/namespaces/check/entries/${key}`;
  const headers = { "content-type": "application/json" };
  for (let count = 0; !ended(); count++) {
    const key = KEYS[Math.floor(Math.random() * KEYS.length)];
    const kind = Math.random();
    const operation = { key, start: now() };
    const signal = AbortSignal.timeout(5000);
    try {
      if (kind < 0.5) {
        const reply = await fetch(urlOf(key), { signal });
        const body = await reply.json();
        if (reply.status === 200) {
          const { revision, readRevision, value } = body;
          Object.assign(operation, {
            kind: "read",
            value: value.stringValue,
            revision: Number(revision),
            readRevision: Number(readRevision),
          });
        } else if (reply.status === 404) {
          const { metadata } = body.details[0];
          const readRevision = Number(metadata.revision);
          Object.assign(operation, { kind: "read", value: null, revision: 0, readRevision });
        } else {
          continue;
        }
      } else {
        const deletes = kind > 0.9;
        const value = deletes ? null : `${id}-${count}`;
        // As long as there is no answer, it may have taken effect.
        Object.assign(operation, {
          kind: "write",
          value: value ?? `deletion ${id}-${count}`,
          deletes,
        });
        history.push(operation);
        const body = JSON.stringify({ value: { stringValue: value } });
        const reply = await fetch(urlOf(key), {
          ...{ method: deletes ? "DELETE" : "PUT", headers, signal },
          ...(!deletes && { body }),
        });
        const answer = await reply.json();
        if (reply.status === 404) history.splice(history.indexOf(operation), 1);
        if (reply.status !== 200) continue;
        Object.assign(operation, { value, revision: Number(answer.revision), end: now() });
        continue;
      }
      operation.end = now();
      history.push(operation);
    } catch {
      // The answer is lost.
      await sleep(20);
    }
  }
}

// Kills, or stops and continues, the config service at random moments.
async function disturb(suite) {
  for (let fault = 0; fault < FAULTS; fault++) {
    await sleep(300 + Math.random() * 500);
    if (fault % 2 === 0) {
      await suite.config.kill();
      await suite.config.start();
    } else {
      process.kill(suite.config.pid, "SIGSTOP");
      await sleep(200);
      process.kill(suite.config.pid, "SIGCONT");
    }
  }
  await sleep(500);
}

describe("config", () => {
  it("shows one order of writes, whatever happens to it", async () => {
    const suite = new Suite({ binaries, parent: join(binaries, "..") });
    const history = [];
    try {
      await suite.start();
      let over = false;
      const clients = Array.from({ length: CLIENTS }, (_, id) =>
        client(suite, id, history, () => over),
      );
      await disturb(suite);
      over = true;
      await Promise.all(clients);
    } finally {
      await suite.stop();
    }
    const writes = history.filter(({ kind, end }) => kind === "write" && end !== undefined);
    assert.ok(writes.length > 100, `only ${writes.length} writes were acknowledged`);
    assert.deepEqual(violations(history).slice(0, 5), []);
  });
});
