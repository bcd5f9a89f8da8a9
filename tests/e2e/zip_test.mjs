// Objects as a zip archive, through the gateway, read by programs that people have: unzip, 7z,
// bsdtar and Python.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import {
  createReadStream,
  createWriteStream,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { path, restOf } from "../support/storage/rest.mjs";
import { Suite } from "../support/suite.mjs";
import { Triadctl } from "../support/triadctl.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_zip_test");
// The long form has more files, and more bytes, than older archives could count: minutes, and
// 5 GiB in TMPDIR.
const long = process.env.TRIAD_TEST_ZIP === "long";
const skip = !long && "needs TRIAD_TEST_ZIP=long";

const MIB = 1024 * 1024;
const suite = new Suite({ binaries, args: { storage: [`--max_object_bytes=${8192 * MIB}`] } });
const directory = mkdtempSync(join(tmpdir(), "triad-zip-"));
before(() => suite.start());
after(async () => {
  await suite.stop();
  rmSync(directory, { recursive: true, force: true });
});

const { ask, bucket, put } = restOf(suite);
const run = promisify(execFile);
const execOptions = { maxBuffer: 64 * MIB, env: { ...process.env, LC_ALL: "C.UTF-8" } };

// Saves an archive, and returns its file and the headers that it came with.
async function zip(id, request, name = `${id}.zip`) {
  const answer = await fetch(`${suite.origin}${path(id)}/objects:zip`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  });
  assert.equal(answer.status, 200, answer.ok ? "" : await answer.text());
  const file = join(directory, name);
  await pipeline(answer.body, createWriteStream(file));
  assert.equal(String(statSync(file).size), answer.headers.get("content-length"));
  return { file, headers: answer.headers };
}

