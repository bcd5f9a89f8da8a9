// Clients put, copy, delete, get and list objects of the same names while storage is killed,
// stopped and continued; what they saw is checked. The checker is itself tried on histories that
// can, and cannot, have happened.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { describe, it } from "node:test";
import { eventually } from "../support/eventually.mjs";
import { countProblems } from "../support/storage/recount.mjs";
import { Suite } from "../support/suite.mjs";
import { disturb } from "./disturb.mjs";
import { violations } from "./object_consistency.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_object_consistency_test");

const NAMES = ["a", "b"];
const CLIENTS = 8;
const BUCKET = "buckets/check";

const at = (operation, start, end) => ({ ...operation, start, end });
const put = (name, value, ...times) => at({ kind: "put", name, value }, ...times);
const copy = (from, to, value, ...times) => at({ kind: "copy", from, to, value }, ...times);
const remove = (name, value, ...times) => at({ kind: "delete", name, value }, ...times);
const get = (name, value, ...times) => at({ kind: "get", name, value }, ...times);
const list = (a, b, ...times) => at({ kind: "list", values: { a, b } }, ...times);

describe("the checker", () => {
  const good = {
    "one comes after the other": [put("a", "x", 0, 1), get("a", "x", 2, 3), remove("a", "x", 4, 5)],
    "nothing is there at first": [get("a", null, 0, 1), remove("a", null, 2, 3)],
    "a read beside a write sees it or not": [
      put("a", "x", 0, 1),
      put("a", "y", 2, 6),
      get("a", "x", 3, 4),
      get("a", "y", 4.5, 5),
    ],
    "two writes at once come in either order": [
      put("a", "x", 0, 3),
      put("a", "y", 1, 2),
      get("a", "x", 4, 5),
      get("a", "x", 6, 7),
    ],
    "a copy has what was there": [
      put("a", "x", 0, 1),
      copy("a", "b", "x", 2, 3),
      put("a", "y", 4, 5),
      list("y", "x", 6, 7),
    ],
    "a lost put takes effect late, or never": [
      put("a", "x", 0, 1),
      put("a", "lost", 2),
      put("b", "never", 2),
      get("a", "x", 3, 4),
      get("a", "lost", 5, 6),
      list("lost", null, 7, 8),
    ],
    "a lost deletion takes effect late": [
      put("a", "x", 0, 1),
      remove("a", undefined, 2),
      get("a", "x", 3, 4),
      get("a", null, 5, 6),
    ],
    "a lost copy takes effect late": [
      put("a", "x", 0, 1),
      copy("a", "b", undefined, 2),
      put("a", "y", 3, 4),
      list("y", null, 5, 6),
      list("y", "y", 7, 8),
    ],
  };
  const bad = {
    "an acknowledged put is lost": [put("a", "x", 0, 1), get("a", null, 2, 3)],
    "an old value is back": [
      put("a", "x", 0, 1),
      put("a", "y", 2, 3),
      get("a", "y", 4, 5),
      get("a", "x", 6, 7),
    ],
    "a deleted value is back": [put("a", "x", 0, 1), remove("a", "x", 2, 3), get("a", "x", 4, 5)],
    "two delete the same": [put("a", "x", 0, 1), remove("a", "x", 2, 5), remove("a", "x", 3, 4)],
    "two readers see two orders": [
      put("a", "x", 0, 9),
      put("a", "y", 0, 9),
      get("a", "x", 1, 2),
      get("a", "y", 3, 4),
      get("a", "x", 5, 6),
    ],
    "a list is of two moments": [
      put("a", "x", 0, 1),
      put("b", "x", 2, 3),
      put("a", "y", 4, 5),
      put("b", "y", 6, 7),
      list("x", "y", 4, 8),
    ],
    "a copy has what was never there": [
      put("a", "x", 0, 1),
      put("a", "y", 2, 3),
      copy("a", "b", "x", 4, 5),
    ],
    "a lost put takes effect twice": [
      put("a", "lost", 0),
      get("a", "lost", 1, 2),
      put("a", "x", 3, 4),
      get("a", "x", 5, 6),
      get("a", "lost", 7, 8),
    ],
    "a value is seen before it is put": [get("a", "lost", 0, 1), put("a", "lost", 2)],
    "nobody put a value": [put("a", "x", 0, 1), get("a", "y", 2, 3)],
    "one lost deletion deletes twice": [
      put("a", "x", 0, 1),
      remove("a", undefined, 0.5),
      get("a", null, 2, 3),
      put("a", "y", 4, 5),
      get("a", null, 6, 7),
    ],
  };
  for (const [name, history] of Object.entries(good))
    it(`lets it be that ${name}`, () => assert.deepEqual(violations(history, NAMES), []));
  for (const [name, history] of Object.entries(bad))
    it(`notices that ${name}`, () => assert.notDeepEqual(violations(history, NAMES), []));
});

const any = (items) => items[Math.floor(Math.random() * items.length)];
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const pathOf = (name) => `${BUCKET}/objects/${name}`;
const json = (reply) => reply.json();

