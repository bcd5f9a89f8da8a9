// What holds for every change of buckets and objects, through the gateway: conditions in headers,
// what a refusal tells of the present state, changes that are only tried, and the audit log.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, test } from "node:test";
import { eventually } from "../support/eventually.mjs";
import { path, restOf } from "../support/storage/rest.mjs";
import { Suite } from "../support/suite.mjs";
import { Triadctl } from "../support/triadctl.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_storage_changes_test");

const suite = new Suite({ binaries });
before(() => suite.start());
after(() => suite.stop());

const { ask, bucket, get, put } = restOf(suite);

const resource = (id, name) => `buckets/${id}/objects/${name}`;
const STALE = { "if-match": '"stale"' };

// Begins an upload of one part; `complete` is what ends it.
async function upload(id, name) {
  const { json } = await ask("POST", `${path(id, name)}:createUpload`, { json: {} });
  const query = `upload_id=${json.uploadId}`;
  const part = await ask("PUT", `${path(id, name)}:part?${query}&number=1`, { body: "part" });
  return { query, part: part.json, complete: { uploadId: json.uploadId, parts: [{ number: 1 }] } };
}

// Every verb that changes an object `k` that is there: method, what follows its path, the rest.
async function changesOf(id, name = "k") {
  const { complete } = await upload(id, name);
  const destination = resource(id, "elsewhere");
  return [
    ["PUT", "", { body: "new" }],
    ["PATCH", "", { json: { tags: { a: "b" } } }],
    ["DELETE", "", {}],
    ["POST", ":copy", { json: { destination } }],
    ["POST", ":move", { json: { destination } }],
    ["POST", ":compose", { json: { sources: [{ name: resource(id, name) }] } }],
    ["POST", ":append?expected_size=12", { body: "more" }],
    ["POST", ":undelete", { json: { generation: (await metadata(id, name)).generation } }],
    ["POST", ":completeUpload", { json: complete }],
  ];
}

const metadata = async (id, name) => (await ask("GET", `${path(id, name)}:metadata`)).json;

// What is in a bucket, but for times of uploads that a test begins itself.
async function stateOf(id) {
  const answers = await Promise.all(
    ["/objects", "/versions", "/uploads"].map((what) => ask("GET", path(id) + what)),
  );
  const { etag, objectCount } = (await ask("GET", path(id))).json;
  return [...answers.map(({ text }) => text), etag, objectCount];
}

test("Every change takes conditions from headers, and tells what is there if they fail", async () => {
  const id = await bucket("conditions", ["k"]);
  const { etag, generation, updateTime } = await metadata(id, "k");
  for (const [method, verb, options] of await changesOf(id)) {
    for (const headers of [
      STALE,
      { "if-none-match": "*" },
      { "if-unmodified-since": "Mon, 01 Jan 2024 00:00:00 GMT" },
    ]) {
      const about = `${method} ${verb} ${JSON.stringify(headers)}`;
      const refused = await ask(method, path(id, "k") + verb, { ...options, headers });
      assert.equal(refused.status, 412, `${about}: ${refused.text}`);
      const [{ "@type": type, reason, domain, metadata: facts }] = refused.json.details;
      assert.deepEqual(
        [type, reason, domain],
        ["type.googleapis.com/google.rpc.ErrorInfo", "CONDITION_NOT_MET", "storage.triad"],
        about,
      );
      assert.deepEqual(
        [facts.name, facts.etag, facts.generation, facts.size, facts.updateTime],
        [resource(id, "k"), etag, generation, "12", updateTime],
        about,
      );
    }
  }
  assert.equal((await get(id, "k")).text, "content of k");
});

test("A condition that holds lets every change through", async () => {
  const all = await changesOf(await bucket("holds0", ["k"]));
  for (let i = 0; i < all.length; i++) {
    const id = i === 0 ? "holds0" : await bucket(`holds${i}`, ["k"]);
    const [method, verb, options] = (await changesOf(id))[i];
    const headers = { "if-match": `"${(await metadata(id, "k")).etag}"` };
    const done = await ask(method, path(id, "k") + verb, { ...options, headers });
    assert.equal(done.status, 200, `${method} ${verb}: ${done.text}`);
  }
});

