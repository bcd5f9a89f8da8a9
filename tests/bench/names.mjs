// A storage with very many names, as most of them are put there by SQL: written through its own
// methods, they would take minutes. What is counted beside them is counted as storage does, and
// checked.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { GrpcClient } from "../support/grpc.mjs";
import { ask, makeBucket } from "./http.mjs";
import { startPair } from "./peers.mjs";
import { field, message, numberField } from "./wire.mjs";

const run = promisify(execFile);
const SOURCE = "zz-source"; // an object that the others are copies of, behind all of them
const CONTENT = "x".repeat(100);
const DELETED_AT_ONCE = 1000;
const BATCH_DELETE = "triad.storage.v1.StorageService/BatchDeleteObjects";
const OLD = "a-";

export const NAMES = 1000;
const MARKERS = 100_000;
export const DOOMED = 150_000;

// Buckets by id: how many names, and what the n-th is called, for SQLite.
const BUCKETS = {
  thousand: { count: NAMES, name: "printf('%04d/0000', n)" },
  million: { count: NAMES * NAMES, name: `printf('%04d/%04d', n / ${NAMES}, n % ${NAMES})` },
  // All but some are below one prefix.
  common: {
    count: 500_000 + NAMES,
    name: "CASE WHEN n < 500000 THEN printf('a/%06d', n) ELSE printf('b%06d', n) END",
  },
  // The first ones are deleted, which leaves marks of it.
  marked: {
    count: MARKERS + NAMES,
    name: `CASE WHEN n < ${MARKERS} THEN printf('${OLD}%08d', n) ELSE printf('b%08d', n) END`,
    versioning: "VERSIONING_ON",
  },
  doomed: { count: DOOMED, name: `printf('${OLD}%08d', n)` },
};

const sourceOf = (bucket) =>
  `objects WHERE name = '${SOURCE}' AND bucket = (SELECT number FROM buckets WHERE id = '${bucket}')`;

function copiesInSql([bucket, { count, name }]) {
  const source = sourceOf(bucket);
  return `
    INSERT INTO objects SELECT bucket, ${name}, latest + 1 + n, numbered,
        lower(hex(randomblob(12))), size, piece, list, sha256, crc32c, content_type, properties,
        create_time, update_time
      FROM (SELECT * FROM ${source}), numbers, (SELECT value AS n FROM generate_series(0, ${count - 1}));
    UPDATE numbers SET latest = latest + ${count};
    UPDATE pieces SET refs = refs + ${count} WHERE id = (SELECT piece FROM ${source});
    UPDATE buckets SET objects = objects + ${count}, bytes = bytes + ${count * CONTENT.length}
      WHERE id = '${bucket}';`;
}

// What is counted, against what is there.
const WRONG = `
  SELECT (SELECT count(*) FROM pieces p WHERE refs <> (SELECT count(*) FROM objects o WHERE o.piece = p.id))
    + (SELECT count(*) FROM buckets b WHERE (objects, bytes) IS NOT
        (SELECT count(*), coalesce(sum(size), 0) FROM objects o WHERE o.bucket = b.number));`;

async function fillBySql(file) {
  const copies = Object.entries(BUCKETS).map(copiesInSql).join("");
  const script = `BEGIN;${copies}COMMIT;${WRONG}`;
  const { stdout } = await run("sqlite3", ["-bail", file, script]);
  if (stdout.trim() !== "0") throw new Error(`the counts of storage are wrong: ${stdout}`);
}

// The encoded request that deletes names from the `first` one of a bucket on.
export function deletion(bucket, first) {
  const parent = `buckets/${bucket}`;
  const requests = Array.from({ length: DELETED_AT_ONCE }, (_, i) => {
    const name = OLD + String(first + i).padStart(8, "0");
    return field(2, field(1, `${parent}/objects/${name}`));
  });
  return message(field(1, parent), ...requests);
}

// Deletes them, and checks that each was there.
export async function deleteBatch(client, request) {
  const { status, answer } = await client.call(BATCH_DELETE, request);
  if (status !== 0) throw new Error(`a batch was not deleted: status ${status}`);
  const count = numberField(2, DELETED_AT_ONCE);
  if (!answer.subarray(-count.length).equals(count)) {
    throw new Error("a batch was deleted in part only");
  }
}

async function leaveMarks({ address }) {
  const client = new GrpcClient(address);
  for (let first = 0; first < MARKERS; first += DELETED_AT_ONCE) {
    await deleteBatch(client, deletion("marked", first));
  }
  client.close();
}

async function start(suite) {
  const pair = await startPair(suite, "names");
  for (const [id, { versioning }] of Object.entries(BUCKETS)) {
    await makeBucket(pair.origin, id);
    const bucket = `${pair.origin}/api/v1/buckets/${id}`;
    await ask(`${bucket}/objects/${SOURCE}`, { method: "PUT", body: CONTENT });
    if (versioning === undefined) continue;
    const headers = { "content-type": "application/json" };
    await ask(bucket, { method: "PATCH", headers, body: JSON.stringify({ versioning }) });
  }
  const { storage } = pair.servers;
  const database = join(pair.directory, "storage", "storage.db");
  await storage.stop();
  await fillBySql(database);
  await storage.start();
  await leaveMarks(storage);
  return { ...pair, database };
}

const started = new WeakMap();
export function names(suite) {
  if (!started.has(suite)) started.set(suite, start(suite));
  return started.get(suite);
}
