// 100,000 entries through the gateway: in, out and in again, in memory that has bounds.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { eventually } from "../support/eventually.mjs";
import { metric } from "../support/metrics.mjs";
import { Suite } from "../support/suite.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_import_test");

const ENTRIES = 100_000;
const MIB = 2 ** 20;
const MAX_MORE_MIB = 150; // of one import
const VIEW_MIB = 64; // --view_bytes: what is there afterwards

const suite = new Suite({ binaries });
before(() => suite.start());
after(() => suite.stop());

function memory(field) {
  const status = readFileSync(`/proc/${suite.config.pid}/status`, "utf8");
  return Math.round(Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)[1]) / 1024);
}

const url = (namespace, rest) => `${suite.origin}/api/v1/namespaces/${namespace}${rest}`;

function file(entries) {
  const lines = [];
  for (let i = 0; i < entries; i++) {
    const key = `team-${i % 100}/service/setting-${String(i).padStart(6, "0")}`;
    lines.push([key, i % 2 ? String(i) : JSON.stringify(`value ${i}`)]);
  }
  lines.sort(([a], [b]) => (a < b ? -1 : 1));
  const text = lines.map(([key, value]) => `    "${key}": ${value}`).join(",\n");
  return `{\n  "entries": {\n${text}\n  }\n}\n`;
}

async function post(namespace, text, query = "", type = "application/json") {
  const headers = { "content-type": type };
  const answer = await fetch(url(namespace, `:import${query}`), {
    method: "POST",
    headers,
    body: text,
  });
  const body = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(body));
  return body;
}

async function exported(namespace, query = "") {
  const answer = await fetch(url(namespace, `:export${query}`));
  assert.equal(answer.status, 200);
  return answer.text();
}

const newest = async (namespace) =>
  (await (await fetch(url(namespace, "/entries?page_size=1"))).json()).revision;

// Counts what comes until the end of a revision.
async function watched(namespace, began) {
  const stop = new AbortController();
  const answer = await fetch(url(namespace, "/entries:watch"), { signal: stop.signal });
  began();
  const revisions = new Set();
  let events = 0;
  let text = "";
  for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
    const lines = (text + piece).split("\n");
    text = lines.pop();
    for (const line of lines.filter((one) => one !== "")) {
      const { result } = JSON.parse(line);
      events += result.events.length;
      if (result.events.length > 0) revisions.add(result.revision);
      if (result.resume === "" || events === 0) continue;
      stop.abort();
      return { events, revisions: [...revisions] };
    }
  }
  throw new Error("the watch ended");
}

test("a file of 100,000 entries goes in and out, and watchers are told", async (t) => {
  const text = file(ENTRIES);
  let told;
  await new Promise((began) => {
    told = watched("many", began);
  });
  await eventually(
    "it is watched",
    async () => (await metric(suite.config, "triad_config_watchers")) > 0,
  );
  const idle = memory("VmRSS");

  let began = performance.now();
  const { revision, added } = await post("many", text);
  t.diagnostic(`imported in ${Math.round(performance.now() - began)} ms, ${text.length} bytes`);
  const peak = memory("VmHWM");
  t.diagnostic(`config: idle ${idle} MiB, peak of the import ${peak} MiB`);
  assert.ok(peak - idle < MAX_MORE_MIB, `${peak - idle} MiB more`);
  assert.equal(added, String(ENTRIES));
  assert.deepEqual(await told, { events: ENTRIES, revisions: [revision] });

  began = performance.now();
  assert.equal((await exported("many")) === text, true, "JSON comes out as it went in");
  t.diagnostic(`exported in ${Math.round(performance.now() - began)} ms`);
  for (const format of ["FORMAT_JSON", "FORMAT_YAML"]) {
    const out = await exported("many", `?format=${format}`);
    await post("copy", out, `?format=${format}&mode=MODE_REPLACE`);
    assert.equal((await exported("copy", `?format=${format}`)) === out, true, format);
  }
  const again = await post("many", text, "?mode=MODE_REPLACE");
  assert.equal(again.unchanged, String(ENTRIES));

  const last = memory("VmHWM");
  t.diagnostic(`config: at last ${last} MiB`);
  assert.ok(last - idle < MAX_MORE_MIB + VIEW_MIB, `${last - idle} MiB more`);
});

test("one entry more than an import may write is refused, and nothing is written", async () => {
  const before = await newest("many");
  const body = file(ENTRIES + 1);
  const answer = await fetch(url("more", ":import?format=FORMAT_JSON"), { method: "POST", body });
  assert.equal(answer.status, 400);
  assert.match(
    (await answer.json()).message,
    /^content: line \d+, column 5: .*\(--import_entries\)$/,
  );
  assert.equal(await newest("many"), before);
});

// All of the file has come, but not its end.
test("an upload that is broken off writes nothing", async () => {
  const before = await newest("broken");
  const { host } = new URL(suite.origin);
  const [hostname, port] = host.split(":");
  const path = "/api/v1/namespaces/broken:import";
  const calls =
    'triad_rpc_server_in_flight{method="ImportEntries",service="triad.config.v1.ConfigService"}';
  const upload = request({ hostname, port, path, method: "POST" });
  upload.on("error", () => {});
  upload.setHeader("content-type", "application/json");
  upload.write('{"entries": {"a": 1}}');
  await eventually("it has begun", async () => (await metric(suite.config, calls)) === 1);
  upload.destroy();
  await eventually("it has ended", async () => (await metric(suite.config, calls)) === 0);
  assert.equal(await newest("broken"), before);
  const { entries } = await (await fetch(url("broken", "/entries"))).json();
  assert.deepEqual(entries, []);
});

test("bytes are not bounded by the largest message", async () => {
  const large = "x".repeat(MIB - 10);
  const entries = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${10 + i}`, large]));
  const text = `${JSON.stringify({ entries }, null, 2)}\n`;
  assert.ok(text.length > 8 * MIB);
  assert.equal((await post("large", text)).added, "20");
  assert.equal((await exported("large")) === text, true);
});
