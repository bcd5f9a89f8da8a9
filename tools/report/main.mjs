// One HTML file about the tests of some runs:
//
//   node tools/report/main.mjs build/report.html build/*
//
// Each folder that has a junit.xml is a run, named after its path from there.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { page } from "./page.mjs";
import { readRun } from "./results.mjs";

// Where the sources are no clone, what was tested has no name.
function commit() {
  try {
    const options = { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
    return execFileSync("git", ["log", "-1", "--format=commit %h of %cs: %s"], options).trim();
  } catch {
    return "not a clone of the repository";
  }
}

function write(out, folders) {
  const found = folders.filter((folder) => existsSync(join(folder, "junit.xml")));
  if (found.length === 0) throw new Error("none of the folders has a junit.xml: run ./dev test");
  const runs = found.map((folder) => readRun(folder, relative(dirname(out), folder)));
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, page(runs, commit()));
  console.log(`report of the tests: ${out}`);
}

const [out, ...folders] = process.argv.slice(2);
try {
  if (!out) throw new Error("takes a file to write, and folders");
  write(out, folders);
} catch (error) {
  console.error(`report: ${error.message.split("\n")[0]}`);
  process.exitCode = 1;
}
