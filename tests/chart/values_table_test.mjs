// The README's table is made from values.yaml, and everything there is explained.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { chart } from "./helm.mjs";
import { readme, rows, updated } from "./values_table.mjs";

const yaml = readFileSync(resolve(chart, "values.yaml"), "utf8");

test("the table in the README is the one that values.yaml makes", () => {
  const text = readFileSync(readme, "utf8");
  assert.equal(
    text,
    updated(text, yaml),
    "node tests/chart/values_table.mjs --write makes it anew",
  );
});

test("every value is explained, or stands under one that is", () => {
  const all = rows(yaml);
  const explained = all.filter(({ text }) => text).map(({ path }) => path);
  const silent = all
    .filter(({ text, path }) => !text && !explained.some((one) => isNear(one, path)))
    .map(({ path }) => path);
  assert.deepEqual(silent, []);
});

// Whether the words about one value can be read as being about another: its
// parent, or its sibling.
function isNear(one, path) {
  const parent = path.slice(0, path.lastIndexOf("."));
  return path.startsWith(`${one}.`) || one.startsWith(`${parent}.`);
}
