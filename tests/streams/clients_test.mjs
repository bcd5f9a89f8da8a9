// Streams of every shape through the gateway, by clients and to a service that others wrote: npm's
// ws, Node's http and Debian's Chromium on one side, grpc-js on the other.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import WebSocket from "ws";
import { eventually } from "../support/eventually.mjs";
import { Server } from "../support/suite.mjs";
import { startLab } from "./lab_server.mjs";

const MiB = 2 ** 20;
let directory;
let lab;
let gateway;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), "streams-"));
  mkdirSync(join(directory, "site"));
  writeFileSync(join(directory, "site/index.html"), "<!doctype html><title>streams</title>");
  lab = await startLab();
  gateway = new Server("gateway", {
    binaries: process.env.TRIAD_BIN_DIR,
    directory,
    args: [
      `--descriptor_set=${process.env.LAB_DESCRIPTOR_SET}`,
      `--upstream=lab.v1.Lab=127.0.0.1:${lab.port}`,
      `--site=${join(directory, "site")}`,
      "--memory_budget_bytes=67108864",
    ],
  });
  await gateway.start();
});

after(async () => {
  await gateway?.stop();
  lab?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const socket = (path, protocols, options) =>
  new WebSocket(`ws://${gateway.address}${path}`, protocols, options);

const opened = (client) =>
  new Promise((done, failed) => client.once("open", done).once("error", failed));

// All messages of a socket, and how it was closed.
const ended = (client) =>
  new Promise((done, failed) => {
    const messages = [];
    client.on("message", (data, isBinary) => messages.push(isBinary ? data : data.toString()));
    client.once("close", (code, reason) => done({ messages, code, reason: reason.toString() }));
    client.once("error", failed);
  });

const metric = async (pattern) => {
  const text = await (await fetch(`http://${gateway.admin}/metrics`)).text();
  return Number(new RegExp(`^${pattern} (\\d+)`, "m").exec(text)?.[1] ?? 0);
};

// Sends `body`, a stream, and returns what came back.
const post = (path, body, headers) =>
  new Promise((done, failed) => {
    const call = request(`http://${gateway.address}${path}`, { method: "POST", headers });
    call.on("error", failed).on("response", (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk)).on("error", failed);
      response.on("end", () => done({ status: response.statusCode, body: Buffer.concat(chunks) }));
    });
    body.pipe(call);
  });

test("ws: messages both ways, half-close, status, close code", async () => {
  for (const perMessageDeflate of [false, true]) {
    const client = socket("/chat/named", "triad.v1.json", { perMessageDeflate });
    const end = ended(client);
    await opened(client);
    assert.equal(client.protocol, "triad.v1.json");
    assert.equal(client.extensions.includes("permessage-deflate"), perMessageDeflate);
    const tags = ["é".repeat(30_000)];
    client.send(JSON.stringify({ tags }));
    client.send(JSON.stringify({ tags: ["b"] }));
    client.send("");
    const { messages, code } = await end;
    const results = messages.slice(0, -1).map((text) => JSON.parse(text).result);
    assert.deepEqual(results[0].tags, tags);
    assert.equal(results[0].text, "named");
    assert.deepEqual(results[1].tags, ["b"]);
    assert.deepEqual(JSON.parse(messages.at(-1)), {
      status: { code: 0, message: "", details: [] },
    });
    assert.equal(code, 1000);
  }
});

test("ws: an error is the last text, and its code closes", async () => {
  const client = socket("/chat");
  const end = ended(client);
  await opened(client);
  client.send('{"tags":["refuse"]}');
  const { messages, code, reason } = await end;
  assert.equal(JSON.parse(messages.at(-1)).status.message, "refused");
  assert.equal(code, 4003);
  assert.equal(reason, "refused");
});

test("ws: client streams and server streams", async () => {
  const collect = socket("/collect");
  const collected = ended(collect);
  await opened(collect);
  for (const tag of ["a", "b"]) collect.send(JSON.stringify({ tags: [tag] }));
  collect.send("");
  assert.deepEqual(JSON.parse((await collected).messages[0]).result.tags, ["a", "b"]);

  const { messages, code } = await ended(socket("/watch?count=3&code=5"));
  assert.equal(messages.length, 4);
  assert.equal(code, 4005);
});

test("http: lines in and lines out", async () => {
  const lines = Readable.from(['{"tags":["a"]}\n', '{"tags":', '["b"]}\n']);
  const type = { "content-type": "application/x-ndjson" };
  const { status, body } = await post("/chat", lines, type);
  assert.equal(status, 200);
  const results = body.toString().trim().split("\n").map(JSON.parse);
  assert.deepEqual(
    results.map(({ result }) => result.tags),
    [["a"], ["b"]],
  );
});

test("http: raw bytes both ways at once, more than any buffer holds", async () => {
  const bytes = randomBytes(32 * MiB);
  const { status, body } = await post("/pipes/a", Readable.from([bytes]));
  assert.equal(status, 200);
  const digest = (data) => createHash("sha256").update(data).digest("hex");
  assert.equal(digest(body), digest(bytes));
});

test("a browser has streams by both kinds of sockets", async (t) => {
  const browser = await chromium.launch({
    executablePath: process.env.TRIAD_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-proxy-server"],
  });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`http://${gateway.address}/`);
  const texts = await page.evaluate(async () => {
    const all = (path, message, isDone) =>
      new Promise((done) => {
        const client = new globalThis.WebSocket(`ws://${globalThis.location.host}${path}`);
        const received = [];
        client.onopen = () => client.send(message);
        client.onmessage = ({ data }) => {
          received.push(data);
          if (isDone(data)) client.close();
        };
        client.onclose = ({ code }) => done({ received, code });
      });
    const one = await all("/chat", '{"tags":["refuse"]}', () => false);
    const many = await all("/api/streams", '{"id":1,"get":"/watch?count=2"}', (data) =>
      data.includes("status"),
    );
    return { one, many };
  });
  assert.equal(texts.one.code, 4003);
  assert.equal(texts.many.received.length, 3);
  assert.equal(JSON.parse(texts.many.received[1]).resume, "2");
});

test("a thousand streams over ten sockets, whose readers are slow, stay within the budget", async () => {
  const heard = Array.from({ length: 10 }, () => new Set());
  const sockets = await Promise.all(
    heard.map(async (ids) => {
      // What ws deflates it reads too slowly for so many.
      const client = socket("/api/streams", [], { perMessageDeflate: false });
      client.on("message", (data) => {
        const { id } = JSON.parse(data);
        if (id) ids.add(id);
      });
      await opened(client);
      for (let id = 1; id <= 100; id++) {
        client.send(JSON.stringify({ id, get: "/watch?count=1000&size=20000" }));
      }
      return client;
    }),
  );
  await eventually("a message of each stream", () => heard.every((ids) => ids.size === 100));
  for (const client of sockets) client.pause();
  await eventually("calls that wait", async () => (await metric("triad_gateway_in_flight")) > 1000);
  const resident = await metric("process_resident_memory_bytes");
  assert.ok(resident < 200 * MiB, `resident ${resident}`);
  for (const client of sockets) client.terminate();
  await eventually("the end of all calls", async () => {
    const held = await metric("triad_memory_used_bytes");
    return (await metric("triad_gateway_in_flight")) === 0 && held === 0;
  });
});
