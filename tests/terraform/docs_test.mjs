// docs/aws.md says what is there.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { blocksOf } from "./hcl.mjs";
import { layers, root } from "./tree.mjs";

const text = readFileSync(join(root, "docs/aws.md"), "utf8");

test("every file that it names is there", () => {
  const paths = [...text.matchAll(/`((?:deploy|helm|tests|gateway)\/[\w./-]+)`/g)].map(
    ([, path]) => path,
  );
  assert.ok(paths.length > 30);
  assert.deepEqual(
    paths.filter((path) => !existsSync(join(root, path))),
    [],
  );
});

test("layers stand in its table with what they build on", () => {
  for (const { name, files } of layers) {
    const needs = files.map((file) => /\/from_(\w+)\.tf$/.exec(file.name)?.[1]).filter(Boolean);
    const row = new RegExp(`^\\| \`${basename(name)}\` \\|.*\\|([^|]*)\\|$`, "m").exec(text);
    assert.ok(row, name);
    assert.deepEqual(row[1].trim().split(", ").filter(Boolean).sort(), needs.sort(), name);
  }
});

test("what it reads from a layer is an output of it", () => {
  const outputs = new Map(
    layers.map(({ name, files }) => [
      basename(name),
      files.flatMap((file) => blocksOf(file.body, "output").map(({ labels }) => labels[0])),
    ]),
  );
  const uses = [...text.matchAll(/deploy\/aws output dev (\w+) (\w+)/g)];
  assert.ok(uses.length >= 3);
  for (const [use, layer, name] of uses) assert.ok(outputs.get(layer).includes(name), use);
});

test("the rows of the requirements are named", () => {
  for (const row of [
    "IAC-01..21",
    "IAC-21, 22",
    "IAC-23..29",
    "IAC-30, 40",
    "IAC-31, 35, 41",
    "SEC-11, 12",
    "CDN-01..03",
    "ENV-01, 02, 04",
    "HA-01..09",
    "HA-10",
  ])
    assert.ok(text.includes(row), row);
});
