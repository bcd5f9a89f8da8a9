// Storage is killed at each system call by which it writes: what it acknowledged is there
// afterwards, what it did not is there whole or not at all, every count is what is counted again,
// and nothing is left over. By strace, which ends the process as the n-th call of a thread begins.
//
// One call of each kind and thread by a seed, which is printed, and which TRIAD_SEED gives again;
// with TRIAD_TEST_LONG in the environment each of them.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../support/eventually.mjs";
import { countProblems, unnamedBlobs, unswept } from "../support/storage/recount.mjs";
import { StorageWriters } from "../support/storage/writers.mjs";
import { Suite } from "../support/suite.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_storage_kill_test");

const LONG = process.env.TRIAD_TEST_LONG !== undefined;
const SEED = Number(process.env.TRIAD_SEED ?? Math.floor(Math.random() * 2 ** 31));
const WRITES = 10; // of a kind, under each kill: one of them of many blocks
const CALLS =
  "openat,write,pwrite64,writev,fsync,fdatasync,rename,renameat2,unlink,ftruncate,fallocate";
const KINDS = ["put", "append", "delete"];
// What serves calls is one thread, so that its calls are the same each time. What is left of a
// crash, or was held when it was swept, goes soon.
const ARGS = ["--executor_threads=1", "--orphan_grace=1ms", "--sweep_interval=1s"];
const POLL_MILLISECONDS = 5;

// Numbers below 1 that are the same for the same seed.
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function threadsOf(pid) {
  return readdirSync(`/proc/${pid}/task`).map((tid) => ({
    tid,
    name: readFileSync(`/proc/${pid}/task/${tid}/comm`, "utf8").trim(),
  }));
}

// strace of a process, or of a thread, from when it is attached.
async function trace(pid, output, options) {
  const child = spawn("strace", ["-o", output, ...options, "-p", `${pid}`], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "exit");
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
  await eventually("strace", () => said.includes("attached") || child.exitCode !== null);
  assert.equal(child.exitCode, null, said);
  return {
    end: async () => {
      child.kill("SIGINT");
      await ended;
    },
  };
}

class Machine {
  constructor() {
    this.suite = new Suite({ binaries, parent: join(binaries, ".."), args: { storage: ARGS } });
    this.directory = join(this.suite.directory, "storage");
    this.output = join(this.suite.directory, "calls");
  }

  get #isAlive() {
    const status = `/proc/${this.suite.storage.pid}/status`;
    return existsSync(status) && !/^State:\s+[ZX]/m.test(readFileSync(status, "utf8"));
  }

  // The writes, and the sweep that follows them.
  async #work(writers) {
    await writers.write(WRITES);
    while (this.#isAlive && !this.#isSwept()) await sleep(POLL_MILLISECONDS);
  }

  #isSwept() {
    try {
      return unswept(this.directory) === 0;
    } catch (error) {
      if (this.#isAlive) throw error;
      return false; // it died meanwhile, and its log is in the way
    }
  }

  // The calls of each thread that writes below the data directory: { thread, call, count }.
  async count(writers) {
    const { pid } = this.suite.storage;
    const threads = threadsOf(pid);
    const strace = await trace(pid, this.output, ["-f", "-y", "-e", `trace=${CALLS}`]);
    await this.#work(writers);
    await strace.end();
    assert.equal(writers.acknowledged, WRITES);
    return this.#parsed(new Map(threads.map(({ tid, name }) => [tid, name])));
  }

  #parsed(names) {
    const counts = new Map();
    for (const line of readFileSync(this.output, "utf8").split("\n")) {
      const [, tid, call] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
      if (!names.has(tid)) continue;
      const key = `${names.get(tid)} ${call}`;
      const known = counts.get(key) ?? { thread: names.get(tid), call, count: 0, isOurs: false };
      known.count++;
      known.isOurs ||= line.includes(this.directory);
      counts.set(key, known);
    }
    const found = [...counts.values()].filter(({ isOurs }) => isOurs);
    const writes = ({ thread }) =>
      found.some((other) => other.thread === thread && other.call !== "openat");
    return found.filter(writes);
  }

  // Writes until the `n`-th `call` of `thread` ends the process. Returns whether it did.
  async kill({ thread, call, n }, writers) {
    const tids = threadsOf(this.suite.storage.pid).filter(({ name }) => name === thread);
    assert.equal(tids.length, 1, `${thread}: ${tids.length} threads`);
    const strace = await trace(tids[0].tid, this.output, [
      "-e",
      `trace=${call}`,
      "-e",
      `inject=${call}:signal=KILL:when=${n}`,
    ]);
    await this.#work(writers);
    const isKilled = !this.#isAlive;
    await this.suite.storage.kill();
    await strace.end();
    return isKilled;
  }

  async problems(writers) {
    await this.suite.storage.start();
    const found = [...countProblems(this.directory), ...(await writers.problems())];
    const unfinished = () => readdirSync(join(this.directory, "blobs/tmp"));
    await eventually("sweep", () => unswept(this.directory) === 0);
    await eventually("end of what is left", () => unnamedBlobs(this.directory).length === 0);
    return [...found, ...unfinished().map((file) => `tmp/${file} is left`)];
  }
}

