// tools/report, from runs of a real CTest.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { casesIn } from "../../tools/report/cases.mjs";
import { report, run, runTests, temporaryDirectory, writeTests } from "./runs.mjs";

const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

// The page of a run with these tests in build/dev.
async function pageOf(t, tests) {
  const build = join(temporaryDirectory(t), "build");
  writeTests(join(build, "dev"), tests);
  await runTests(join(build, "dev"));
  const out = join(build, "report.html");
  const { code, stdout, stderr } = await report(out, join(build, "dev"), join(build, "none"));
  assert.equal(code, 0, stderr);
  assert.equal(stdout, `report of the tests: ${out}\n`);
  return readFileSync(out, "utf8");
}

const titleOf = (page) => /<title>(.*)<\/title>/.exec(page)[1];

// What the page says of one test, up to the next.
function itemOf(page, name) {
  const items = page.split('<li class="test"').slice(1);
  const item = items.find((one) => one.includes(` data-name="${name}"`));
  assert.ok(item, `${name} is not in the page`);
  return item;
}

test("a page has every test with its state, and failures come first and open", async (t) => {
  const page = await pageOf(t, {
    fine: { prints: "all is well\n" },
    broken: { prints: "Expected: 1\n  Actual: 2\n", exits: 1 },
    elsewhere: { prints: "needs root\n", exits: 77 },
  });
  assert.equal(titleOf(page), "Triad: 1 of 3 tests failed");
  assert.match(itemOf(page, "fine"), /^ data-state="passed".*<details>.*all is well/s);
  assert.match(itemOf(page, "broken"), /^ data-state="failed".*<details open>.*Actual: 2/s);
  assert.match(itemOf(page, "elsewhere"), /^ data-state="skipped".*needs root/s);
  const order = [...page.matchAll(/ data-name="(\w+)"/g)].map(([, name]) => name);
  assert.deepEqual(order, ["broken", "elsewhere", "fine"]);
});

test("a run without failures says so", async (t) => {
  const page = await pageOf(t, { fine: {}, also: {} });
  assert.equal(titleOf(page), "Triad: 2 tests passed");
});

test("a program that is not there has failed, as CTest says", async (t) => {
  const build = join(temporaryDirectory(t), "build");
  mkdirSync(build);
  writeFileSync(join(build, "CTestTestfile.cmake"), 'add_test(gone "/nonexistent/program")\n');
  assert.notEqual((await runTests(build)).code, 0);
  await report(join(build, "report.html"), build);
  const page = readFileSync(join(build, "report.html"), "utf8");
  assert.match(itemOf(page, "gone"), /^ data-state="failed".*Unable to find executable/s);
});

test("a test that fails without a word has at least that to show", async (t) => {
  const page = await pageOf(t, { silent: { exits: 1 } });
  assert.match(itemOf(page, "silent"), /^ data-state="failed".*It printed nothing/s);
});

test("what a test prints is text, and nothing that a browser would run", async (t) => {
  const prints = `</pre><script>alert("x")</script> & <img src=x onerror='y'>\n`;
  const page = await pageOf(t, { sly: { prints, exits: 1 } });
  assert.ok(
    page.includes("&lt;/pre&gt;&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &lt;img"),
  );
  assert.equal(page.match(/<script/g).length, 1, "the page's own");
});