test("Reads and buckets tell what is there, too", async () => {
  const id = await bucket("states", ["k"]);
  const { etag } = await metadata(id, "k");
  const read = await ask("GET", path(id, "k"), { headers: STALE });
  assert.equal(read.status, 412);
  assert.equal(read.json.details[0].metadata.etag, etag);

  const current = (await ask("GET", path(id))).json;
  const facts = ({ json }) => [json.details[0].reason, json.details[0].metadata.etag];
  for (const [status, reason, method, query, options] of [
    [412, "CONDITION_NOT_MET", "PATCH", "", { json: { description: "x" }, headers: STALE }],
    [412, "CONDITION_NOT_MET", "DELETE", "?force=true", { headers: STALE }],
    [409, "CONDITION_NOT_MET", "PATCH", "", { json: { description: "x", etag: "stale" } }],
    [409, "CONDITION_NOT_MET", "DELETE", "?etag=stale", {}],
    [400, "BUCKET_NOT_EMPTY", "DELETE", "", {}],
  ]) {
    const refused = await ask(method, path(id) + query, options);
    assert.equal(refused.status, status, refused.text);
    assert.deepEqual(facts(refused), [reason, current.etag]);
  }
  const again = await ask("POST", `/api/v1/buckets?bucket_id=${id}`);
  assert.equal(again.status, 409);
  assert.deepEqual(facts(again), ["BUCKET_EXISTS", current.etag]);

  const size = await ask("POST", `${path(id, "k")}:append?expected_size=3`, { body: "x" });
  assert.equal(size.status, 409);
  assert.equal(size.json.details[0].metadata.size, "12");
  const none = await ask("PUT", path(id, "none"), { body: "x", headers: { "if-match": "*" } });
  assert.deepEqual(none.json.details[0].metadata, {
    generation: "0",
    name: resource(id, "none"),
  });
  const batch = await ask("POST", `${path(id)}/objects:batchDelete`, {
    json: { requests: [{ name: resource(id, "k"), condition: { etag: "stale" } }] },
  });
  assert.equal(batch.json.results[0].current.etag, etag);
});

test("A part with another etag is told", async () => {
  const id = await bucket("parted");
  const { part, complete } = await upload(id, "k");
  complete.parts[0].etag = "stale";
  const refused = await ask("POST", `${path(id, "k")}:completeUpload`, { json: complete });
  assert.equal(refused.status, 400);
  const info = refused.json.details.find(({ reason }) => reason === "PART_CHANGED");
  assert.deepEqual([info.metadata.number, info.metadata.etag], ["1", part.etag]);
  assert.match(refused.json.message, /^parts\[0\].etag:/);
});

test("A change that is only tried says whether it could be done, and leaves all as it was", async () => {
  const id = await bucket("tried", ["k"]);
  const { query } = await upload(id, "other");
  const onObject = [
    ...(await changesOf(id)).map(([method, verb, options]) => [
      method,
      path(id, "k") + verb,
      options,
    ]),
    ["POST", `${path(id, "k")}:createUpload`, { json: {} }],
    ["PUT", `${path(id, "other")}:part?${query}&number=2`, { body: "part" }],
    ["POST", `${path(id, "other")}:abortUpload`, { json: { uploadId: query.split("=")[1] } }],
    ["PATCH", path(id), { json: { description: "x" } }],
    ["DELETE", `${path(id)}?force=true`, {}],
    ["POST", `${path(id)}/objects:deletePrefix`, { json: { prefix: "k" } }],
    [
      "POST",
      `${path(id)}/objects:batchDelete`,
      { json: { requests: [{ name: resource(id, "k") }] } },
    ],
    ["POST", "/api/v1/buckets?bucket_id=tried-new", {}],
  ];
  const state = await stateOf(id);
  for (const [method, url, options] of onObject) {
    // With `body: "*"` it stands in the body, else in the query.
    const inBody = options.json && method === "POST";
    const query = `${url.includes("?") ? "&" : "?"}validate_only=true`;
    const tried = inBody
      ? await ask(method, url, { json: { ...options.json, validateOnly: true } })
      : await ask(method, url + query, options);
    assert.equal(tried.status, 200, `${method} ${url}: ${tried.text}`);
    assert.deepEqual(await stateOf(id), state, `${method} ${url}`);
  }
  assert.equal((await ask("GET", path("tried-new"))).status, 404);
  const refused = await ask("PUT", `${path(id, "k")}?validate_only=true`, {
    body: "x",
    headers: STALE,
  });
  assert.equal(refused.status, 412);
});

