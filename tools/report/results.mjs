// What CTest wrote of a run, and the pictures that its tests took.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DOMParser } from "@xmldom/xmldom";
import { casesIn } from "./cases.mjs";

const message = (testcase, tag) =>
  testcase.getElementsByTagName(tag)[0]?.getAttribute("message") ?? undefined;

// A test that could not be run is to CTest one that failed, but in its JUnit file one
// that was skipped. Only a test that asked for it was.
function outcome(testcase) {
  const failure = message(testcase, "failure") ?? message(testcase, "error");
  if (failure !== undefined) return { state: "failed", reason: failure };
  const skipped = message(testcase, "skipped");
  if (skipped === undefined) return { state: "passed", reason: "" };
  if (skipped.startsWith("SKIP_")) return { state: "skipped", reason: "" };
  const unable = testcase.getAttribute("status") === "notrun";
  return { state: unable ? "failed" : "skipped", reason: skipped };
}

function screenshotsIn(directory) {
  if (!existsSync(directory)) return [];
  const files = readdirSync(directory).filter((name) => name.endsWith(".png"));
  return files.sort().map((name) => ({
    name: name.slice(0, -".png".length),
    png: readFileSync(join(directory, name)).toString("base64"),
  }));
}

function testOf(testcase, directory) {
  const name = testcase.getAttribute("name");
  const text = (tag) => testcase.getElementsByTagName(tag)[0]?.textContent.trim();
  const log = text("system-out") ?? text("failure") ?? "";
  return {
    name,
    ...outcome(testcase),
    time: Number(testcase.getAttribute("time")),
    cases: casesIn(log),
    log,
    screenshots: screenshotsIn(join(directory, "screenshots", name)),
  };
}

// The run whose junit.xml is in a directory, with pictures in screenshots/TEST.
export function readRun(directory, name) {
  const file = join(directory, "junit.xml");
  const onError = (_level, message) => {
    throw new Error(`${file} is no JUnit report: ${message}`);
  };
  const document = new DOMParser({ onError }).parseFromString(
    readFileSync(file, "utf8"),
    "text/xml",
  );
  const suite = document.getElementsByTagName("testsuite")[0];
  const tests = [...document.getElementsByTagName("testcase")].map((one) => testOf(one, directory));
  // CTest has one suite and says when it began. Node's reporter has one for each
  // describe().
  const started = suite?.getAttribute("timestamp") ?? "";
  const sum = tests.reduce((total, test) => total + test.time, 0);
  return { name, started, time: started ? Number(suite.getAttribute("time")) : sum, tests };
}
