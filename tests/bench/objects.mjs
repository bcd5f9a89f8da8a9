// Objects written and read, of three sizes: through the gateway, over gRPC, in S3 itself,
// through a Triad that keeps them in S3, and large ones through a bare relay. No two that are written are of the same bytes.
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { GrpcClient } from "../support/grpc.mjs";
import { bare } from "./bare.mjs";
import { curl, sendFile } from "./curl.mjs";
import { randomFile, refresh } from "./files.mjs";
import { ask } from "./http.mjs";
import { loadGrpc, loadHttp, percentiles } from "./load.mjs";
import { runBound, runNative } from "./native.mjs";
import { local, onCeph, PEERS } from "./peers.mjs";
import { bytesField, field, messagesIn } from "./wire.mjs";

const KIBIBYTE = 2 ** 10;
const MEBIBYTE = 2 ** 20;
const READ = "/triad.storage.v1.StorageService/ReadObject";

// By how many clients at a time. What is large goes one by one.
const SIZES = {
  "4 KiB": { bytes: 4 * KIBIBYTE, clients: 64 },
  "1 MiB": { bytes: MEBIBYTE, clients: 8 },
  "256 MiB": { bytes: 256 * MEBIBYTE, clients: 1 },
};

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

// One transfer after another for some seconds, only `transfer` timed.
async function oneByOne(seconds, prepare, transfer) {
  const durations = [];
  let took = 0;
  while (took < seconds) {
    prepare();
    const start = performance.now();
    await transfer();
    const one = (performance.now() - start) / 1000;
    durations.push(one * 1e6);
    took += one;
  }
  return { requests: durations.length, seconds: took, ...percentiles(durations) };
}

function putByHttp(place, { directory }, { bytes, clients }) {
  if (clients > 1) {
    const body = randomBytes(bytes);
    return (seconds) => {
      const target = `${place.path}/put-${randomBytes(4).toString("hex")}-%d`;
      const load = { method: "PUT", target, body, fresh: true, connections: clients };
      return loadHttp({ origin: place.origin, directory, seconds, ...load });
    };
  }
  const file = join(directory, "large");
  randomFile(file, bytes);
  const url = `${place.origin}${place.path}/large`;
  return (seconds) =>
    oneByOne(
      seconds,
      () => refresh(file, bytes),
      () => sendFile(file, url, { reply: join(directory, "reply") }),
    );
}

// An object to read; returns the hash of its bytes.
async function putToRead(place, { directory }, name, bytes) {
  const file = join(directory, "to-read");
  randomFile(file, bytes);
  const { origin, path, headers } = place;
  await sendFile(file, `${origin}${path}/${name}`, { headers, reply: join(directory, "reply") });
  return sha256(readFileSync(file));
}

// What comes back is compared once: later it is only counted, so that the comparison is not
// measured too.
async function getByHttp(place, suite, { bytes, clients }) {
  const target = `${place.path}/read-${bytes}`;
  const want = await putToRead(place, suite, `read-${bytes}`, bytes);
  const url = place.origin + target;
  if (sha256(await ask(url)) !== want) throw new Error(`${url} came back changed`);
  if (clients > 1) {
    const { directory } = suite;
    const load = { method: "GET", target, wantBytes: bytes, connections: clients };
    return (seconds) => loadHttp({ origin: place.origin, directory, seconds, ...load });
  }
  return (seconds) =>
    oneByOne(
      seconds,
      () => {},
      async () => {
        const got = await curl(["-o", "/dev/null", "-w", "%{size_download}", url]);
        if (Number(got.stdout) !== bytes) throw new Error(`${url}: ${got.stdout} bytes came back`);
      },
    );
}

function putByGrpc(place, suite, { bytes, clients }) {
  const { address } = place.servers.storage;
  const prefix = `${place.bucket}/objects/grpc-`;
  return (seconds) => runNative(suite, "put", [address, prefix, bytes, clients, seconds]);
}

