// Verdicts of runtime/json_schema are those of Ajv.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { Ajv } from "ajv";
import { drawCase, patterns, strings } from "./random.mjs";

const schemas = 400;
const documentsOfSchema = 10;

// One verdict for each pair of a schema and a document.
const verdictsOf = (pairs) => {
  const { status, stdout, stderr } = spawnSync(
    join(process.env.TRIAD_BIN_DIR, "json_schema_verdicts"),
    {
      input: pairs
        .map((pair) => `${pair.map((half) => JSON.stringify(half)).join("\n")}\n`)
        .join(""),
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    },
  );
  assert.equal(status, 0, stderr);
  const verdicts = stdout.trimEnd().split("\n");
  assert.equal(verdicts.length, pairs.length);
  return verdicts;
};

// Its copy of the metaschema is stricter than that of draft 7.
const compile = (schema) =>
  new Ajv({
    strict: false,
    meta: false,
    validateSchema: false,
    code: { optimize: false }, // takes longer than it saves
  }).compile(schema);

// What applies itself to the same value is refused. Ajv runs out of stack.
const isCircle = (verdict) => verdict.startsWith("schema: ") && verdict.includes("apply itself");

test("Random documents are as valid as Ajv says", () => {
  const counts = { valid: 0, invalid: 0, circle: 0 };
  const cases = Array.from({ length: schemas }, (_, seed) => drawCase(seed, documentsOfSchema));
  const verdicts = verdictsOf(
    cases.flatMap(({ schema, documents }) => documents.map((document) => [schema, document])),
  );
  for (const { schema, documents } of cases) {
    const itsVerdicts = verdicts.splice(0, documents.length);
    if (isCircle(itsVerdicts[0])) {
      counts.circle++;
      continue;
    }
    const validate = compile(schema);
    for (const [i, document] of documents.entries()) {
      const expected = validate(document) ? "valid" : "invalid";
      const shown = `${JSON.stringify(schema)}\n${JSON.stringify(document)}`;
      assert.equal(itsVerdicts[i], expected, shown);
      counts[expected]++;
    }
  }
  const all = schemas * documentsOfSchema;
  assert(counts.valid > 0.1 * all && counts.invalid > 0.1 * all, JSON.stringify(counts));
  assert(counts.circle < 0.3 * schemas, JSON.stringify(counts));
});

test("Patterns match what they match in JavaScript", () => {
  const pairs = patterns.flatMap((pattern) => strings.map((text) => [{ pattern }, text]));
  for (const [i, verdict] of verdictsOf(pairs).entries()) {
    const [{ pattern }, text] = pairs[i];
    assert.equal(
      verdict,
      new RegExp(pattern, "u").test(text) ? "valid" : "invalid",
      `${pattern} on ${JSON.stringify(text)}`,
    );
  }
});
