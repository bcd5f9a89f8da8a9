// A log that nobody reads: the process goes on, and says later what is missing.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { eventually } from "../support/eventually.mjs";
import { metric } from "../support/metrics.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_log_pipe_test");

const REQUESTS_AT_A_TIME = 50;
const PADDING = "x".repeat(2000); // of a path, which the log names

let child;
let log = "";
const gateway = {};

before(async () => {
  const flags = ["--listen=127.0.0.1:0", "--admin_listen=127.0.0.1:0", "--log_format=json"];
  const stdio = ["ignore", "pipe", "inherit"];
  child = spawn(join(binaries, "triad-gateway"), [...flags, "--log_level=debug"], { stdio });
  child.stdout.setEncoding("utf8").on("data", (chunk) => (log += chunk));
  await eventually("it serves", () => /"message":"serving".*\n/.test(log));
  const { listen, admin } = JSON.parse(/^.*"message":"serving".*$/m.exec(log)[0]);
  Object.assign(gateway, { listen, admin });
});

after(() => child.kill("SIGKILL"));

async function ask() {
  const { status } = await fetch(`http://${gateway.listen}/api/none/${PADDING}`);
  assert.equal(status, 404);
}

it("answers while nobody reads its log, and counts the lines that are gone", async () => {
  child.stdout.pause();
  const dropped = () => metric(gateway, "triad_log_dropped_lines_total");
  while ((await dropped()) === 0) {
    await Promise.all(Array.from({ length: REQUESTS_AT_A_TIME }, ask));
  }
  assert.equal((await fetch(`http://${gateway.admin}/livez`)).status, 200);

  child.stdout.resume();
  const told = () =>
    [...log.matchAll(/^.*"log lines were dropped.*$/gm)]
      .map(([line]) => JSON.parse(line).lines)
      .reduce((sum, lines) => sum + lines, 0);
  await eventually("the log says how many", async () => told() > 0 && told() === (await dropped()));
});

it("ends in time, though nobody reads its log", async () => {
  child.stdout.pause();
  const before = await metric(gateway, "triad_log_dropped_lines_total");
  while ((await metric(gateway, "triad_log_dropped_lines_total")) === before) {
    await Promise.all(Array.from({ length: REQUESTS_AT_A_TIME }, ask));
  }
  child.kill("SIGTERM");
  const [code] = await once(child, "exit");
  assert.equal(code, 0);
});
