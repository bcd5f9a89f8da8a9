// ./dev bench gateway, as far as it goes without a load generator.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { EVENTS, echoOfDocument, WORD } from "./gateway/requests.mjs";
import { FLOOR, SIDES, startSide } from "./gateway/sides.mjs";
import { openEventStreams } from "./gateway/streams.mjs";

const BUILD = resolve(process.env.TRIAD_BUILD_DIR ?? "../../build/dev");
const EVENT_STREAMS = "gateway: 1,000 event streams";
const run = promisify(execFile);

// As much of a suite as a side needs.
const suite = { binaries: join(BUILD, "bin"), stopWithIt: [] };

before(() => {
  suite.directory = mkdtempSync(join(tmpdir(), "triad-bench-"));
});

after(async () => {
  for (const stop of suite.stopWithIt.reverse()) await stop();
  rmSync(suite.directory, { recursive: true });
});

// The gateway and the floor, each prepared for `requests`.
async function startBoth(name, requests) {
  const gateway = await startSide(suite, SIDES[""], `${name} gateway`, requests);
  const floor = await startSide(suite, SIDES[FLOOR], `${name} floor`, requests);
  return [gateway.origin, floor.origin];
}

async function answerOf(origin, { method, target, body }) {
  // The floor compresses nothing.
  const headers = { "accept-encoding": "identity" };
  if (body) headers["content-type"] = "application/json";
  const reply = await fetch(origin + target, { method, body, headers });
  const fields = [...reply.headers].map(([name, value]) => [name, value.length]);
  const text = await reply.text();
  return { status: reply.status, fields: Object.fromEntries(fields), text };
}

for (const [name, make] of [
  ["word", () => WORD],
  ["10 KB", () => echoOfDocument(suite, "small")],
  ["1 MB", () => echoOfDocument(suite, "mixed")],
]) {
  test(`the floor answers as many bytes as the gateway does: ${name}`, async () => {
    const request = await make();
    const [gateway, floor] = await startBoth(name, [request]);
    const wanted = await answerOf(gateway, request);
    assert.equal(wanted.status, 200);
    assert.equal(wanted.text, request.answer.toString());
    // Twice, as a connection is kept.
    assert.deepEqual(await answerOf(floor, request), wanted);
    assert.deepEqual(await answerOf(floor, request), wanted);
  });
}

test("the floor answers only what is prepared", async () => {
  const { origin } = await startSide(suite, SIDES[FLOOR], "nothing", []);
  assert.equal((await fetch(`${origin}/word?word=x`)).status, 404);
});

test("the floor answers requests that come one behind the other without a pause", async () => {
  const { origin } = await startSide(suite, SIDES[FLOOR], "pipelined", [WORD]);
  const head = `${WORD.method} ${WORD.target} HTTP/1.1\r\nHost: x\r\n\r\n`;
  const socket = connect({ host: "127.0.0.1", port: Number(new URL(origin).port) });
  socket.write(head + head);
  let text = "";
  for await (const data of socket) {
    text += data;
    if (text.split(WORD.answer).length === 3) break;
  }
  assert.equal(text.split("HTTP/1.1 200 OK").length, 3, text);
});

test("events come from both, to the byte", async () => {
  for (const origin of await startBoth("events", EVENTS)) {
    const streams = await openEventStreams(origin, 40, EVENTS, ({ answer }) => answer);
    const { requests } = await streams.count(0.5);
    for (const socket of streams.sockets) socket.destroy();
    assert.ok(requests > 100 && requests <= 240, `${requests} events came of 200`);
  }
});

test("a run says its figures, what they are of, and what is sought", async () => {
  // Its own results go beside the build.
  const build = join(suite.directory, "build", "of-a-run");
  mkdirSync(build, { recursive: true });
  for (const name of ["bin", "bench.pb"]) symlinkSync(join(BUILD, name), join(build, name));
  const main = join(import.meta.dirname, "main.mjs");
  const options = ["--rounds=1", "--seconds=1"];
  const environment = { ...process.env, ENVOY: "", GRPC_GATEWAY: "", GATEWAY_BEFORE: "" };
  const { stdout } = await run("node", [main, build, ...options, EVENT_STREAMS], {
    env: environment,
  });
  assert.match(stdout, /req\/s +p50 ms +p99 ms +gateway µs/);
  assert.match(stdout, /^gateway: 1,000 event streams, floor +[\d,]+/m);
  assert.match(stdout, /^processor time, gateway: .* \/ .*, floor: \d+\.\d\d$/m);
  assert.match(stdout, /^resident, gateway: .*, floor: -?\d+\.\d MiB, sought: ≤ 8$/m);
});