test("The audit log tells what was done, page by page, and streams on", async () => {
  const id = await bucket("audited");
  for (let i = 0; i < 3; i++) await put(id, `n${i}`, "x");
  const list = async (query) =>
    (await ask("GET", `/api/v1/storage/audit?filter.resource_prefix=buckets/${id}/&${query}`)).json;
  const names = [];
  let token = "";
  do {
    const page = await list(`filter.method=WriteObject&page_size=2&page_token=${token}`);
    names.push(...page.lines.map((line) => line.resource));
    token = page.nextPageToken;
  } while (token);
  assert.deepEqual(
    names,
    [2, 1, 0].map((i) => resource(id, `n${i}`)),
  );
  const [line] = (await list("page_size=1")).lines;
  assert.equal(line.method, "triad.storage.v1.StorageService/WriteObject");
  assert.equal(line.address, "127.0.0.1");
  assert.equal((await list("filter.outcome=NOT_FOUND")).lines.length, 0);

  const first = Number((await list("page_size=100")).lines.at(-1).id);
  const url = `/api/v1/storage/audit:watch?filter.method=WriteObject&after_id=${first - 1}`;
  const stop = new AbortController();
  const answer = await fetch(suite.origin + url, { signal: stop.signal });
  assert.equal(answer.status, 200);
  await put(id, "n3", "x");
  const seen = [];
  let text = "";
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const whole = text.split("\n");
    text = whole.pop();
    for (const one of whole.filter(Boolean)) {
      seen.push(...JSON.parse(one).result.lines.map((each) => each.resource));
    }
    if (seen.length >= 4) break;
  }
  stop.abort();
  assert.deepEqual(
    seen,
    [0, 1, 2, 3].map((i) => resource(id, `n${i}`)),
  );
});

for (const [transport, server] of [
  ["gRPC", () => `grpc://${suite.storage.address}`],
  ["the gateway", () => suite.origin],
]) {
  test(`triadctl tells the audit log over ${transport}, and follows it`, async () => {
    const id = await bucket(`ctl-${transport.replace(/\W/g, "").toLowerCase()}`, ["a"]);
    const cli = new Triadctl(binaries, { TRIADCTL_SERVER: server() });
    const audit = ["storage", "audit", "--resource", `buckets/${id}`];
    try {
      const { stdout } = await cli.run([...audit, "--since", "1h"]);
      assert.match(stdout, new RegExp(`^TIME .*\\n.* WriteObject +triad://${id}/a +1 +OK\\n`));
      const { lines } = JSON.parse(
        (await cli.run([...audit, "-o", "json", "--limit", "1"])).stdout,
      );
      assert.equal(lines[0].resource, resource(id, "a"));
      const follow = cli.start([...audit, "--follow", "-o", "json"]);
      try {
        await eventually("a line comes", async () => {
          await put(id, "b", "x");
          return follow.stdout.includes("\n");
        });
        assert.equal(JSON.parse(follow.stdout.split("\n")[0]).resource, resource(id, "b"));
      } finally {
        assert.equal((await follow.end()).code, 130);
      }
    } finally {
      rmSync(cli.home, { recursive: true, force: true });
    }
  });
}
