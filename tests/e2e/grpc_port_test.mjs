// The port of a service, and strangers: more connections and more calls than there may be,
// callers that keep to no rule, and afterwards everything as it was.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { eventually } from "../support/eventually.mjs";
import { GrpcClient, RawHttp2 } from "../support/grpc.mjs";
import { metric } from "../support/metrics.mjs";
import { Server } from "../support/suite.mjs";

const run = promisify(execFile);
const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_grpc_port_test");

const MAX = 50;
const MAX_OF_PEER = 20;
const MAX_STREAMS = 10;
const MAX_CALLS = MAX_OF_PEER * MAX_STREAMS + 10;
const JUST_ENDED = 1000; // so many more are let be, for gRPC counts calls a little longer
const STRANGER = { localAddress: "127.0.0.2" }; // this machine itself may have all
const MIRROR = "triad.transform.v1.TransformService/Mirror";
const WATCH_HEALTH = "grpc.health.v1.Health/Watch";
const AB = Buffer.from("\n\x02ab"); // MirrorRequest{word: "ab"}
const MIB = 2 ** 20;

const directory = mkdtempSync(join(tmpdir(), "triad-port-"));
const service = new Server("transform", {
  binaries,
  directory,
  args: [
    `--max_connections=${MAX}`,
    `--max_connections_per_peer=${MAX_OF_PEER}`,
    `--max_streams_per_connection=${MAX_STREAMS}`,
    `--max_calls=${MAX_CALLS}`,
    "--memory_budget_bytes=1073741824",
  ],
});
let opened = [];

before(() => service.start());
after(async () => {
  assert.equal(await service.stop(), 0);
  rmSync(directory, { recursive: true, force: true });
});
// Whatever a test has left: its places are free again before the next.
afterEach(async () => {
  for (const one of opened) one.close();
  opened = [];
  await eventually("all connections ended", async () => (await connections()) === 0);
});

const connections = () => metric(service, "triad_rpc_server_connections");
const refused = (limit) =>
  metric(service, `triad_rpc_server_connections_refused_total{limit="${limit}"}`);

function open(options) {
  opened.push(new RawHttp2(service.address, options));
  return opened.at(-1);
}

function client() {
  opened.push(new GrpcClient(service.address));
  return opened.at(-1);
}

async function isServed() {
  const { status, answer } = await client().call(MIRROR, AB);
  assert.equal(status, 0);
  assert.match(answer.toString(), /^\n/);
}

function residentBytes() {
  const status = readFileSync(`/proc/${service.pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) * 1024;
}

describe("connections", () => {
  it("are closed at once beyond the limits, and silent ones soon", async () => {
    const before = {
      peer: await refused("max_connections_per_peer"),
      all: await refused("max_connections"),
    };
    for (let i = 0; i < MAX_OF_PEER + 7; ++i) await open(STRANGER).connected();
    await eventually("the stranger's are counted", async () => {
      const beyond = (await refused("max_connections_per_peer")) - before.peer;
      return beyond === 7 && (await connections()) === MAX_OF_PEER;
    });
    for (let i = MAX_OF_PEER; i < MAX + 3; ++i) await open().connected();
    await eventually("all are counted", async () => {
      return (await refused("max_connections")) - before.all === 3;
    });
    assert.equal(await connections(), MAX);
    assert.equal(opened.filter((one) => one.closed).length, 10);
    // Nobody has said a word: their places are for those who do.
    await eventually("silent ones closed", async () => (await connections()) === 0);
    await isServed();
  });

  it("give their places back however they end", async () => {
    const ends = ["close", "reset", "halfClose"];
    for (const end of ends) {
      const ended = Array.from({ length: MAX_OF_PEER }, () => open(STRANGER));
      for (const one of ended) {
        assert.ok(await one.connected(), end);
        one.greet();
      }
      await eventually(`${end}: all there`, async () => (await connections()) === MAX_OF_PEER);
      for (const one of ended) one[end]();
      await eventually(`${end}: all gone`, async () => (await connections()) === 0);
    }
  });
});

describe("calls beyond those of one connection", () => {
  it("wait for their turn", async () => {
    const one = client();
    assert.equal((await one.settings()).maxConcurrentStreams, MAX_STREAMS);
    const watches = Array.from({ length: MAX_STREAMS }, () => one.begin(WATCH_HEALTH));
    for (const watch of watches) watch.on("error", () => {});
    let answered = false;
    const waiting = one.call(MIRROR, AB).then(({ status }) => {
      answered = true;
      return status;
    });
    for (let i = 0; i < 20; ++i) await isServed();
    assert.equal(answered, false);
    watches[0].close();
    assert.equal(await waiting, 0);
  });

  it("cost whoever begins them all the same the connection", async () => {
    const rude = open(STRANGER);
    rude.greet();
    await rude.acknowledge();
    await rude.beginCalls(MIRROR, 5 * MAX_STREAMS);
    await eventually("the connection is closed", () => rude.closed);
    await isServed();
  });

  it("cost it also whoever has not agreed to the server's settings", async () => {
    const ended = await metric(service, "triad_rpc_server_connections_ended_total");
    const [polite, rude] = [open(STRANGER), open(STRANGER)];
    for (const one of [polite, rude]) one.greet();
    await polite.beginCalls(MIRROR, MAX_STREAMS);
    await rude.beginCalls(MIRROR, MAX_STREAMS + JUST_ENDED + 1);
    await eventually("the connection is closed", () => rude.closed);
    assert.equal(polite.closed, false);
    assert.equal((await metric(service, "triad_rpc_server_connections_ended_total")) - ended, 1);
    await isServed();
  });

  it("of all connections cost the peer that has most its largest", async () => {
    const honest = open();
    honest.greet();
    await honest.beginCalls(MIRROR, MAX_STREAMS);
    const strangers = Array.from({ length: 3 }, () => open(STRANGER));
    for (const one of strangers) {
      one.greet();
      await one.beginCalls(MIRROR, Math.floor((MAX_CALLS + JUST_ENDED) * 0.4));
    }
    await eventually("one is closed", () => strangers.some((one) => one.closed));
    await isServed();
    assert.equal(strangers.filter((one) => one.closed).length, 1);
    assert.equal(honest.closed, false);
  });
});

describe("after an attack", () => {
  // Three rounds, after as many in which the process takes what it needs.
  async function leavesNothing(attack) {
    const resident = [];
    for (let round = 0; round < 6; ++round) {
      await attack();
      await isServed();
      for (const one of opened) one.close();
      opened = [];
      await eventually("all connections ended", async () => (await connections()) === 0);
      resident.push(residentBytes());
    }
    // Of what a round leaves in the heaps, 8 MiB and more go back within seconds.
    const most = Math.max(...resident.slice(0, 4)) * 1.05;
    const rounds = `resident after each round: ${resident.map((one) => (one / MIB).toFixed(1))} MiB`;
    await eventually(rounds, () => residentBytes() <= most);
    return resident;
  }

  it("of h2load, memory is where it was", async () => {
    const body = join(directory, "body");
    writeFileSync(body, Buffer.concat([Buffer.from([0, 0, 0, 0, AB.length]), AB]));
    await leavesNothing(async () => {
      const { stdout } = await run("h2load", [
        ...["-n", "20000", "-c", String(MAX_OF_PEER), "-m", "100", "-d", body],
        ...["-H", "content-type: application/grpc", "-H", "te: trailers"],
        `http://${service.address}/${MIRROR}`,
      ]);
      assert.match(stdout, /20000 total, 20000 started, 20000 done, 20000 succeeded/);
    });
  });
});
