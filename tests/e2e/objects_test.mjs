// Objects through the gateway: lists, deletions, copies, versions, appends, as callers of REST
// see them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../support/eventually.mjs";
import { path, restOf } from "../support/storage/rest.mjs";
import { Suite } from "../support/suite.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_objects_test");

const suite = new Suite({ binaries });
before(() => suite.start());
after(() => suite.stop());

const { ask, bucket, get, put } = restOf(suite);

// All pages of a list: names without their bucket, and prefixes.
async function list(id, query = {}) {
  const pages = [];
  let token = "";
  do {
    const parameters = new URLSearchParams({ ...query, page_token: token });
    const { status, json } = await ask("GET", `${path(id)}/objects?${parameters}`);
    assert.equal(status, 200, JSON.stringify(json));
    const start = `buckets/${id}/objects/`.length;
    pages.push([...json.objects.map(({ name }) => name.slice(start)), ...json.prefixes]);
    token = json.nextPageToken;
  } while (token);
  return pages;
}

test("A page of a list has what comes next, and the last one no token", async () => {
  const id = await bucket("pages", ["data/a/1", "data/a/2", "data/ab/3"]);
  assert.deepEqual(await list(id, { prefix: "data/a", page_size: 1 }), [
    ["data/a/1"],
    ["data/a/2"],
    ["data/ab/3"],
  ]);
  assert.deepEqual(await list(id, { delimiter: "/" }), [["data/"]]);
  assert.deepEqual(await list(id, { order: "ORDER_DESCENDING", page_size: 2 }), [
    ["data/ab/3", "data/a/2"],
    ["data/a/1"],
  ]);
  assert.deepEqual(await list(id, { start_after: "data/a/1" }), [["data/a/2", "data/ab/3"]]);
});

