// The limits of memory in values.yaml are no less than what docs/operations.md says that
// each program needs, with the defaults of its flags.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { chart, render } from "./helm.mjs";

const docs = readFileSync(resolve(chart, "../../docs/operations.md"), "utf8");
const KIB = 1024;
const UNITS = { KiB: KIB, MiB: KIB * KIB, Ki: KIB, Mi: KIB * KIB, Gi: KIB ** 3 };
// A flag whose default is what the machine has.
const LOOPS = 2; // the chart's limit of processors for the gateway

function section(title) {
  const start = docs.indexOf(`\n${title}\n`);
  assert.notEqual(start, -1, `docs/operations.md has no '${title}'`);
  const end = docs.slice(start + 1).search(/\n##/);
  return docs.slice(start, start + 1 + end);
}

const rows = (text) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| flag"))
    .map((line) => line.slice(2, -2).split(" | "));

// By name, of what the program and every service and every binary take.
function defaults(program) {
  const titles = [`### triad-${program}`, "### Every service", "### Every binary"];
  const flags = titles.flatMap((title) => rows(section(title)));
  return (flag) => {
    const row = flags.find(([name]) => name === `\`${flag}\``);
    assert.ok(row, `docs/operations.md has no default of ${flag} of triad-${program}`);
    return Number(row[1].replaceAll("`", ""));
  };
}

// "48 MiB + `--a` + 24 KiB × `--b`", in bytes.
function evaluate(formula, flag) {
  const factor = (text) => {
    const constant = /^(\d+)(?: ([KM]iB))?$/.exec(text);
    return constant ? Number(constant[1]) * (UNITS[constant[2]] ?? 1) : flag(text.slice(1, -1));
  };
  const product = (text) =>
    text
      .split(" × ")
      .map(factor)
      .reduce((a, b) => a * b);
  return formula
    .split(" + ")
    .map(product)
    .reduce((a, b) => a + b);
}

const formulas = new Map(rows(section("## Memory")));
const bytes = (quantity) => {
  const [, number, unit] = /^(\d+)([KMG]i)$/.exec(quantity);
  return Number(number) * UNITS[unit];
};

async function limitOf(program) {
  const manifests = await render();
  const kind = program === "gateway" ? "Deployment" : "StatefulSet";
  const workload = manifests.get(kind, `triad-${program}`);
  const [container] = workload.spec.template.spec.containers;
  return bytes(container.resources.limits.memory);
}

for (const [name, program] of [
  ["gateway", "gateway"],
  ["config", "config"],
  ["transform", "transform"],
  ["storage", "storage"],
  ["storage with S3", "storage"],
]) {
  test(`a pod of ${name} has what it needs`, async () => {
    const limit = await limitOf(program);
    const given = { "--memory_budget_bytes": limit / 4, "--loops": LOOPS };
    const flag = (asked) => given[asked] ?? defaults(program)(asked);
    const needed = evaluate(formulas.get(name), flag);
    const mib = (count) => `${Math.ceil(count / UNITS.MiB)} MiB`;
    assert.ok(needed <= limit, `it needs ${mib(needed)} and has ${mib(limit)}`);
  });
}