async function getByGrpc(place, suite, { bytes, clients }) {
  const { address } = place.servers.storage;
  const name = `read-${bytes}`;
  const want = await putToRead(place, suite, name, bytes);
  const message = field(1, `${place.bucket}/objects/${name}`);
  const client = new GrpcClient(address);
  const got = createHash("sha256");
  for await (const part of messagesIn(client.begin(READ.slice(1), message))) {
    got.update(bytesField(part, 2));
  }
  client.close();
  if (got.digest("hex") !== want) throw new Error(`${name} came back changed over gRPC`);
  const load = {
    address,
    directory: suite.directory,
    path: READ,
    message,
    atLeast: bytes,
    clients,
  };
  return (seconds) => loadGrpc({ ...load, seconds });
}

const BY_HTTP = { PUT: putByHttp, GET: getByHttp };
const BY_GRPC = { PUT: putByGrpc, GET: getByGrpc };
const WAYS = [
  { by: "gateway", place: local, methods: BY_HTTP },
  { by: "gRPC", place: local, methods: BY_GRPC },
  ...Object.entries(PEERS).map(([by, place]) => ({ by, place, methods: BY_HTTP })),
  { by: "kept in Ceph", place: onCeph, methods: BY_HTTP },
  { by: "a bare relay", place: bare, methods: BY_HTTP, only: "256 MiB" },
];

const name = (method, size, by) => `storage: ${method} ${size}, ${by}`;
const BOUND = "storage: PUT 256 MiB, hashed, written and synced";

async function transfer(suite, { place, methods }, method, size) {
  const chosen = await place(suite);
  const measured = await methods[method](chosen, suite, size);
  return Object.assign(measured, { servers: chosen.servers, bytes: size.bytes });
}

const kinds = Object.keys(SIZES).flatMap((size) => ["PUT", "GET"].map((method) => [method, size]));

export const objectCases = {
  ...Object.fromEntries(
    kinds.flatMap(([method, size]) =>
      WAYS.filter(({ only = size }) => only === size).map((way) => [
        name(method, size, way.by),
        (suite) => transfer(suite, way, method, SIZES[size]),
      ]),
    ),
  ),
  [BOUND]: (suite) => {
    const { bytes } = SIZES["256 MiB"];
    const measured = () => runBound(suite, "storage", "write_bound", [suite.directory, bytes]);
    return Object.assign(measured, { servers: {}, bytes });
  },
};

// What is sought of storage beside others, by method and size.
const GOALS = {
  "PUT 4 KiB, gateway, MinIO": "at least 5",
  "GET 4 KiB, gateway, MinIO": "at least 2",
  "PUT 256 MiB, gateway, MinIO": "at least 1",
  "GET 256 MiB, gRPC, MinIO": "at least 1",
  "GET 256 MiB, gateway, MinIO": "1, at least 0.7",
  "PUT 256 MiB, gateway, gRPC": "at least 0.8",
  "GET 256 MiB, gateway, gRPC": "at least 0.8",
  "PUT 256 MiB, kept in Ceph, Ceph": "at least 0.8",
  "GET 256 MiB, kept in Ceph, Ceph": "at least 0.8",
};

const PAIRS = [
  ["gateway", "gRPC"],
  ["gateway", "MinIO"],
  ["gRPC", "MinIO"],
  ["gateway", "Ceph"],
  ["kept in Ceph", "Ceph"],
];

export const objectRatios = kinds.flatMap(([method, size]) =>
  PAIRS.map(([way, peer]) => [
    name(method, size, way),
    name(method, size, peer),
    GOALS[`${method} ${size}, ${way}, ${peer}`],
  ]),
);

export const objectCosts = [
  ...["gRPC", "gateway"].map((by) => [name("PUT", "256 MiB", by), BOUND, "storage", "at most 1.6"]),
  ...["PUT", "GET"].map((method) => {
    const way = (by) => name(method, "256 MiB", by);
    return [way("gateway"), way("a bare relay"), "gateway", "at most 1.6"];
  }),
];
