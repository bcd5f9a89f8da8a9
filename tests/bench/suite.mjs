// The suite under measurement: real processes on free ports, in a temporary
// directory, logging to files as they would on a server.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const NANOSECONDS_PER_MICROSECOND = 1000;

class Server {
  #child;
  #log;

  constructor(binary, log, args) {
    this.#log = log;
    const output = openSync(log, "w");
    const all = [
      "--listen=127.0.0.1:0",
      "--admin_listen=127.0.0.1:0",
      "--log_format=json",
      ...args,
    ];
    // setpriv: whatever ends the benchmark ends what it started.
    this.#child = spawn("setpriv", ["--pdeathsig", "KILL", "--", binary, ...all], {
      stdio: ["ignore", output, output],
    });
  }

  // Waits until it serves; `address` is known from then on.
  async ready() {
    for (;;) {
      const lines = readFileSync(this.#log, "utf8").split("\n");
      const line = lines.find((one) => one.includes('"serving"'));
      if (line) {
        this.address = JSON.parse(line).listen;
        return this;
      }
      if (this.#child.exitCode !== null) throw new Error(`it ended at start: ${lines.join("\n")}`);
      await sleep(20);
    }
  }

  // Processor time used so far, in microseconds, over all threads.
  get cpuMicroseconds() {
    const tasks = `/proc/${this.#child.pid}/task`;
    let nanoseconds = 0;
    for (const task of readdirSync(tasks)) {
      nanoseconds += Number(readFileSync(join(tasks, task, "schedstat"), "utf8").split(" ")[0]);
    }
    return nanoseconds / NANOSECONDS_PER_MICROSECOND;
  }

  // Most memory that was ever resident, in MiB.
  get peakMebibytes() {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)[1]) / 1024;
  }

  async stop() {
    if (this.#child.exitCode !== null) return;
    this.#child.kill("SIGTERM");
    await once(this.#child, "exit");
  }
}

// Starts what was built in `build`. Data goes below it, not to /tmp, which may be
// memory: a durable write has to reach a disk.
export async function startSuite(build) {
  const directory = mkdtempSync(join(build, "bench-"));
  const start = (name, args) =>
    new Server(join(build, "bin", `triad-${name}`), join(directory, `${name}.log`), args).ready();
  const servers = {};
  servers.config = await start("config", [`--data_dir=${directory}/config`]);
  servers.transform = await start("transform", []);
  servers.storage = await start("storage", [`--data_dir=${directory}/storage`]);
  const upstreams = [
    `triad.config.v1.ConfigService=${servers.config.address}`,
    `triad.transform.v1.TransformService=${servers.transform.address}`,
    `triad.storage.v1.StorageService=${servers.storage.address}`,
  ];
  servers.gateway = await start("gateway", [
    `--upstream=${upstreams.join(",")}`,
    `--site=${build}/site`,
  ]);
  return {
    servers,
    directory,
    async stop() {
      for (const name of ["gateway", "config", "transform", "storage"]) await servers[name].stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
