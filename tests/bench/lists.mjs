// Pages of 1,000 names, over gRPC beside the same statements stepped through SQLite, and through
// the gateway beside S3.
import { ask } from "./http.mjs";
import { loadGrpc, loadHttp } from "./load.mjs";
import { NAMES, names } from "./names.mjs";
import { runBound } from "./native.mjs";
import { PEERS } from "./peers.mjs";
import { field, message, numberField } from "./wire.mjs";

const LIST = "/triad.storage.v1.StorageService/ListObjects";
const CLIENTS = 4;
const WRITERS = 16;
// Each name and each prefix takes more than this.
const ENTRY_BYTES = 4;
const LEAST_BYTES = NAMES * ENTRY_BYTES;

const FEW = "1,000 names";
const FEW_PREFIXES = "1,000 prefixes";
// `same` is the list that each is to take as long as.
const LISTS = {
  [FEW]: { bucket: "thousand" },
  "1,000 of 1,000,000 names": { bucket: "million", same: FEW },
  "1,000 names behind 100,000 marks": { bucket: "marked", same: FEW },
  "500,000 names as one prefix, and 999 names": { bucket: "common", delimiter: "/", same: FEW },
  [FEW_PREFIXES]: { bucket: "thousand", delimiter: "/" },
  "1,000,000 names as 1,000 prefixes": { bucket: "million", delimiter: "/", same: FEW_PREFIXES },
};

const nameOf = (what, by) => `storage: list ${what}, ${by}`;

async function byGrpc(suite, { bucket, delimiter }) {
  const { servers } = await names(suite);
  const parts = [field(1, `buckets/${bucket}`), numberField(2, NAMES)];
  if (delimiter) parts.push(field(5, delimiter));
  const { address } = servers.storage;
  const call = { address, directory: suite.directory, path: LIST, message: message(...parts) };
  const run = (seconds) => loadGrpc({ ...call, atLeast: LEAST_BYTES, clients: CLIENTS, seconds });
  return Object.assign(run, { servers });
}

async function bySqlite(suite, { bucket, delimiter = "" }) {
  const { database } = await names(suite);
  const run = (seconds) =>
    runBound(suite, "storage", "list_bound", [database, bucket, delimiter, NAMES, seconds]);
  return Object.assign(run, { servers: {} });
}

function byHttp({ directory }, origin, target, servers) {
  const load = { origin, directory, method: "GET", target, connections: CLIENTS };
  const run = (seconds) => loadHttp({ ...load, wantBytes: LEAST_BYTES, seconds });
  return Object.assign(run, { servers });
}

async function byGateway(suite) {
  const { origin, servers } = await names(suite);
  return byHttp(suite, origin, `/api/v1/buckets/thousand/objects?page_size=${NAMES}`, servers);
}

// Small objects of S3, so many at a time.
export async function putMany({ origin, path }, targets) {
  const left = [...targets];
  const writer = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) {
      await ask(`${origin}${path}/${name}`, { method: "PUT", body: name });
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
}

const byPeer = (peer) => async (suite) => {
  const place = await peer(suite);
  const targets = Array.from({ length: NAMES }, (_, i) => `listed/${String(i).padStart(4, "0")}`);
  await putMany(place, targets);
  const target = `${place.path}?list-type=2&prefix=listed/&max-keys=${NAMES}`;
  return byHttp(suite, place.origin, target, place.servers);
};

export const listCases = Object.fromEntries([
  ...Object.entries(LISTS).flatMap(([what, list]) => [
    [nameOf(what, "gRPC"), (suite) => byGrpc(suite, list)],
    [nameOf(what, "SQLite"), (suite) => bySqlite(suite, list)],
  ]),
  [nameOf(FEW, "gateway"), byGateway],
  ...Object.entries(PEERS).map(([by, peer]) => [nameOf(FEW, by), byPeer(peer)]),
]);

export const listRatios = Object.keys(PEERS).map((by) => [nameOf(FEW, "gateway"), nameOf(FEW, by)]);

export const listCosts = Object.entries(LISTS).flatMap(([what, { same }]) => [
  [nameOf(what, "gRPC"), nameOf(what, "SQLite"), "storage", "at most 2"],
  ...(same ? [[nameOf(what, "gRPC"), nameOf(same, "gRPC"), "storage", "1"]] : []),
]);
