// docs/aws.md says what is there.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { blocksOf } from "./hcl.mjs";
import { layers, modules, root } from "./tree.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");
const text = read("docs/aws.md");

test("every file that it names is there", () => {
  const paths = [
    ...text.matchAll(
      /`((?:deploy|docs|gateway|helm|runtime|services|tests|tools)\/[\w./-]+)(?:`|: )/g,
    ),
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
  const uses = [...text.matchAll(/deploy\/aws output (?:dev|production) (\w+) (\w+)/g)];
  assert.ok(uses.length >= 3);
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
  "IAC-01..08, 10..41, GO-01..05, CI-04, 09, 11, 13, 16..19, 21..27, OBS-03..09, 11..14",
  "SEC-01..16, HA-01..14, CDN-01..03, ENV-01..04",
].join(", ");

// Lines of the table of requirements: { rows, what, held: [what holds it] }.
const claims = text
  .slice(text.indexOf("| rows | what | held by |"))
  .split("\n")
  .slice(2)
  .filter((line) => line.startsWith("|"))
  .map((line) => {
    const [, rows, what, held] = line.split("|").map((cell) => cell.trim());
    return { rows, what, held: [...held.matchAll(/`([^`]+)`/g)].map(([, one]) => one) };
  });

test("the rows of the requirements are named, and no others", () => {
  const named = new Set(claims.flatMap(({ rows }) => (rows ? rowsIn(rows) : [])));
  assert.deepEqual([...named].sort(), rowsIn(wanted).sort());
});

// "network/aws_vpc.this", "modules/role/aws_iam_role.this", "data/module.uploads".
const addresses = new Set(
  [...layers, ...modules].flatMap(({ name, files }) => {
    const folder = name.replace(/^layers\//, "");
    const bodies = files.map((file) => file.body);
    return [
      ...bodies.flatMap((body) => blocksOf(body, "resource").map(({ labels }) => labels.join("."))),
      ...bodies.flatMap((body) => blocksOf(body, "module").map(({ labels }) => `module.${labels}`)),
    ].map((address) => `${folder}/${address}`);
  }),
);

// "verify:ENV": jobs by their names, with the inputs of the files that make them.
const inputs = { environment: "ENV", layer: "LAYER", image: "IMAGE" };
const jobs = new Set(
  [".gitlab-ci.yml", ...readdirSync(join(root, "deploy/ci")).map((name) => `deploy/ci/${name}`)]
    .filter((path) => path.endsWith(".yml"))
    .flatMap((path) => [...read(path).matchAll(/^"?([a-z][^"\n]*?)"?:$/gm)])
    .map(([, name]) => name.replace(/\$\[\[ inputs\.(\w+) \]\]/g, (_, input) => inputs[input])),
);

// Whether a file has a test of that name, or of one that ends like it and begins with
// what the test is made for.
function hasTest(path, name) {
  if (!existsSync(join(root, path))) return false;
  const source = read(path);
  if (path.endsWith(".cc"))
    return new RegExp(`^TEST(_F|_P)?\\(${name.replace(".", ", ")}\\)`, "m").test(source);
  const quoted = [...source.matchAll(/"((?:[^"\\\n]|\\.)+)"|`((?:[^`\\]|\\.)+)`/g)];
  return (
    quoted.some(([, plain, computed]) => plain === name || computed?.includes(name)) ||
    new RegExp(`^  ${name}: \\[$`, "m").test(source)
  );
}

function exists(one) {
  const job = /^job (.+)$/.exec(one)?.[1];
  if (job) return jobs.has(job);
  const [path, name] = one.split(/: (.*)/s);
  return name ? hasTest(path, name) : addresses.has(one);
}

test("every claim is held by a resource, a job or a test that is there", () => {
  assert.ok(claims.length > 30);
  for (const { what, held } of claims) {
    assert.ok(held.length > 0, what);
    for (const one of held) assert.ok(exists(one), `${what}: there is no ${one}`);
  }
});

test("what is not there holds nothing", () => {
  for (const one of [
    "network/aws_vpc.other",
    "layers/network/vpc.tf",
    "docs/aws.md",
    "job verify:dev",
    "job nothing:ENV",
    "tests/gitops/triad_test.mjs: is one application",
    "tests/gitops/none_test.mjs: is one application, of the right type, in its project",
    "runtime/telemetry/metrics/metrics_test.cc: MetricsTest.Process",
  ])
    assert.ok(!exists(one), one);
});
