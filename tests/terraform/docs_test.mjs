// docs/aws.md says what is there.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { blocksOf } from "./hcl.mjs";
import { layers, root } from "./tree.mjs";

const text = readFileSync(join(root, "docs/aws.md"), "utf8");

test("every file that it names is there", () => {
  const paths = [
    ...text.matchAll(/`((?:deploy|docs|gateway|helm|runtime|services|tests|tools)\/[\w./-]+)`/g),
  ].map(([, path]) => path);
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
  assert.ok(uses.length >= 1);
  for (const [use, layer, name] of uses) assert.ok(outputs.get(layer).includes(name), use);
});

// "IAC-01..03, 05, SEC-01" names IAC-01, IAC-02, IAC-03, IAC-05 and SEC-01.
function rowsIn(cell) {
  const rows = [];
  let family = "";
  for (const part of cell.split(", ")) {
    const [, named, from, to] = /^(?:([A-Z]+)-)?(\d\d)(?:\.\.(\d\d))?$/.exec(part) ?? [];
    assert.ok(from, `'${part}' is no row`);
    family = named ?? family;
    for (let row = Number(from); row <= Number(to ?? from); row++)
      rows.push(`${family}-${String(row).padStart(2, "0")}`);
  }
  return rows;
}

const wanted = [
  "IAC-01..41, GO-01..05, CI-04, 09, 11, 13, 16..19, 21..28, OBS-03..14",
  "SEC-01..16, HA-01..14, CDN-01..03, ENV-01..04",
].join(", ");

test("every row of the requirements is named, with a file", () => {
  const table = text.slice(text.indexOf("| rows | what | where |")).split("\n").slice(2);
  const named = new Set();
  for (const line of table.filter((one) => one.startsWith("|"))) {
    const [, rows, , where] = line.split("|").map((cell) => cell.trim());
    assert.match(where, /`[\w/.-]+`/, line);
    if (rows) for (const row of rowsIn(rows)) named.add(row);
  }
  assert.deepEqual(
    rowsIn(wanted).filter((row) => !named.has(row)),
    [],
  );
});