// The calls to end it at: all, or one of each kind of each thread.
function pointsOf(counts, random) {
  return counts.flatMap(({ thread, call, count }) => {
    const all = Array.from({ length: count }, (_, i) => ({ thread, call, n: i + 1 }));
    return LONG ? all : [all[Math.floor(random() * count)]];
  });
}

const change = (directory, what) =>
  execFileSync("sqlite3", [join(directory, "storage.db"), `UPDATE ${what}`]);

// Or the test proves nothing: what somebody else has taken from under storage is told.
describe("what is looked at", () => {
  const sabotages = {
    "a blob that is gone": (directory) => {
      const shard = readdirSync(join(directory, "blobs")).find(
        (name) => name !== "tmp" && readdirSync(join(directory, "blobs", name)).length > 0,
      );
      const [blob] = readdirSync(join(directory, "blobs", shard));
      rmSync(join(directory, "blobs", shard, blob));
    },
    "a reference that was not counted": (directory) =>
      change(directory, "pieces SET refs = refs + 1"),
    "an object that has lost its content": (directory) =>
      change(directory, "objects SET piece = NULL, size = 0"),
  };
  for (const [what, sabotage] of Object.entries(sabotages)) {
    it(`shows ${what}`, async () => {
      const machine = new Machine();
      try {
        await machine.suite.start();
        const writers = new StorageWriters(machine.suite.origin, ["put"]);
        await writers.write(WRITES);
        await machine.suite.storage.kill();
        sabotage(machine.directory);
        assert.notDeepEqual(await machine.problems(writers), []);
      } finally {
        await machine.suite.stop();
      }
    });
  }
});

describe("storage", () => {
  for (const [i, kind] of KINDS.entries()) {
    it(`keeps what it acknowledged, at whichever call of ${kind} it is killed`, async (test) => {
      const machine = new Machine();
      const { suite } = machine;
      let killed = 0;
      try {
        await suite.start();
        const writers = new StorageWriters(suite.origin, [kind]);
        const counts = await machine.count(writers);
        const points = pointsOf(counts, randomOf(SEED + i));
        for (const point of points) {
          if (await machine.kill(point, writers)) killed++;
          const where = `TRIAD_SEED=${SEED}, ${JSON.stringify(point)}`;
          assert.deepEqual(await machine.problems(writers), [], where);
        }
        const all = counts.reduce((sum, { count }) => sum + count, 0);
        test.diagnostic(
          `TRIAD_SEED=${SEED}: ${killed} kills, of ${points.length} tried and ${all} calls; ` +
            counts.map(({ thread, call, count }) => `${thread} ${call} ${count}`).join(", "),
        );
        assert.ok(killed * 2 > points.length, `killed at ${killed} of ${points.length}`);
      } finally {
        await suite.stop();
      }
    });
  }
});
