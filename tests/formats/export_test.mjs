// What is exported, as the libraries read it that read such files elsewhere; and files that
// these write.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import dotenv from "dotenv";
import * as jsYaml from "js-yaml";
import * as yaml from "yaml";
import { Suite } from "../support/suite.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R formats_export_test");
const suite = new Suite({ binaries });
before(() => suite.start());
after(() => suite.stop());

const TEXTS = [
  ..."yes No on null ~ NULL true False 0x10 0o17 1_000 012 1e3 .5 5. +1 -0 .inf -.INF".split(" "),
  ...".nan 2026-01-01 12:30:45 = << a: :a a#b # - --- ... ? [ {a:1} ] *a &a !a %a @a | > y".split(
    " ",
  ),
  ...[
    "",
    " ",
    "  leading",
    "trailing ",
    "a: b",
    "a #b",
    "- a",
    "# no",
    "it's",
    'say "hi"',
    "`tick`",
  ],
  ...["a\nb", "\n", "a\n\n b\n", "a\r\nb", "\r", "\t", "a\tb", "\\", "\\n", "x\\ny", "$HOME $(x)"],
  ...["********", "é", "你好", "😀", "\u0085", "\u2028", "\ufeff", "\u00a0", "a=b", "'", '"', "`"],
  ...["export A=1", "line 'one'\nline `two`", "\u0001", "\u007f", "x".repeat(300)],
];
const keyOf = (i) => `K_${String(i).padStart(3, "0")}`;
const texts = Object.fromEntries(TEXTS.map((text, i) => [keyOf(i), text]));
const typed = {
  a: 1,
  b: -9007199254740991,
  c: 1.5,
  d: 1e300,
  e: 5e-324,
  f: true,
  g: false,
  h: "x",
};

const url = (namespace, rest) => `${suite.origin}/api/v1/namespaces/${namespace}${rest}`;

async function imported(namespace, body, query = "") {
  const answer = await fetch(url(namespace, `:import${query}`), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}
async function exported(namespace, format) {
  const answer = await fetch(url(namespace, `:export?format=${format}`));
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.text();
}

test("JSON and YAML are read elsewhere with the same values", async () => {
  const entries = { ...texts, ...typed };
  await imported("same", JSON.stringify({ entries }));
  const file = await exported("same", "FORMAT_YAML");
  assert.deepEqual(JSON.parse(await exported("same", "FORMAT_JSON")), { entries });
  assert.deepEqual(yaml.parse(file), { entries });
  assert.deepEqual(yaml.parse(file, { version: "1.1" }), { entries });
  assert.deepEqual(jsYaml.load(file), { entries });
});

test(".env is read by dotenv with the same values", async () => {
  // What has all quotes, or ends in a backslash behind one, cannot be said.
  await imported("env", JSON.stringify({ entries: texts }));
  assert.deepEqual(dotenv.parse(await exported("env", "FORMAT_ENV")), texts);
});

test("what others write is read with the same values", async () => {
  // `yaml` writes DEL, which YAML does not allow, and the line ends of YAML 1.1 as they are.
  const sound = Object.entries(texts).filter(([, text]) => !/^[\u007f\u0085\u2028]$/.test(text));
  const entries = { ...Object.fromEntries(sound), ...typed };
  const files = [yaml.stringify({ entries }), jsYaml.dump({ entries }, { lineWidth: 40 })];
  await imported("wanted", JSON.stringify({ entries }));
  const wanted = await exported("wanted", "FORMAT_JSON");
  for (const file of files) {
    await imported("theirs", file, "?format=FORMAT_YAML&mode=MODE_REPLACE");
    assert.equal(await exported("theirs", "FORMAT_JSON"), wanted);
  }
});
