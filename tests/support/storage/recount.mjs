// Whether what storage counts is what is counted again, in a data directory of it, also while it
// runs.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

const RECOUNT = resolve(import.meta.dirname, "../../../services/storage/testing/recount.sql");

function select(directory, ...sql) {
  const command = ["-readonly", "-cmd", ".timeout 10000", join(directory, "storage.db"), ...sql];
  const lines = execFileSync("sqlite3", command, { encoding: "utf8" });
  return lines.split("\n").filter((line) => line !== "");
}

// What is wrong, a line each.
export function countProblems(directory) {
  const named = select(directory, "SELECT blob FROM pieces WHERE blob IS NOT NULL AND refs > 0");
  const missing = named.filter(
    (blob) => !existsSync(join(directory, "blobs", blob.slice(0, 2), blob)),
  );
  return [
    ...select(directory, `.read ${RECOUNT}`),
    ...missing.map((blob) => `blob ${blob} is missing`),
  ];
}

// Blobs that no row names: what a crash left, until it is swept.
export function unnamedBlobs(directory) {
  const shards = readdirSync(join(directory, "blobs")).filter((shard) => shard !== "tmp");
  const blobs = shards.flatMap((shard) => readdirSync(join(directory, "blobs", shard)));
  const named = new Set(
    select(
      directory,
      "SELECT blob FROM pieces WHERE blob IS NOT NULL UNION ALL SELECT blob FROM garbage",
    ),
  );
  return blobs.filter((blob) => !named.has(blob));
}

// How much waits for the sweeper.
export function unswept(directory) {
  const [count] = select(
    directory,
    `SELECT (SELECT count(*) FROM garbage) + (SELECT count(*) FROM pieces WHERE refs = 0)
       + (SELECT count(*) FROM lists WHERE refs = 0)`,
  );
  return Number(count);
}
