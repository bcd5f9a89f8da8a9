// Objects in S3 through Triad, and the same in the same S3 without it: Ceph's gateway
// on this machine. Through Triad means a gateway, storage, its database's durable
// row, and a signature that hashes the content; without it anybody may write, so
// that nothing has to be signed.
import { execFile } from "node:child_process";
import { createHash, createHmac, randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import { Process, Server } from "../support/suite.mjs";
import { loadHttp } from "./load.mjs";

const run = promisify(execFile);
const SMALL = 4096;
const MEBIBYTE = 2 ** 20;
const LARGE = 256 * MEBIBYTE;
const KEY = "triad";
const SECRET = "triad-secret";
const OPEN_BUCKET = "open";
// Of what is read from it later; Triad takes no notice.
const FOR_ANYBODY = { "x-amz-acl": "public-read" };

// A bucket that anybody may read and write. Signed as in S3's first years.
async function makeOpenBucket(endpoint) {
  const date = new Date().toUTCString();
  const acl = "public-read-write";
  const text = `PUT\n\n\n${date}\nx-amz-acl:${acl}\n/${OPEN_BUCKET}`;
  const signature = createHmac("sha1", SECRET).update(text).digest("base64");
  const headers = { date, "x-amz-acl": acl, authorization: `AWS ${KEY}:${signature}` };
  await ok(`${endpoint}/${OPEN_BUCKET}`, { method: "PUT", headers });
}

async function ok(url, options) {
  const reply = await fetch(url, options);
  const body = Buffer.from(await reply.arrayBuffer());
  if (!reply.ok) throw new Error(`${url}: ${reply.status} ${body.subarray(0, 300)}`);
  return body;
}

// S3, and a storage with a gateway on it beside the suite's own.
async function startS3({ binaries, directory: parent, stopWithIt }) {
  const directory = join(parent, "on-s3");
  const home = join(directory, "s3");
  mkdirSync(home, { recursive: true });
  const serve = resolve(import.meta.dirname, "../support/s3/serve.sh");
  const s3 = new Process([serve, home], join(directory, "s3.log"));
  stopWithIt.push(() => s3.end());
  const [, endpoint] = await s3.says(/^serving (http:\S+)$/m);
  await makeOpenBucket(endpoint);
  const storage = new Server("storage", {
    binaries,
    directory,
    args: ["--blobs=s3://triad/blobs", `--s3_endpoint=${endpoint}`, "--s3_path_style=true"],
    environment: { AWS_ACCESS_KEY_ID: KEY, AWS_SECRET_ACCESS_KEY: SECRET },
  });
  await storage.start();
  stopWithIt.push(() => storage.stop());
  const gateway = new Server("gateway", { binaries, directory });
  await gateway.start([`storage=${storage.address}`]);
  stopWithIt.push(() => gateway.stop());
  const origin = `http://${gateway.address}`;
  await ok(`${origin}/api/v1/buckets?bucket_id=bench`, { method: "POST" });
  return {
    triad: { origin, path: "/api/v1/buckets/bench/objects", servers: { gateway, storage } },
    direct: { origin: endpoint, path: `/${OPEN_BUCKET}`, servers: {} },
  };
}

// One for all cases of a run.
const started = new WeakMap();
function onS3(suite) {
  if (!started.has(suite)) started.set(suite, startS3(suite));
  return started.get(suite);
}

function randomFile(path, bytes) {
  const file = openSync(path, "w");
  const hash = createHash("sha256");
  for (let written = 0; written < bytes; written += MEBIBYTE) {
    const block = randomBytes(MEBIBYTE);
    hash.update(block);
    writeSync(file, block);
  }
  closeSync(file);
  return hash.digest("hex");
}

// Changes a little of each mebibyte: no piece of the content is as any that is stored.
function freshen(path, bytes) {
  const file = openSync(path, "r+");
  for (let at = 0; at < bytes; at += MEBIBYTE) writeSync(file, randomBytes(16), 0, 16, at);
  closeSync(file);
}

const curl = (args) =>
  run("curl", ["--silent", "--show-error", "--fail", "--noproxy", "*", ...args]);

// One transfer, timed.
async function timed(transfer) {
  const start = performance.now();
  await transfer();
  const seconds = (performance.now() - start) / 1000;
  return { requests: 1, seconds, p50: seconds * 1e6, p99: seconds * 1e6 };
}

const small = {
  PUT: (place, { directory }) => {
    const body = randomBytes(SMALL);
    const target = `${place.path}/small-%d`;
    return (seconds) =>
      loadHttp({ origin: place.origin, directory, method: "PUT", target, body, seconds });
  },
  GET: async (place, { directory }) => {
    const target = `${place.path}/small`;
    const want = randomBytes(SMALL);
    await ok(place.origin + target, { method: "PUT", body: want, headers: FOR_ANYBODY });
    return (seconds) =>
      loadHttp({ origin: place.origin, directory, method: "GET", target, want, seconds });
  },
};

// Each is sent, and comes back, once a round: other bytes each time, as Triad stores equal ones
// once. What came back is compared once: later it is only counted, so that the comparison is
// not measured too.
const large = {
  PUT: (place, { directory }) => {
    const file = join(directory, "large");
    randomFile(file, LARGE);
    const url = `${place.origin}${place.path}/large`;
    return () => {
      freshen(file, LARGE);
      return timed(() => curl(["-T", file, "-o", join(directory, "reply"), url]));
    };
  },
  GET: async (place, { directory }) => {
    const file = join(directory, "large");
    const sha256 = randomFile(file, LARGE);
    const url = `${place.origin}${place.path}/large-to-read`;
    const headers = Object.entries(FOR_ANYBODY).flatMap(([key, value]) => [
      "-H",
      `${key}: ${value}`,
    ]);
    await curl([...headers, "-T", file, "-o", join(directory, "reply"), url]);
    const copy = join(directory, "copy");
    await curl(["-o", copy, url]);
    const { stdout } = await run("sha256sum", [copy]);
    writeFileSync(copy, "");
    if (!stdout.startsWith(sha256)) throw new Error(`${url} came back changed`);
    return () =>
      timed(async () => {
        const got = await curl(["-o", "/dev/null", "-w", "%{size_download}", url]);
        if (Number(got.stdout) !== LARGE) throw new Error(`${url}: ${got.stdout} bytes came back`);
      });
  },
};

const SIZES = { "4 KiB": small, "256 MiB": large };
const WAYS = { "S3 through Triad": "triad", "S3 directly": "direct" };

const name = (way, method, size) => `storage: ${way}, ${method} ${size}`;

function casesOf(size, method, prepare) {
  return Object.entries(WAYS).map(([way, place]) => [
    name(way, method, size),
    async (suite) => {
      const chosen = (await onS3(suite))[place];
      const measured = await prepare(chosen, suite);
      return Object.assign(measured, { servers: chosen.servers });
    },
  ]);
}

const all = Object.entries(SIZES).flatMap(([size, methods]) =>
  Object.entries(methods).map(([method, prepare]) => [size, method, prepare]),
);

export const s3Cases = Object.fromEntries(all.flatMap((one) => casesOf(...one)));

// Through Triad against directly, of each kind.
export const s3Ratios = all.map(([size, method]) =>
  Object.keys(WAYS).map((way) => name(way, method, size)),
);