// Names and sizes, as Python's zipfile reads them; it checks every CRC first.
async function entriesOf(file) {
  const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps([[i.filename, i.file_size, list(i.date_time)] for i in archive.infolist()]))`;
  return JSON.parse((await run("/usr/bin/python3", ["-c", script, file], execOptions)).stdout);
}

test("Every reader finds every name and every byte", async () => {
  const names = ["a.txt", "b/empty", "b/large.bin", "b/ü 日本 😀.txt", "c/d/e"];
  const id = await bucket("readers");
  const contents = new Map(names.map((name) => [name, Buffer.from(`content of ${name}`)]));
  contents.set("b/empty", Buffer.alloc(0));
  contents.set("b/large.bin", Buffer.alloc(3 * MIB + 1, "0123456789"));
  for (const [name, content] of contents) await put(id, name, content);
  const { file, headers } = await zip(id, { prefixes: [""] });
  assert.equal(headers.get("content-type"), "application/zip");
  assert.equal(headers.get("content-disposition"), 'attachment; filename="readers.zip"');
  assert.equal(headers.get("x-content-type-options"), "nosniff");

  const entries = await entriesOf(file);
  assert.deepEqual(
    entries.map(([name, size]) => [name, size]),
    names.map((name) => [name, contents.get(name).length]),
  );
  assert.equal(entries[0][2][0], new Date().getUTCFullYear());
  for (const [program, ...args] of [
    ["unzip", "-q", file, "-d", join(directory, "unzip")],
    ["7z", "x", "-y", `-o${join(directory, "7z")}`, file],
  ]) {
    await run(program, args, execOptions);
    for (const [name, content] of contents) {
      assert.deepEqual(readFileSync(join(directory, program, name)), content, `${program} ${name}`);
    }
  }
  await run("unzip", ["-tq", file], execOptions);
});

test("A reader that cannot seek finds them, too", async () => {
  const id = await bucket("streams", ["a", "b/c"]);
  const { file } = await zip(id, { prefixes: [""] });
  const tar = spawn("bsdtar", ["-xOf", "-"], { env: execOptions.env });
  tar.stdin.end(readFileSync(file));
  let text = "";
  for await (const chunk of tar.stdout) text += chunk;
  assert.equal(text, "content of acontent of b/c");
});

test("A browser selects by its address", async () => {
  const id = await bucket("browser", ["a", "b/1", "b/2", "c"]);
  const query = "objects=a&prefixes=b/&filename=my%20files.zip";
  const answer = await fetch(`${suite.origin}${path(id)}/objects:zip?${query}`);
  assert.equal(answer.status, 200);
  assert.equal(
    answer.headers.get("content-disposition"),
    "attachment; filename*=UTF-8''my%20files.zip",
  );
  const file = join(directory, "browser.zip");
  await pipeline(answer.body, createWriteStream(file));
  assert.deepEqual(
    (await entriesOf(file)).map(([name]) => name),
    ["a", "b/1", "b/2"],
  );
});

test("Names lead nowhere else, and each is a file of its own", async () => {
  const names = ["..\\up", "C:\\x", "a", "a/b", "x\\y", "x_y"];
  const id = await bucket("slips", names);
  const { file } = await zip(id, { prefixes: [""] });
  const paths = (await entriesOf(file)).map(([name]) => name);
  assert.deepEqual(paths, [".._up", "C__x", "a (2)", "a/b", "x_y", "x_y (2)"]);
  await run("unzip", ["-q", file, "-d", join(directory, "slips")], execOptions);
  assert.equal(readFileSync(join(directory, "slips/a (2)"), "utf8"), "content of a");
});

test("What cannot be selected is refused before anything comes", async () => {
  const id = await bucket("refused", ["a"]);
  const refuse = async (status, json, message) => {
    const answer = await ask("POST", `${path(id)}/objects:zip`, { json });
    assert.equal(answer.status, status, answer.text);
    assert.match(answer.json.message, message);
    return answer;
  };
  await refuse(400, {}, /^objects: must name objects/);
  await refuse(400, { objects: ["a", "b//c"] }, /^objects\[1\]: /);
  await refuse(400, { sources: [{ object: "" }] }, /^sources\[0\].object: /);
  for (const filename of ["x".repeat(256), "x\r\ny"]) {
    await refuse(400, { objects: ["a"], filename }, /^filename: /);
  }
  await refuse(404, { objects: ["a", "none"] }, /objects\/none does not exist/);
  await refuse(404, { prefixes: ["none/"] }, /has no object that is selected/);
  const stale = await refuse(
    412,
    { sources: [{ object: "a", condition: { etag: "stale" } }] },
    /its etag is not one of if-match/,
  );
  assert.equal(stale.json.details[0].metadata.name, `buckets/${id}/objects/a`);
  assert.equal((await ask("GET", "/api/v1/buckets/none/objects:zip?prefixes=")).status, 404);
});

for (const [transport, server] of [
  ["gRPC", () => `grpc://${suite.storage.address}`],
  ["the gateway", () => suite.origin],
]) {
  test(`triadctl writes an archive over ${transport}`, async () => {
    const id = `ctl-${transport.replace(/\W/g, "").toLowerCase()}`;
    await bucket(id, ["a", "b/1", "b/2", "c"]);
    const cli = new Triadctl(binaries, { TRIADCTL_SERVER: server() });
    try {
      const file = join(cli.home, "some.zip");
      const done = await cli.run(["storage", "zip", `triad://${id}/a`, `triad://${id}/b/`, file]);
      assert.deepEqual([done.code, done.stdout], [0, ""], done.stderr);
      assert.deepEqual(
        (await entriesOf(file)).map(([name]) => name),
        ["a", "b/1", "b/2"],
      );
      const piped = join(cli.home, "piped.zip");
      const zip = `${binaries}/triadctl storage zip triad://${id} - > ${piped}`;
      await run("sh", ["-c", zip], { env: { ...process.env, TRIADCTL_SERVER: server() } });
      assert.equal((await entriesOf(piped)).length, 4);
      const missing = await cli.run(["storage", "zip", `triad://${id}/none`, `${file}.none`]);
      assert.equal(missing.code, 3, missing.stderr);
      assert.throws(() => statSync(`${file}.none`));
      const two = await cli.run(["storage", "zip", `triad://${id}/a`, "triad://other/b", file]);
      assert.equal(two.code, 2, two.stderr);
      assert.match(two.stderr, /of one bucket/);
    } finally {
      rmSync(cli.home, { recursive: true, force: true });
    }
  });
}

