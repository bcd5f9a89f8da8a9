// The frontend's nginx in front of a real suite: what it sends with the site is
// what the gateway sends, and what it passes on it does not touch.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { createServer as createHttpServer, request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Suite } from "../support/suite.mjs";
import { ask, begin, finish, head, until } from "./http.mjs";
import { Nginx } from "./nginx.mjs";

const build = process.env.TRIAD_BUILD_DIR;
const site = join(build, "site");
const suite = new Suite({ binaries: join(build, "bin") });
const MIB = 1024 * 1024;
let nginx;

before(async () => {
  await suite.start();
  nginx = new Nginx({ build, gateway: suite.gateway.address });
  await nginx.start();
});

after(async () => {
  await nginx?.stop();
  nginx?.remove();
  await suite.stop();
});

// Headers of the connection, of the server and of one request, and validators,
// which each makes in its own way; nginx also offers ranges.
const OWN = [
  "accept-ranges",
  "connection",
  "date",
  "etag",
  "keep-alive",
  "last-modified",
  "server",
  "x-request-id",
];

function comparable({ status, headers, body }) {
  const rest = Object.entries(headers).filter(([name]) => !OWN.includes(name));
  // Errors have the request's id in their text, too.
  const id = headers["x-request-id"];
  const text = status === 404 ? body.toString().replace(id, "id") : body.toString("base64");
  return { status, headers: Object.fromEntries(rest), body: text };
}

async function assertSame(path, options) {
  const [here, there] = await Promise.all([
    ask(nginx.origin, path, options),
    ask(suite.origin, path, options),
  ]);
  assert.deepEqual(comparable(here), comparable(there), path);
  return here;
}

function siteFiles() {
  const entries = readdirSync(site, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(site.length));
}

// What the gateway itself would say: an EventSource goes on after this, and after no other
// status than 200. The log says what it was.
async function assertTurnsEventSourceAway(server, status) {
  const path = "/api/v1/namespaces/away/entries:watch";
  const retries = new Set();
  for (let i = 0; i < 5; i++) {
    const headers = { Accept: "text/event-stream" };
    const away = await ask(server.origin, path, { headers });
    assert.equal(away.status, 200);
    assert.equal(away.headers["content-type"], "text/event-stream");
    assert.equal(away.headers["cache-control"], "no-store");
    const told = /^retry: (\d+)\nevent: status\ndata: (\{.*\})\n\n$/.exec(away.body.toString());
    assert.ok(told, away.body.toString());
    assert.equal(JSON.parse(told[2]).code, 14);
    assert.ok(told[1] >= 1000 && told[1] <= 5000, told[1]);
    retries.add(told[1]);
  }
  assert.ok(retries.size > 1, "they come back apart");
  const lines = () => server.accessLog.split("\n").filter((line) => line.includes(path));
  await until(() => lines().length === 5);
  for (const line of lines()) assert.equal(JSON.parse(line).status, status);
}

// The first MiB of an upload, sent and being written by the storage service.
async function halfAnUpload(path) {
  const upload = begin(nginx.origin, path, { method: "PUT" });
  upload.write(randomBytes(MIB));
  const blobs = join(suite.directory, "storage/blobs/tmp");
  await until(() => readdirSync(blobs).length > 0);
  return upload;
}

test("files come with the gateway's headers, plain and compressed", async () => {
  const paths = ["/", ...siteFiles().filter((path) => !path.endsWith(".gz"))];
  assert.ok(paths.length > 3, "a site is there");
  for (const path of paths) {
    await assertSame(path);
    const compressed = await assertSame(path, { headers: { "Accept-Encoding": "gzip" } });
    assert.ok(compressed.headers["content-security-policy"], path);
    assert.ok(compressed.headers["cache-control"], path);
  }
});

