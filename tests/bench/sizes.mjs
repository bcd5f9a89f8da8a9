// What much takes: memory, and the time of a start. Measured once, in servers of their own.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { Server } from "../support/suite.mjs";
import { config, Etcd, etcd } from "./dialects.mjs";
import { fill } from "./entries.mjs";
import { memoryOfObjects } from "./memory.mjs";
import { memoryOfTransform } from "./transform/memory.mjs";
import { residentMebibytes } from "./usage.mjs";
import { openWatches } from "./watches.mjs";

const KEYS = 1_000_000;
const WATCHES = 10_000;
const CONNECTIONS = 100;
const SIDES = { config, etcd };

function serverOf(side, suite, directory, args) {
  mkdirSync(directory, { recursive: true });
  if (side === "etcd") return new Etcd(directory);
  return new Server("config", { binaries: suite.binaries, directory, args });
}

// A start with a million keys of 100 bytes, all of them in memory.
async function manyKeys(side, suite) {
  const directory = join(suite.directory, `keys-${side}`);
  const server = serverOf(side, suite, directory, [`--view_bytes=${400 << 20}`]);
  suite.stopWithIt.push(() => server.stop());
  await server.start();
  await fill(server, SIDES[side], "many/", KEYS, 4);
  await server.stop();
  const start = performance.now();
  await server.start();
  const seconds = (performance.now() - start) / 1000;
  const resident = residentMebibytes(server);
  await server.stop();
  return { [`${side}, start in s`]: seconds, [`${side}, MiB`]: resident };
}

async function idleWatches(side, suite) {
  const limits = [`--max_watches=${WATCHES}`, `--max_calls=${2 * WATCHES}`];
  const server = serverOf(side, suite, join(suite.directory, `watches-${side}`), limits);
  suite.stopWithIt.push(() => server.stop());
  await server.start();
  const before = residentMebibytes(server);
  const close = await openWatches(server, SIDES[side], WATCHES, CONNECTIONS, () => {});
  const after = residentMebibytes(server);
  close();
  await server.stop();
  return { [`${side}, MiB without`]: before, [`${side}, MiB with them`]: after };
}

const onBoth = (measure) => async (suite) => ({
  ...(await measure("config", suite)),
  ...(await measure("etcd", suite)),
});

// Each returns figures by what they are.
export const sizes = {
  "entries: a million keys": onBoth(manyKeys),
  "entries: 10,000 idle watches": onBoth(idleWatches),
  "storage: memory": memoryOfObjects,
  "transform: memory": memoryOfTransform,
};