test("the page asks for nothing else", async (t) => {
  const page = await pageOf(t, { fine: {} });
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page);
  assert.match(
    policy,
    /^default-src 'none'; style-src 'sha256-\S+'; script-src 'sha256-\S+'; img-src data:;/,
  );
  assert.deepEqual(page.match(/<link|@import|url\(|\bsrc="(?!data:)|https?:\/\//g), null);
});

test("pictures that a test took are in the page", async (t) => {
  const build = join(temporaryDirectory(t), "build");
  writeTests(join(build, "dev"), { page: {}, other: {} });
  await runTests(join(build, "dev"));
  mkdirSync(join(build, "dev/screenshots/page"), { recursive: true });
  const picture = join(build, "dev/screenshots/page/dark at 320 pixels.png");
  writeFileSync(picture, Buffer.from(PIXEL, "base64"));
  await report(join(build, "report.html"), join(build, "dev"));
  const page = readFileSync(join(build, "report.html"), "utf8");
  assert.ok(itemOf(page, "page").includes(`<img src="data:image/png;base64,${PIXEL}"`));
  assert.ok(itemOf(page, "page").includes("<figcaption>dark at 320 pixels</figcaption>"));
  assert.ok(!itemOf(page, "other").includes("<img"));
});

test("runs of several presets are told apart", async (t) => {
  const build = join(temporaryDirectory(t), "build");
  const folders = ["dev", "asan"].map((name) => join(build, name));
  for (const folder of folders) {
    writeTests(folder, { same: { exits: folder.endsWith("asan") ? 1 : 0 } });
    await runTests(folder);
  }
  await report(join(build, "report.html"), ...folders);
  const page = readFileSync(join(build, "report.html"), "utf8");
  const lines = page.split("\n").filter((line) => line.startsWith("<li><strong>"));
  assert.match(lines[0], /<strong>dev<\/strong>: 1 test passed, /);
  assert.match(lines[1], /<strong>asan<\/strong>: 1 of 1 test failed, /);
  assert.equal(titleOf(page), "Triad: 1 of 2 tests failed");
});

test("what Node's JUnit reporter writes is a run too", async (t) => {
  const build = join(temporaryDirectory(t), "build");
  mkdirSync(join(build, "containers"), { recursive: true });
  const program = `import { test } from "node:test";
    test("starts", () => {});
    test("stops", () => { throw new Error("it is still there"); });`;
  writeFileSync(join(build, "live.mjs"), program);
  const reporter = `--test-reporter-destination=${join(build, "containers/junit.xml")}`;
  // Without this test's own context, to which it would report else.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ["--test", "--test-reporter=junit", reporter, join(build, "live.mjs")];
  await run(process.execPath, args, { env });
  await report(join(build, "report.html"), join(build, "containers"));
  const page = readFileSync(join(build, "report.html"), "utf8");
  assert.equal(titleOf(page), "Triad: 1 of 2 tests failed");
  assert.match(itemOf(page, "stops"), /^ data-state="failed".*<pre[^>]*>.*it is still there/s);
});

test("what cannot be reported is said in one line", async (t) => {
  const directory = temporaryDirectory(t);
  const none = await report(join(directory, "report.html"), directory);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /^report: none of the folders has a junit\.xml: .*\n$/);
  writeFileSync(join(directory, "junit.xml"), "<testsuite");
  const torn = await report(join(directory, "report.html"), directory);
  assert.equal(torn.code, 1);
  assert.match(torn.stderr, /^report: .*junit\.xml is no JUnit report: .*\n$/);
});

// As the three runners write them.
const LOGS = [
  {
    log: `[ RUN      ] StoreTest.Keeps
[       OK ] StoreTest.Keeps (12 ms)
store_test.cc:7: Failure
[  FAILED  ] Rows/StoreTest.Loses/1, where GetParam() = "a" (3 ms)
[  SKIPPED ] StoreTest.Cannot (0 ms)
[  FAILED  ] StoreTest.Loses`,
    cases: [
      ["passed", "StoreTest.Keeps", 0.012],
      ["failed", "Rows/StoreTest.Loses/1", 0.003],
      ["skipped", "StoreTest.Cannot", 0],
    ],
  },
  {
    log: `▶ page
  ▶ in the dark
    ✔ is readable (1500.5ms)
  ✔ in the dark (1600ms)
  ✖ is quick (3ms)
    Error: slow
✖ page (1700ms)
﹣ prints (0.5ms) # SKIP
ℹ tests 3
✖ failing tests:
✖ is quick (3ms)`,
    cases: [
      ["passed", "page › in the dark › is readable", 1.5005],
      ["failed", "page › is quick", 0.003],
      ["skipped", "prints", 0.0005],
    ],
  },
  {
    log: ` ✓ src/a.test.ts > urlOf > escapes 44ms
 × src/a.test.ts > urlOf > refuses 2ms
 ↓ src/b.test.ts > later`,
    cases: [
      ["passed", "src/a.test.ts > urlOf > escapes", 0.044],
      ["failed", "src/a.test.ts > urlOf > refuses", 0.002],
      ["skipped", "src/b.test.ts > later", 0],
    ],
  },
];

test("the cases in a program's log are those of GoogleTest, Node and Vitest", () => {
  for (const { log, cases } of LOGS)
    assert.deepEqual(
      casesIn(log).map(({ state, name, time }) => [state, name, time]),
      cases,
    );
});

test("a log that looks like a page of output has no cases", () => {
  assert.deepEqual(casesIn("building\n[1/2] Linking\nok (3 ms)\n"), []);
});
