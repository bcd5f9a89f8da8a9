// ./dev test --fuzz, with programs that are no fuzzers: what it says of those that run,
// and of those that break.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";

const root = resolve(import.meta.dirname, "../..");
const directory = mkdtempSync(join(tmpdir(), "triad-fuzz-"));
mkdirSync(join(directory, "build/fuzz/bin"), { recursive: true });
mkdirSync(join(directory, "tests/fuzz/targets"), { recursive: true });
after(() => rmSync(directory, { recursive: true }));

function target(name, script) {
  writeFileSync(join(directory, `tests/fuzz/targets/${name}.cc`), "");
  const program = join(directory, `build/fuzz/bin/fuzz_${name}`);
  writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

target("good", `echo "$@"; echo 'stat::number_of_executed_units: 4711' >&2`);
target(
  "broken",
  `cat >&2 <<'TEXT'
broken: one is two
==1== ERROR: libFuzzer: deadly signal
Test unit written to build/fuzz/crashes/broken/crash-1
stat::number_of_executed_units: 12
TEXT
exit 77`,
);

// Without the building, of which there is nothing here.
function fuzz(...args) {
  const parts = ["common", "fuzz"].map((name) => join(root, `tools/dev/${name}.sh`));
  const line = `set -euo pipefail; root=$PWD; caller_dir=$PWD; for one in ${parts.join(" ")}; do source $one; done
    prepare() { :; }; build_preset() { echo "building $*"; }; test_fuzz "$@"`;
  return new Promise((done) => {
    execFile("bash", ["-c", line, "dev", ...args], { cwd: directory }, (error, stdout, stderr) => {
      done({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

test("a target that holds is told with its executions", async () => {
  const { code, stdout, stderr } = await fuzz("3", "good");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^building fuzz fuzz_good\n/);
  assert.match(stdout, /\ngood +4711 executions\n$/);
});

test("one that breaks is a failure after all have run, with the way to see it again", async () => {
  const { code, stdout, stderr } = await fuzz("3");
  assert.equal(code, 1);
  assert.match(stdout, /\nbroken +12 executions\ngood +4711 executions\n$/);
  assert.match(stderr, /^broken: one is two$/m);
  assert.match(
    stderr,
    /again: build\/fuzz\/bin\/fuzz_broken build\/fuzz\/crashes\/broken\/crash-1;/,
  );
  assert.match(stderr, /^dev: fuzzing broke broken: see above/m);
});

test("a name that is none is told with those that there are", async () => {
  const { code, stderr } = await fuzz("3", "nosuch");
  assert.equal(code, 2);
  assert.match(stderr, /^dev: no fuzz target 'nosuch': broken good\n$/);
});