// What clients do: a request, the operation as far as it is known before there is an answer, and
// what the answer tells of it. 404 says that there was no object.
const KINDS = [
  function putOne() {
    const name = any(NAMES);
    const body = randomBytes(Math.random() < 0.5 ? 100 : 30_000); // in the database, or beside it
    const known = { kind: "put", name, value: sha256(body) };
    return { request: ["PUT", pathOf(name), body], known, told: () => ({}) };
  },
  function copyOne() {
    const [from, to] = Math.random() < 0.5 ? NAMES : NAMES.toReversed();
    const body = new Blob([JSON.stringify({ destination: pathOf(to) })], {
      type: "application/json",
    });
    return {
      request: ["POST", `${pathOf(from)}:copy`, body],
      known: { kind: "copy", from, to },
      told: async (reply) => ({ value: (await json(reply)).sha256 }),
    };
  },
  function removeOne() {
    const name = any(NAMES);
    return {
      request: ["DELETE", pathOf(name)],
      known: { kind: "delete", name },
      told: async (reply) => ({ value: (await json(reply)).object.sha256 }),
    };
  },
  function getOne() {
    const name = any(NAMES);
    return {
      request: ["GET", pathOf(name)],
      known: { kind: "get", name },
      told: async (reply) => ({ value: sha256(Buffer.from(await reply.arrayBuffer())) }),
    };
  },
  function listAll() {
    return {
      request: ["GET", `${BUCKET}/objects`],
      known: { kind: "list" },
      told: async (reply) => {
        const values = Object.fromEntries(NAMES.map((name) => [name, null]));
        for (const { name, sha256: value } of (await json(reply)).objects)
          values[name.split("/objects/")[1]] = value;
        return { values };
      },
    };
  },
];
const isRead = ({ kind }) => kind === "get" || kind === "list";

// One client, until it is told to end. Everything that it did is added to `history`.
async function client(suite, history, ended) {
  while (!ended()) {
    const { request, known, told } = any(KINDS)();
    const operation = { ...known, start: performance.now() };
    const [method, path, body] = request;
    // As long as there is no answer, it may have taken effect.
    if (!isRead(known)) history.push(operation);
    try {
      const signal = AbortSignal.timeout(5000);
      const reply = await fetch(`${suite.origin}/api/v1/${path}`, { method, body, signal });
      if (reply.status !== 200 && reply.status !== 404) throw new Error(`${reply.status}`);
      const answer = reply.status === 404 ? { value: null } : await told(reply);
      if (reply.status === 404) await reply.arrayBuffer();
      Object.assign(operation, answer, { end: performance.now() });
      if (isRead(known)) history.push(operation);
    } catch {
      await recovered(suite); // the answer is lost
    }
  }
}

// Storage answers again. Until then nobody asks it anything whose answer would be lost as well.
const recovered = (suite) =>
  eventually("answer", async () => {
    const reply = await fetch(`${suite.origin}/api/v1/${BUCKET}`).catch(() => undefined);
    return reply?.ok;
  });

async function disturbedHistory(suite) {
  const bucket = await fetch(`${suite.origin}/api/v1/buckets?bucket_id=check`, { method: "POST" });
  assert.equal(bucket.status, 200);
  const history = [];
  let over = false;
  const clients = Array.from({ length: CLIENTS }, () => client(suite, history, () => over));
  await disturb(suite.storage);
  over = true;
  await Promise.all(clients);
  return history;
}

// What was done before the first fault, with one answer that is not right: a read of what had been
// replaced or deleted before.
function withAStaleRead(history) {
  const [lost] = history.filter(({ end }) => end === undefined).map(({ start }) => start);
  const calm = history.filter(({ end }) => end < (lost ?? Infinity));
  const [first] = calm.filter(({ kind }) => kind === "put").toSorted((a, b) => a.end - b.end);
  const later = calm.findLast(({ kind, name }) => kind === "get" && name === first.name);
  return calm.map((operation) =>
    operation === later ? { ...operation, value: first.value } : operation,
  );
}

describe("storage", () => {
  it("shows one order of what happens to a name, whatever happens to it", async (test) => {
    const suite = new Suite({ binaries, parent: join(binaries, "..") });
    let history;
    try {
      await suite.start();
      history = await disturbedHistory(suite);
      assert.deepEqual(countProblems(join(suite.directory, "storage")), []);
    } finally {
      await suite.stop();
    }
    const answered = history.filter(({ end }) => end !== undefined);
    for (const kind of ["put", "copy", "delete", "get", "list"]) {
      const { length } = answered.filter((operation) => operation.kind === kind);
      assert.ok(length > 20, `only ${length} of ${kind}`);
    }
    test.diagnostic(
      `${answered.length} operations, ${history.length - answered.length} unanswered`,
    );
    assert.deepEqual(violations(history, NAMES), []);
    assert.notDeepEqual(violations(withAStaleRead(history), NAMES), []);
  });
});