test("Names with every kind of character are listed and found again", async () => {
  const names = [
    "run_id=2026-06-26T00:00:00+00:00/f.log",
    "a<b>&\"c'.txt",
    "100%/a%2Fb",
    "foo+1/bar",
    "quux ab/thud",
    "é/é",
    "😀",
    "a?b#c",
  ];
  const id = await bucket("names", names);
  assert.deepEqual(
    (await list(id)).flat(),
    [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  );
  for (const name of names) assert.equal((await get(id, name)).text, `content of ${name}`, name);
});

test("A token of another list, or one that was changed, is refused", async () => {
  const id = await bucket("tokens", ["a/1", "a/2", "b/1"]);
  const first = await ask("GET", `${path(id)}/objects?prefix=a/&page_size=1`);
  const token = first.json.nextPageToken;
  const other = await bucket("tokens2");
  for (const [where, query, changed] of [
    [id, "b/", token],
    [other, "a/", token],
    [id, "a/", `${token}x`],
    [id, "a/", token.slice(0, -1)],
    [id, "a/", "nonsense"],
  ]) {
    const { status, json } = await ask(
      "GET",
      `${path(where)}/objects?prefix=${query}&page_token=${changed}`,
    );
    assert.equal(status, 400, changed);
    assert.match(json.message, /^page_token:/);
  }
});

test("Deleting is conditional, and says what is not there", async () => {
  const id = await bucket("deletes", ["k"]);
  assert.equal((await ask("DELETE", path(id, "none"))).status, 404);
  const { etag } = (await ask("GET", `${path(id, "k")}:metadata`)).json;
  const stale = await ask("DELETE", path(id, "k"), { headers: { "if-match": '"other"' } });
  assert.equal(stale.status, 412);
  assert.equal((await get(id, "k")).status, 200);
  const tried = await ask("DELETE", `${path(id, "k")}?validate_only=true`);
  assert.equal(tried.status, 200);
  assert.equal((await get(id, "k")).status, 200);
  const done = await ask("DELETE", path(id, "k"), { headers: { "if-match": `"${etag}"` } });
  assert.equal(done.status, 200);
  assert.equal((await get(id, "k")).status, 404);
});

test("Many are deleted at once, each with its own answer", async () => {
  const id = await bucket("batch", ["a", "b"]);
  const requests = ["a", "none", "b"].map((name) => ({ name: `buckets/${id}/objects/${name}` }));
  const { status, json } = await ask("POST", `${path(id)}/objects:batchDelete`, {
    json: { requests },
  });
  assert.equal(status, 200);
  assert.equal(json.deletedCount, 2);
  assert.deepEqual(
    json.results.map(({ status: { code } }) => code),
    [0, 5, 0],
  );
  assert.deepEqual(await list(id), [[]]);
});

test("A copy has the bytes and what is known about them, and outlives its source", async () => {
  const id = await bucket("copies");
  await put(id, "etc/alternatives/c++", "bytes", { "x-meta-owner": "ann" });
  const copied = await ask("POST", `${path(id, "etc/alternatives/c++")}:copy`, {
    json: { destination: `buckets/${id}/objects/dir%2Ffile` },
  });
  assert.equal(copied.status, 200, copied.text);
  assert.equal(copied.json.metadata.owner, "ann");
  await ask("DELETE", path(id, "etc/alternatives/c++"));
  assert.equal((await get(id, "dir%2Ffile")).text, "bytes");
  assert.deepEqual(await list(id), [["dir%2Ffile"]]);
});

test("A rename shows one name at every moment", async () => {
  const id = await bucket("moves", ["photos/a"]);
  let stop = false;
  const seen = new Set();
  const watching = (async () => {
    while (!stop) seen.add((await list(id)).flat().join(" "));
  })();
  for (let i = 0; i < 30; i++) {
    const [from, to] = i % 2 ? ["b", "a"] : ["a", "b"];
    const moved = await ask("POST", `${path(id, `photos/${from}`)}:move`, {
      json: { destination: `buckets/${id}/objects/photos/${to}` },
    });
    assert.equal(moved.status, 200, moved.text);
  }
  stop = true;
  await watching;
  for (const names of seen) assert.match(names, /^photos\/[ab]$/);
});

test("With versions nothing is lost by a write or a deletion", async () => {
  const id = await bucket("versions");
  const before = await put(id, "k", "before");
  const on = await ask("PATCH", path(id), { json: { versioning: "VERSIONING_ON" } });
  assert.equal(on.status, 200, on.text);
  assert.equal(on.json.versioning, "VERSIONING_ON");
  await put(id, "k", "after");
  assert.equal((await get(id, "k", `?generation=${before.generation}`)).text, "before");
  assert.equal((await ask("DELETE", path(id, "k"))).status, 200);
  assert.equal((await get(id, "k")).status, 404);
  assert.deepEqual(await list(id, { delimiter: "/" }), [[]]);
  const { versions } = (await ask("GET", `${path(id)}/versions?object=k`)).json;
  assert.deepEqual(
    versions.map(({ deleted, size }) => [deleted, size]),
    [
      [true, "0"],
      [false, "5"],
      [false, "6"],
    ],
  );
  const marked = await get(id, "k", `?generation=${versions[0].generation}`);
  assert.equal(marked.status, 404);
  assert.equal((await ask("POST", `${path(id, "k")}:undelete`, { json: {} })).status, 200);
  assert.equal((await get(id, "k")).text, "after");
  assert.equal((await get(id, "k", "?generation=999999")).status, 404);
  assert.equal((await get(id, "k", "?generation=x")).status, 400);
});

test("Objects are joined, and grow at their end", async () => {
  const id = await bucket("joined");
  await put(id, "1", "first,");
  await put(id, "2", "second,");
  const sources = ["1", "2", "1"].map((name) => ({ name: `buckets/${id}/objects/${name}` }));
  const composed = await ask("POST", `${path(id, "all")}:compose`, {
    json: { sources, object: { contentType: "text/csv" } },
  });
  assert.equal(composed.status, 200, composed.text);
  assert.equal(composed.json.contentType, "text/csv");
  const append = (size, body) =>
    ask("POST", `${path(id, "all")}:append?expected_size=${size}`, { body });
  const appended = await append(19, "end");
  assert.equal(appended.status, 200, appended.text);
  const again = await append(19, "end");
  assert.equal(again.status, 409, again.text);
  assert.match(again.json.message, /has 22 bytes, expected_size says 19/);
  assert.equal((await get(id, "all")).text, "first,second,first,end");
});

test("An object is uploaded in parts", async () => {
  const id = await bucket("parts");
  const created = await ask("POST", `${path(id, "a/large")}:createUpload`, {
    json: { object: { contentType: "text/csv", metadata: { owner: "ann" } } },
  });
  assert.equal(created.status, 200, created.text);
  const upload = created.json.uploadId;
  const part = (number, body, headers) =>
    ask("PUT", `${path(id, "a/large")}:part?upload_id=${upload}&number=${number}`, {
      body,
      headers,
    });
  const [second, first] = await Promise.all([part(5, "second"), part(1, "first,")]);
  assert.deepEqual([first.json.size, second.json.number], ["6", 5]);
  for (const number of ["0", "10001", "-1", "x"]) {
    assert.equal((await part(number, "x")).status, 400, number);
  }
  const wrong = await part(5, "other", { "content-md5": "XUFAKrxLKna5cZ2REBfFkg==" });
  assert.equal(wrong.status, 400);
  assert.equal((await get(id, "a/large")).status, 404);
  assert.deepEqual(await list(id), [[]]);
  const listed = await ask("GET", `${path(id, "a/large")}:parts?upload_id=${upload}`);
  assert.deepEqual(
    listed.json.parts.map(({ number }) => number),
    [1, 5],
  );
  assert.equal((await ask("GET", `${path(id)}/uploads`)).json.uploads.length, 1);
  const complete = (parts) =>
    ask("POST", `${path(id, "a/large")}:completeUpload`, { json: { uploadId: upload, parts } });
  assert.equal((await complete([{ number: 5 }, { number: 1 }])).status, 400);
  const done = await complete([{ number: 1, etag: first.json.etag }, { number: 5 }]);
  assert.equal(done.status, 200, done.text);
  assert.deepEqual([done.json.contentType, done.json.metadata.owner], ["text/csv", "ann"]);
  assert.equal((await get(id, "a/large")).text, "first,second");
  assert.equal((await complete([{ number: 1 }])).status, 404);
  assert.equal((await part(2, "late")).status, 404);
});

test("A bucket is described, counted, and deleted with what it has only by force", async () => {
  const id = await bucket("whole", ["logs/1", "logs/2", "other"]);
  const described = await ask("PATCH", path(id), {
    json: { description: "photos", labels: { team: "a" } },
  });
  assert.equal(described.status, 200, described.text);
  const { json } = await ask("GET", path(id));
  assert.deepEqual(
    [json.description, json.objectCount, json.labels],
    ["photos", "3", { team: "a" }],
  );
  const removal = await ask("POST", `${path(id)}/objects:deletePrefix`, {
    json: { prefix: "logs/" },
  });
  assert.equal(removal.status, 200, removal.text);
  const done = async () => (await ask("GET", `/api/v1/${removal.json.name}`)).json.done;
  await eventually("the removal", done);
  assert.deepEqual(await list(id), [["other"]]);
  const refused = await ask("DELETE", path(id));
  assert.equal(refused.status, 400, refused.text);
  assert.equal((await ask("DELETE", `${path(id)}?force=true`)).status, 200);
  await eventually(
    "the end of the bucket",
    async () => (await ask("GET", path(id))).status === 404,
  );
});

test("A list counts up to ten thousand names, and says where it is", async () => {
  const id = await bucket("counted", ["a", "b", "c"]);
  const { json } = await ask("GET", `${path(id)}/objects?count=true&start_after=a&page_size=1`);
  assert.deepEqual(
    [json.totalCount, json.totalAtLeast, json.position, json.positionAtLeast],
    ["3", false, "1", false],
  );
});
