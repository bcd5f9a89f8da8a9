// Batches of deletions, and copies: what changes rows and leaves bytes where they are, beside S3.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { GrpcClient } from "../support/grpc.mjs";
import { sendFile } from "./curl.mjs";
import { randomFile } from "./files.mjs";
import { ask } from "./http.mjs";
import { putMany } from "./lists.mjs";
import { loadGrpc, percentiles } from "./load.mjs";
import { DOOMED, deleteBatch, deletion, NAMES, names } from "./names.mjs";
import { local, PEERS } from "./peers.mjs";
import { field, message } from "./wire.mjs";

const COPIED_BYTES = 2 ** 30;
const COPY = "/triad.storage.v1.StorageService/CopyObject";
const BATCHES = 40; // of a round, if there is time
const BATCHES_OF_PEER = 2;

const DELETE = "storage: delete a batch of 1,000";
const COPY_1_GIB = "storage: copy 1 GiB";

// `next` does it once; only so many times, if that takes less than `seconds`.
async function repeat(seconds, most, next) {
  const durations = [];
  const begin = performance.now();
  let now = begin;
  while (durations.length < most && now - begin < seconds * 1000) {
    await next();
    const then = performance.now();
    durations.push((then - now) * 1000);
    now = then;
  }
  return { requests: durations.length, seconds: (now - begin) / 1000, ...percentiles(durations) };
}

async function deleteByGrpc(suite) {
  const { servers } = await names(suite);
  const client = new GrpcClient(servers.storage.address);
  suite.stopWithIt.push(() => client.close());
  let first = 0;
  const run = (seconds) =>
    repeat(seconds, BATCHES, () => {
      if (first === DOOMED) throw new Error("no more names are left to delete");
      const request = deletion("doomed", first);
      first += NAMES;
      return deleteBatch(client, request);
    });
  return Object.assign(run, { servers });
}

async function deleteByHttp({ origin, path }, targets) {
  const keys = targets.map((name) => `<Object><Key>${name}</Key></Object>`).join("");
  const body = `<Delete><Quiet>true</Quiet>${keys}</Delete>`;
  const headers = { "content-md5": createHash("md5").update(body).digest("base64") };
  const answer = await ask(`${origin}${path}?delete`, { method: "POST", headers, body });
  if (answer.includes("<Error>")) throw new Error(`${origin}: ${answer.subarray(0, 300)}`);
}

const deleteByPeer = (peer) => async (suite) => {
  const place = await peer(suite);
  const batches = Array.from({ length: BATCHES_OF_PEER }, (_, batch) =>
    Array.from({ length: NAMES }, (_, i) => `doomed-${batch}/${i}`),
  );
  let left = [];
  const run = (seconds) => repeat(seconds, BATCHES_OF_PEER, () => deleteByHttp(place, left.pop()));
  const prepare = async () => {
    await putMany(place, batches.flat());
    left = [...batches];
  };
  return Object.assign(run, { servers: place.servers, prepare });
};

async function putToCopy({ origin, path, headers }, { directory }) {
  const file = join(directory, "to-copy");
  randomFile(file, COPIED_BYTES);
  await sendFile(file, `${origin}${path}/to-copy`, { headers, reply: join(directory, "reply") });
}

async function copyByGrpc(suite) {
  const { bucket, servers, ...place } = await local(suite);
  await putToCopy(place, suite);
  const object = (name) => `${bucket}/objects/${name}`;
  const { address } = servers.storage;
  const call = { address, directory: suite.directory, path: COPY, clients: 1 };
  const request = message(field(1, object("to-copy")), field(4, object("copy")));
  const run = (seconds) =>
    loadGrpc({ ...call, message: request, atLeast: object("copy").length, seconds });
  return Object.assign(run, { servers });
}

const copyByPeer = (peer) => async (suite) => {
  const place = await peer(suite);
  await putToCopy(place, suite);
  const headers = { "x-amz-copy-source": `${place.path}/to-copy` };
  const copy = () => ask(`${place.origin}${place.path}/copy`, { method: "PUT", headers });
  const run = (seconds) => repeat(seconds, Number.POSITIVE_INFINITY, copy);
  return Object.assign(run, { servers: place.servers });
};

const WITH_PEERS = [
  [DELETE, deleteByGrpc, deleteByPeer],
  [COPY_1_GIB, copyByGrpc, copyByPeer],
];

const nameOf = (what, by) => `${what}, ${by}`;

export const rowCases = Object.fromEntries(
  WITH_PEERS.flatMap(([what, ours, theirs]) => [
    [nameOf(what, "gRPC"), ours],
    ...Object.entries(PEERS).map(([by, peer]) => [nameOf(what, by), theirs(peer)]),
  ]),
);

export const rowRatios = WITH_PEERS.flatMap(([what]) =>
  Object.keys(PEERS).map((by) => [nameOf(what, "gRPC"), nameOf(what, by)]),
);
