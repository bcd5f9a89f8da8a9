// Tests that are lines of sh, run by a real CTest.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");
const ctest = process.env.TRIAD_CTEST ?? "ctest";

export function temporaryDirectory(t) {
  const directory = mkdtempSync(join(tmpdir(), "triad-report-"));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

// Resolves whatever the exit code is.
export function run(command, args, options = {}) {
  return new Promise((done) => {
    execFile(command, args, { maxBuffer: 1 << 26, ...options }, (error, stdout, stderr) => {
      done({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

// A build folder with these tests, given as name and what they print and do.
export function writeTests(folder, tests) {
  mkdirSync(folder, { recursive: true });
  const lines = Object.entries(tests).map(([name, { prints = "", exits = 0 }]) => {
    writeFileSync(join(folder, `${name}.txt`), prints);
    return [
      `add_test(${name} "/bin/sh" "-c" "cat '${join(folder, name)}.txt'; exit ${exits}")`,
      `set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77)`,
    ].join("\n");
  });
  writeFileSync(join(folder, "CTestTestfile.cmake"), `${lines.join("\n")}\n`);
}

export const runTests = (folder) =>
  run(ctest, ["--test-dir", folder, "--output-junit", "junit.xml"]);

// Runs tools/report/main.mjs.
export const report = (...args) =>
  run(process.execPath, [join(root, "tools/report/main.mjs"), ...args], { cwd: root });
