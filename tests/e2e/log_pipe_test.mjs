// A log that nobody reads: the process goes on, and says later what is missing.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { eventually } from "../support/eventually.mjs";
import { GrpcClient } from "../support/grpc.mjs";
import { metric } from "../support/metrics.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_log_pipe_test");

const CALLS_AT_A_TIME = 100; // of which each is a line
const MIRROR = "triad.transform.v1.TransformService/Mirror";
const AB = Buffer.from("\n\x02ab"); // MirrorRequest{word: "ab"}

let child;
let client;
let log = "";
const service = {};

before(async () => {
  const flags = ["--listen=127.0.0.1:0", "--admin_listen=127.0.0.1:0", "--log_format=json"];
  const stdio = ["ignore", "pipe", "inherit"];
  child = spawn(
    join(binaries, "triad-transform"),
    [...flags, "--database=none", "--log_level=debug"],
    { stdio },
  );
  child.stdout.setEncoding("utf8").on("data", (chunk) => (log += chunk));
  await eventually("it serves", () => /"message":"serving".*\n/.test(log));
  const { listen, admin } = JSON.parse(/^.*"message":"serving".*$/m.exec(log)[0]);
  Object.assign(service, { listen, admin });
  client = new GrpcClient(listen);
});

after(() => {
  client.close();
  child.kill("SIGKILL");
});

const dropped = () => metric(service, "triad_log_dropped_lines_total");

async function callUntilLinesAreDropped() {
  const before = await dropped();
  while ((await dropped()) === before) {
    const calls = Array.from({ length: CALLS_AT_A_TIME }, () => client.call(MIRROR, AB));
    for (const { status } of await Promise.all(calls)) assert.equal(status, 0);
  }
}

it("answers while nobody reads its log, and counts the lines that are gone", async () => {
  child.stdout.pause();
  await callUntilLinesAreDropped();
  assert.equal((await fetch(`http://${service.admin}/livez`)).status, 200);

  child.stdout.resume();
  const told = () =>
    [...log.matchAll(/^.*"log lines were dropped.*$/gm)]
      .map(([line]) => JSON.parse(line).lines)
      .reduce((sum, lines) => sum + lines, 0);
  await eventually("the log says how many", async () => told() > 0 && told() === (await dropped()));
});

it("ends in time, though nobody reads its log", async () => {
  child.stdout.pause();
  await callUntilLinesAreDropped();
  child.kill("SIGTERM");
  const [code] = await once(child, "exit");
  assert.equal(code, 0);
});