test("what the gateway does not serve is not served", async () => {
  const twin = siteFiles().find((path) => path.endsWith(".gz"));
  for (const path of [twin, "/nowhere", "/assets/", "/.hidden", "/openapi.jsonx", "/apix"]) {
    const answer = await assertSame(path);
    assert.equal(answer.status, 404, path);
    const [{ requestId }] = JSON.parse(answer.body).details;
    assert.equal(requestId, answer.headers["x-request-id"]);
  }
  const named = await ask(nginx.origin, "/nowhere", { headers: { "X-Request-Id": "mine.1" } });
  assert.equal(named.headers["x-request-id"], "mine.1");
});

test("a file that the browser has is not sent again", async () => {
  const { headers } = await ask(nginx.origin, "/");
  const again = await ask(nginx.origin, "/", { headers: { "If-None-Match": headers.etag } });
  assert.equal(again.status, 304);
  assert.equal(again.headers["cache-control"], "no-cache");
});

test("requests reach the gateway as they were sent", async () => {
  for (const path of ["/api/health", "/api/mirror?word=fOoBar25", "/config", "/openapi.json"]) {
    assert.equal((await assertSame(path)).status, 200, path);
  }
  // What is escaped stays so: the name holds a colon, and is no verb.
  await ask(suite.origin, "/api/v1/buckets?bucket_id=names", { method: "POST" });
  const object = "/api/v1/buckets/names/objects/a%2Fb%3Ametadata%20c";
  assert.equal((await ask(nginx.origin, object, { method: "PUT", body: "x" })).status, 200);
  for (const path of [object, `${object}:metadata`]) {
    assert.equal((await assertSame(path)).status, 200, path);
  }
});

test("Host and Origin stay what the browser sent", async () => {
  const path = "/api/upload-random";
  const from = (origin) => ask(nginx.origin, path, { method: "POST", headers: { Origin: origin } });
  assert.equal((await from(nginx.origin)).status, 200);
  assert.equal((await from("http://elsewhere.example")).status, 403);
  const rebound = await ask(nginx.origin, path, { method: "POST", headers: { Host: "evil.test" } });
  assert.equal(rebound.status, 403);
});

test("an event stream opens at once, and events arrive as they happen", async () => {
  const watch = begin(nginx.origin, "/api/v1/namespaces/live/entries:watch", {
    headers: { Accept: "text/event-stream" },
  });
  watch.end();
  const answer = await head(watch); // before anything was written
  assert.equal(answer.headers["content-type"], "text/event-stream");
  // What to resume after, before there is any event.
  assert.match((await once(answer, "data"))[0].toString(), /^id: [0-9a-f]+-\d+\n\n$/);
  for (const value of ["one", "two"]) {
    const event = once(answer, "data");
    await ask(suite.origin, "/api/v1/namespaces/live/entries/key", {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ value: { stringValue: value } }),
    });
    assert.match((await event)[0].toString(), new RegExp(`"stringValue":"${value}"`));
  }
  watch.destroy();
});

test("20 MiB go up and come down, and never touch the disk", async () => {
  await ask(suite.origin, "/api/v1/buckets?bucket_id=large", { method: "POST" });
  const body = randomBytes(20 * MIB);
  const path = "/api/v1/buckets/large/objects/bytes";
  const put = await ask(nginx.origin, path, { method: "PUT", body });
  assert.equal(put.status, 200, put.body.toString());
  const sha256 = createHash("sha256").update(body).digest("hex");
  assert.equal(JSON.parse(put.body).sha256, sha256);
  const got = await ask(nginx.origin, path);
  assert.ok(got.body.equals(body));
  assert.ok((await ask(nginx.origin, path, { headers: { Range: "bytes=5-8" } })).status === 206);
  for (const spool of ["nginx-body", "nginx-proxy"]) {
    const files = readdirSync(join(nginx.directory, spool), { recursive: true });
    assert.deepEqual(files, [], `${spool} is empty`);
  }
});

test("an upload is passed on while it is being sent", async () => {
  const path = "/api/v1/buckets/large/objects/slow";
  const upload = await halfAnUpload(path);
  upload.end(randomBytes(MIB));
  const done = await finish(upload);
  assert.equal(JSON.parse(done.body).size, String(2 * MIB));
});

