// Clients read and write config while it is killed, stopped and continued; what they saw is
// checked. The checker is itself tried on histories that can, and cannot, have happened.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Suite } from "../support/suite.mjs";
import { violations } from "./consistency.mjs";
import { disturb } from "./disturb.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_consistency_test");

const SPACES = ["check", "other"];
const KEYS = SPACES.flatMap((space) => ["a", "b"].map((key) => `${space}/entries/${key}`));
const CLIENTS = 8;

const write = (values, revision, start, end) => ({ kind: "write", values, revision, start, end });
const lost = (values, start) => ({ kind: "write", values, start });
// Values with the revisions at which they were written.
const read = (values, readRevision, start, end) => ({
  kind: "read",
  values: Object.fromEntries(
    Object.entries(values).map(([key, seen]) => [
      key,
      seen && { value: seen[0], revision: seen[1] },
    ]),
  ),
  ...{ readRevision, start, end },
});

describe("the checker", () => {
  const good = {
    "one after the other": [write({ a: "x" }, 1, 0, 1), read({ a: ["x", 1] }, 1, 2, 3)],
    "a read beside a write sees it or not": [
      write({ a: "x" }, 1, 0, 1),
      write({ a: "y" }, 2, 2, 5),
      read({ a: ["x", 1] }, 1, 3, 4),
      read({ a: ["y", 2] }, 2, 4.5, 6),
    ],
    "a lost write takes effect late": [
      write({ a: "x" }, 1, 0, 1),
      lost({ a: "lost" }, 2),
      read({ a: ["x", 1] }, 1, 3, 4),
      read({ a: ["lost", 2] }, 2, 5, 6),
      write({ a: "z" }, 3, 7, 8),
      read({ a: ["z", 3] }, 3, 9, 10),
    ],
    "a deletion": [
      write({ a: "x" }, 1, 0, 1),
      write({ a: null }, 2, 2, 3),
      read({ a: null }, 2, 4, 5),
    ],
    "a lost deletion takes effect late, or never": [
      write({ a: "x", b: "y" }, 1, 0, 1),
      lost({ a: null }, 2),
      lost({ b: null }, 2),
      read({ a: ["x", 1], b: ["y", 1] }, 1, 3, 4),
      write({ c: "z" }, 3, 3, 4),
      read({ a: null, b: ["y", 1] }, 3, 5, 6),
    ],
    "a commit is seen whole": [
      write({ a: "x", b: "x" }, 1, 0, 1),
      write({ a: "y", b: null }, 2, 2, 3),
      read({ a: ["x", 1], b: ["x", 1] }, 1, 2, 3),
      read({ a: ["y", 2], b: null }, 2, 4, 5),
    ],
    "a lost commit takes effect as a whole": [
      write({ a: "x", b: "x" }, 1, 0, 1),
      lost({ a: "lost", b: null }, 2),
      read({ a: ["lost", 2] }, 2, 3, 4),
      read({ b: null }, 2, 5, 6),
    ],
    "a lost commit is seen by its deletion alone": [
      write({ a: "x", b: "x" }, 1, 0, 1),
      lost({ a: "lost", b: null }, 2),
      write({ a: "y" }, 3, 3, 4),
      read({ a: ["y", 3], b: null }, 3, 5, 6),
    ],
  };
  const bad = {
    "a write is not seen": [
      write({ a: "x" }, 1, 0, 1),
      write({ a: "y" }, 2, 2, 3),
      read({ a: ["x", 1] }, 2, 4, 5),
    ],
    "an answer is older than one before": [
      write({ a: "x" }, 1, 0, 1),
      write({ b: "y" }, 2, 2, 3),
      read({ a: ["x", 1] }, 1, 4, 5),
    ],
    "a write comes before what was acknowledged": [
      write({ a: "x" }, 2, 0, 1),
      write({ b: "y" }, 1, 2, 3),
    ],
    "one revision is that of two": [write({ a: "x" }, 1, 0, 3), write({ b: "y" }, 1, 1, 2)],
    "nobody wrote a value": [write({ a: "x" }, 1, 0, 1), read({ a: ["y", 1] }, 1, 2, 3)],
    "an acknowledged write is lost": [write({ a: "x" }, 1, 0, 1), read({ a: null }, 1, 2, 3)],
    "a deleted value is back": [
      write({ a: "x" }, 1, 0, 1),
      write({ a: null }, 2, 2, 3),
      read({ a: ["x", 1] }, 2, 4, 5),
    ],
    "a lost write takes the place of a later one": [
      lost({ a: "lost" }, 0),
      write({ a: "x" }, 2, 1, 2),
      read({ a: ["lost", 1] }, 2, 3, 4),
    ],
    "a lost write takes effect before what had ended": [
      write({ a: "x" }, 3, 0, 1),
      lost({ b: "lost" }, 2),
      read({ b: ["lost", 2] }, 3, 3, 4),
    ],
    "a lost write takes effect twice": [
      lost({ a: "lost" }, 0),
      read({ a: ["lost", 1] }, 1, 1, 2),
      write({ b: "x" }, 2, 3, 4),
      read({ a: ["lost", 3] }, 3, 5, 6),
    ],
    "a value is seen before it is written": [
      read({ a: ["lost", 1] }, 1, 0, 1),
      lost({ a: "lost" }, 2),
    ],
    "half of a commit is seen": [
      write({ a: "x", b: "x" }, 1, 0, 1),
      write({ a: "y", b: "y" }, 2, 2, 3),
      read({ a: ["y", 2], b: ["x", 1] }, 2, 4, 5),
    ],
    "half of a lost commit is seen": [
      write({ a: "x", b: "x" }, 1, 0, 1),
      lost({ a: "lost", b: "lost" }, 2),
      read({ a: ["lost", 2], b: ["x", 1] }, 2, 4, 5),
    ],
    "the deletion of a lost commit has no effect": [
      write({ a: "x", b: "x" }, 1, 0, 1),
      lost({ a: "lost", b: null }, 2),
      read({ a: ["lost", 2], b: ["x", 1] }, 2, 4, 5),
    ],
    "one lost deletion deletes twice": [
      write({ a: "x" }, 1, 0, 1),
      lost({ a: null }, 0.5),
      read({ a: null }, 2, 2, 3),
      write({ a: "y" }, 3, 4, 5),
      read({ a: null }, 4, 6, 7),
    ],
    "a lost deletion is undone": [
      write({ a: "x" }, 1, 0, 1),
      lost({ a: null }, 2),
      read({ a: null }, 2, 3, 4),
      read({ a: ["x", 1] }, 3, 5, 6),
    ],
    "a deletion takes effect before it began": [
      write({ a: "x" }, 1, 0, 1),
      read({ a: null }, 2, 2, 3),
      lost({ a: null }, 4),
    ],
    "one entry of a list is missing": [
      write({ a: "x" }, 1, 0, 1),
      write({ b: "y" }, 2, 2, 3),
      read({ a: ["x", 1], b: null }, 2, 4, 5),
    ],
  };
  for (const [name, history] of Object.entries(good)) {
    it(`lets it be that ${name}`, () => assert.deepEqual(violations(history), []));
  }
  for (const [name, history] of Object.entries(bad)) {
    it(`notices that ${name}`, () => assert.notDeepEqual(violations(history), []));
  }
});

