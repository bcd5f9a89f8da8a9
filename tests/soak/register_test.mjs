// What the soak would see, and what it forgives.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Register, sha256 } from "./register.mjs";
import { Writes } from "./watches.mjs";

const a = { digest: "a", etag: "1" };
const b = { digest: "b", etag: "2" };

function registerWith({ digest, etag }) {
  const register = new Register("name");
  assert.equal(register.wrote(digest, 200, etag), "done");
  return register;
}

test("what was acknowledged is there", () => {
  const register = registerWith(a);
  register.read(200, a);
  assert.deepEqual(register.problems, []);
  assert.deepEqual(register.condition, { "if-match": '"1"' });
});

for (const [what, status, found] of [
  ["an acknowledged write that is gone", 404, undefined],
  ["another content", 200, { digest: "z", etag: "1" }],
  ["another etag, as of a write that happened twice", 200, { digest: "a", etag: "9" }],
  ["a read that fails for no reason that is known", 500, undefined],
])
  test(`${what} is seen`, () => {
    const register = registerWith(a);
    register.read(status, found);
    assert.equal(register.problems.length, 1);
  });

test("a write whose answer was lost may have happened", () => {
  for (const found of [a, b]) {
    const register = registerWith(a);
    assert.equal(register.wrote("b", 0), "lost");
    assert.equal(register.isCertain, false);
    register.read(200, found);
    register.read(200, found);
    assert.deepEqual(register.problems, []);
  }
});

test("it happens no more once another has been seen", () => {
  const register = registerWith(a);
  register.wrote("b", 503);
  register.wrote("c", 200, "3");
  register.read(200, b);
  assert.equal(register.problems.length, 1);
});

test("a write that was refused has not happened", () => {
  const register = registerWith(a);
  assert.equal(register.wrote("b", 507), "refused");
  register.read(200, b);
  assert.equal(register.problems.length, 1);
});

test("a conflict has a reason", () => {
  const certain = registerWith(a);
  certain.wrote("b", 412);
  assert.equal(certain.problems.length, 1);
  const uncertain = registerWith(a);
  uncertain.wrote("b", 504);
  uncertain.wrote("c", 412);
  assert.deepEqual(uncertain.problems, []);
});

test("a watch that tells of something else, of nothing or of too much is seen", () => {
  const writes = new Writes();
  const entry = (value) => ({ name: "n/entries/k", revision: "7", value: { stringValue: value } });
  writes.sent("k", "v");
  writes.happened(entry("v"));
  const told = (...changes) => new Map(changes);
  const change = `k ${sha256("v")}`;
  assert.deepEqual(writes.problemsOf(told([7, change])), []);
  assert.equal(writes.problemsOf(told()).length, 1);
  assert.equal(writes.problemsOf(told([7, change], [8, "k other"])).length, 1);
  writes.sent("k", "full");
  writes.refused("k", "full");
  assert.equal(writes.problemsOf(told([7, change], [9, `k ${sha256("full")}`])).length, 1);
});