// Copies cost a row each: what is there, again as so many more, until there are enough.
async function fill(id, from, count) {
  for (let done = 0; done < count; done += 50) {
    const some = Array.from({ length: Math.min(50, count - done) }, (_, i) => done + i);
    await Promise.all(
      some.map(async (i) => {
        const { status, text } = await ask("POST", `${path(id, from)}:copy`, {
          json: { destination: `buckets/${id}/objects/n/${String(i).padStart(6, "0")}` },
        });
        assert.equal(status, 200, text);
      }),
    );
  }
}

test("More files than 16 bits can count", { skip }, async () => {
  const id = await bucket("many", ["one"]);
  await fill(id, "one", 66_000);
  const { file } = await zip(id, { prefixes: ["n/"] });
  const entries = await entriesOf(file);
  assert.equal(entries.length, 66_000);
  assert.deepEqual(entries.at(-1).slice(0, 2), ["n/065999", 14]);
  const { stdout } = await run("unzip", ["-l", file, "n/065999"], execOptions);
  assert.match(stdout, /14 .*n\/065999/);
});

test("An archive that cannot go on breaks off", async () => {
  const id = await bucket("damaged");
  await put(id, "a", Buffer.alloc(3 * MIB, "a"));
  await put(id, "b", Buffer.alloc(3 * MIB, "b"));
  const blob = readdirSync(suite.directory, { recursive: true })
    .filter((name) => /blobs\/..\/[0-9a-f]{32}$/.test(name))
    .map((name) => join(suite.directory, name))
    .find((name) => statSync(name).size === 3 * MIB && readFileSync(name)[0] === 98);
  writeFileSync(blob, Buffer.alloc(3 * MIB, "c"));
  const answer = await fetch(`${suite.origin}${path(id)}/objects:zip?prefixes=`);
  assert.equal(answer.status, 200);
  const file = join(directory, "damaged.zip");
  await assert.rejects(pipeline(answer.body, createWriteStream(file)));
  assert.ok(statSync(file).size < Number(answer.headers.get("content-length")));
  await assert.rejects(run("unzip", ["-tq", file], execOptions));
});

test("More bytes than 32 bits can count", { skip }, async () => {
  const id = await bucket("huge");
  await put(id, "piece", Buffer.alloc(16 * MIB));
  const sources = Array.from({ length: 270 }, () => ({ name: `buckets/${id}/objects/piece` }));
  const composed = await ask("POST", `${path(id, "a-huge")}:compose`, { json: { sources } });
  assert.equal(composed.status, 200, composed.text);
  await put(id, "z-behind", "small");
  const { file } = await zip(id, { objects: ["a-huge", "z-behind"] });
  const size = 270 * 16 * MIB;
  assert.deepEqual(
    (await entriesOf(file)).map(([name, bytes]) => [name, bytes]),
    [
      ["a-huge", size],
      ["z-behind", 5],
    ],
  );
  await run("unzip", ["-tq", file], execOptions);
  await run("7z", ["t", file], execOptions);
  const tar = spawn("bsdtar", ["-tvf", "-"], { env: execOptions.env, stdio: ["pipe", "pipe", 2] });
  await pipeline(createReadStream(file), tar.stdin);
  let listed = "";
  for await (const chunk of tar.stdout) listed += chunk;
  assert.match(listed, new RegExp(`${size}.* a-huge\n.* 5 .* z-behind`));
});