const any = (items) => items[Math.floor(Math.random() * items.length)];
const seenOf = ({ value, revision }) => ({ value: value.stringValue, revision: Number(revision) });
const putOf = (key, value) => ({
  put: { name: `namespaces/${key}`, value: { stringValue: value } },
});

// What clients do: each has a request, and makes of its answer what it tells of the store,
// or nothing. A write has `values` before it has an answer, as it may take effect.
const READS = [
  function get() {
    const key = any(KEYS);
    return {
      request: ["GET", key],
      read: (status, body) =>
        status === 200
          ? { values: { [key]: seenOf(body) }, readRevision: Number(body.readRevision) }
          : { values: { [key]: null }, readRevision: Number(body.details[0].metadata.revision) },
    };
  },
  function list() {
    const space = any(SPACES);
    return {
      request: ["GET", `${space}/entries`],
      read: (_, body) => {
        const values = Object.fromEntries(
          KEYS.filter((key) => key.startsWith(`${space}/`)).map((key) => [key, null]),
        );
        for (const entry of body.entries)
          values[entry.name.replace("namespaces/", "")] = seenOf(entry);
        return { values, readRevision: Number(body.revision) };
      },
    };
  },
];
const WRITES = [
  function put(value) {
    const key = any(KEYS);
    const body = { value: { stringValue: value } };
    return { request: ["PUT", key, body], values: { [key]: value } };
  },
  function remove() {
    const key = any(KEYS);
    return { request: ["DELETE", key], values: { [key]: null } };
  },
  // Over both namespaces; it is refused if there is nothing to delete.
  function commit(value) {
    const [first, second, third] = KEYS.toSorted(() => Math.random() - 0.5);
    const operations = [putOf(first, value), putOf(second, value)];
    const values = { [first]: value, [second]: value };
    if (Math.random() < 0.5) {
      operations.push({ deleteEntry: `namespaces/${third}` });
      values[third] = null;
    }
    return { request: ["POST", "-:commit", { operations }], values };
  },
];

async function send(suite, [method, path, body]) {
  const reply = await fetch(`${suite.origin}/api/v1/namespaces/${path}`, {
    ...{ method, headers: { "content-type": "application/json" } },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(5000),
  });
  return { status: reply.status, body: await reply.json() };
}

// Whether an answer says that nothing was written.
const isRefusal = ({ status, body }) => status === 404 || body.committed === false;

// One client, until it is told to end. Everything that it did is added to `history`.
async function client(suite, id, history, ended) {
  for (let count = 0; !ended(); count++) {
    const kind = any(Math.random() < 0.5 ? READS : WRITES);
    const { request, values, read: readOf } = kind(`${id}-${count}`);
    const operation = { kind: values ? "write" : "read", start: performance.now(), values };
    // As long as there is no answer, it may have taken effect.
    if (values) history.push(operation);
    try {
      const answer = await send(suite, request);
      const end = performance.now();
      if (values && isRefusal(answer)) history.splice(history.indexOf(operation), 1);
      else if (answer.status !== 200 && (values || answer.status !== 404)) continue;
      else if (values) Object.assign(operation, { revision: Number(answer.body.revision), end });
      else history.push({ ...operation, ...readOf(answer.status, answer.body), end });
    } catch {
      await sleep(20); // the answer is lost
    }
  }
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
      await disturb(suite.config);
      over = true;
      await Promise.all(clients);
    } finally {
      await suite.stop();
    }
    const writes = history.filter(({ kind, end }) => kind === "write" && end !== undefined);
    assert.ok(writes.length > 100, `only ${writes.length} writes were acknowledged`);
    const sizes = new Set(writes.map(({ values }) => Object.keys(values).length));
    assert.deepEqual([...sizes].sort(), [1, 2, 3]);
    assert.deepEqual(violations(history).slice(0, 5), []);
  });
});