test("no query and no secret gets into the log", async () => {
  await ask(nginx.origin, "/api/mirror?word=hidden-word");
  const lines = () => nginx.accessLog.split("\n").filter((one) => one.includes("/api/mirror"));
  await until(() => lines().length > 0);
  assert.equal(JSON.parse(lines()[0]).status, 200);
  assert.ok(!nginx.accessLog.includes("hidden-word"));
});

// The text of the first frame that a server sends, which is of less than 64 KiB.
const firstText = async (socket) => {
  let received = Buffer.alloc(0);
  for await (const piece of socket) {
    received = Buffer.concat([received, piece]);
    if (received.length < 4) continue;
    const isShort = received[1] < 126;
    const begin = isShort ? 2 : 4;
    const end = begin + (isShort ? received[1] : received.readUInt16BE(2));
    if (received.length >= end) return received.subarray(begin, end).toString();
  }
};

test("a WebSocket goes through, and no other protocol", async () => {
  const handshake = (protocol) => ({
    Connection: "Upgrade",
    Upgrade: protocol,
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AQIDBAUGBwgJCgsMDQ4PEA==",
  });
  const asked = request(`${nginx.origin}/api/streams`, { headers: handshake("websocket") }).end();
  const [, socket] = await once(asked, "upgrade");
  // Masked with zeros: the status that tells of a path that is not there.
  const message = Buffer.from('{"id":7,"get":"/nothing"}');
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | message.length, 0, 0, 0, 0]), message]));
  assert.match(await firstText(socket), /^\{"id":7,"status":\{"code":5,/);
  socket.destroy();
  const other = await ask(nginx.origin, "/api/streams", { headers: handshake("h2c") });
  assert.equal(other.status, 426);
});

test("without a gateway the answer is 503, until it is back", async () => {
  await suite.gateway.stop();
  const away = await ask(nginx.origin, "/api/health");
  assert.equal(away.status, 503);
  assert.equal(away.headers["retry-after"], "1");
  assert.equal(JSON.parse(away.body).code, 14);
  assert.equal((await ask(nginx.origin, "/")).status, 200);
  await assertTurnsEventSourceAway(nginx, 503);
  await suite.gateway.start();
  await until(async () => (await ask(nginx.origin, "/api/health")).status === 200);
});

test("the gateway is told who the client is, whatever the client says", async () => {
  const gateway = createHttpServer((request, response) => {
    response.end(request.headers["x-forwarded-for"]);
  }).listen(0, "127.0.0.1");
  await once(gateway, "listening");
  const address = `127.0.0.1:${gateway.address().port}`;
  const between = new Nginx({ build, gateway: address });
  try {
    await between.start();
    const told = async (headers) =>
      (await ask(between.origin, "/api/x", { headers })).body.toString();
    assert.equal(await told({}), "127.0.0.1");
    // The address that nginx saw comes last: what is left of it, the client may have made up.
    assert.equal(await told({ "X-Forwarded-For": "203.0.113.9" }), "203.0.113.9, 127.0.0.1");
  } finally {
    await between.stop();
    between.remove();
    gateway.closeAllConnections();
    gateway.close();
  }
});

test("without an answer in time it is 504, and an EventSource comes back", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const gateway = `127.0.0.1:${silent.address().port}`;
  const impatient = new Nginx({ build, gateway, readTimeout: "100ms" });
  try {
    await impatient.start();
    assert.equal((await ask(impatient.origin, "/api/health")).status, 504);
    await assertTurnsEventSourceAway(impatient, 504);
  } finally {
    await impatient.stop();
    impatient.remove();
    silent.close();
  }
});

test("told to stop, it finishes what it has accepted", async () => {
  const upload = await halfAnUpload("/api/v1/buckets/large/objects/last");
  const stopped = nginx.stop();
  upload.end(randomBytes(MIB));
  assert.equal((await finish(upload)).status, 200);
  assert.equal(await stopped, 0);
});
