// Cuts the power of the services that keep something under writes, as the kernel and ext4 see it,
// and looks for what was acknowledged. Needs root, and a kernel whose own writing back of
// pages is off meanwhile: ./dev test --power arranges both.
//
//   node tests/power/main.mjs BIN DIRECTORY CUTS NO_SYNC_LIBRARY
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ConfigWriters } from "../support/config/writers.mjs";
import { countProblems } from "../support/storage/recount.mjs";
import { StorageWriters } from "../support/storage/writers.mjs";
import { Suite } from "../support/suite.mjs";
import { TransformWriters } from "../support/transform/writers.mjs";
import { Volume } from "./volume.mjs";

// For each keeper its clients, how many writes of each kind there are before each cut, at least,
// and what counts again in its directory.
const CLIENTS = {
  config: { Writers: ConfigWriters, writes: 2 },
  transform: { Writers: TransformWriters, writes: 2 },
  storage: { Writers: StorageWriters, writes: 2, count: countProblems },
};
const KEEPERS = Object.keys(CLIENTS);
// The longest that it waits after them.
const RANDOM_MILLISECONDS = 300;
const POLL_MILLISECONDS = 5;
// Somebody else may sync every file system of the machine at the wrong moment.
const CONTROL_CUTS = 3;

async function eventually(what, holds) {
  for (const start = Date.now(); !(await holds()); await sleep(POLL_MILLISECONDS))
    if (Date.now() - start > 60_000) throw new Error(`in a minute there was no ${what}`);
}

// Whether every thread of the process stands still, also those that were in the kernel.
function isStopped(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.every((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2)[0] === "T";
  });
}

// The suite, with a volume for each of `keepers`.
class Machine {
  static async start(parent, binaries, keepers, environment) {
    const machine = new Machine();
    machine.directory = mkdtempSync(join(parent, "machine-"));
    machine.keepers = keepers;
    machine.volumes = {};
    try {
      for (const name of keepers) {
        machine.volumes[name] = new Volume(machine.directory, name);
        // What mkfs and mount have done stays.
        execFileSync("sync", ["--file-system", machine.volumes[name].path]);
      }
      machine.suite = new Suite({ binaries, directory: machine.directory, environment });
      await machine.suite.start();
      machine.clients = {};
      for (const name of keepers) {
        machine.clients[name] = new CLIENTS[name].Writers(machine.suite.origin);
        await machine.clients[name].prepare();
      }
    } catch (error) {
      await machine.stop();
      throw error;
    }
    return machine;
  }

  // One cut under writes. Returns what is wrong afterwards.
  async cut() {
    const clients = Object.values(this.clients);
    const before = clients.map(({ counts }) => counts);
    for (const one of clients) one.start();
    await eventually("acknowledged write", () =>
      this.keepers.every((name, i) => clients[i].haveWritten(CLIENTS[name].writes, before[i])),
    );
    await sleep(Math.random() * RANDOM_MILLISECONDS);
    for (const name of this.keepers) process.kill(this.suite[name].pid, "SIGSTOP");
    for (const name of this.keepers) {
      await eventually("standstill", () => isStopped(this.suite[name].pid));
      await this.volumes[name].cut();
    }
    for (const name of this.keepers) await this.suite[name].kill();
    await Promise.all(clients.map((one) => one.stop()));
    for (const name of this.keepers) {
      this.volumes[name].restore();
      const left = this.#destroyedValues(name);
      if (left.length > 0) return left;
      try {
        await this.suite[name].start();
      } catch (error) {
        return [`${name} does not start: ${error.message}`];
      }
    }
    const found = await Promise.all(
      this.keepers.map(async (name) => {
        const counts = CLIENTS[name].count?.(this.volumes[name].path) ?? [];
        const problems = [...counts, ...(await this.clients[name].problems())];
        return problems.map((problem) => `${name}: ${problem}`);
      }),
    );
    return found.flat();
  }

  // What is in the files though its destruction was acknowledged.
  #destroyedValues(name) {
    const destroyed = this.clients[name].destroyed ?? [];
    const files = readdirSync(this.volumes[name].path, { withFileTypes: true });
    return files
      .filter((file) => file.isFile())
      .flatMap((file) => {
        const bytes = readFileSync(join(this.volumes[name].path, file.name));
        return destroyed
          .filter((value) => bytes.includes(value))
          .map((value) => `${name}: ${file.name} has the destroyed value ${value}`);
      });
  }

  async stop() {
    // What a failed start left running ends here, too.
    await this.suite?.stop().catch(() => {});
    for (const volume of Object.values(this.volumes)) volume.unmount();
    rmSync(this.directory, { recursive: true });
  }
}

// Cuts until something is wrong, `cuts` times at most.
async function cutRepeatedly(machine, cuts) {
  for (let cut = 1; cut <= cuts; cut++) {
    const problems = await machine.cut();
    if (problems.length > 0) return { cut, problems };
  }
  return { problems: [] };
}

async function keepsWhatItAcknowledged(parent, binaries, cuts) {
  const machine = await Machine.start(parent, binaries, KEEPERS, {});
  try {
    const { cut, problems } = await cutRepeatedly(machine, cuts);
    for (const problem of problems.slice(0, 10)) console.log(`after cut ${cut}: ${problem}`);
    for (const name of KEEPERS) {
      const { acknowledged, summary } = machine.clients[name];
      console.log(
        `${name}: ${cut ?? cuts} power cuts, ${acknowledged} writes acknowledged (${summary})`,
      );
    }
    return problems.length === 0;
  } finally {
    await machine.stop();
  }
}

// Whether the same finds what is missing where nothing is synced.
async function controlIsCaught(parent, binaries, name, library) {
  const environment = { [name]: { LD_PRELOAD: library } };
  const machine = await Machine.start(parent, binaries, [name], environment);
  try {
    const { cut, problems } = await cutRepeatedly(machine, CONTROL_CUTS);
    console.log(
      cut === undefined
        ? `${name} without syncs: nothing was missing after ${CONTROL_CUTS} cuts, so the test sees nothing`
        : `${name} without syncs: caught at cut ${cut}, ${problems.length} wrong, such as ${problems[0].slice(0, 200)}`,
    );
    return cut !== undefined;
  } finally {
    await machine.stop();
  }
}

const [binaries, parent, cuts, library] = process.argv.slice(2);
const [bin, directory, preload] = [binaries, parent, library].map((path) => resolve(path));
let passed = true;
for (const name of KEEPERS)
  passed = (await controlIsCaught(directory, bin, name, preload)) && passed;
passed = (await keepsWhatItAcknowledged(directory, bin, Number(cuts))) && passed;
process.exit(passed ? 0 : 1);
