// The suite under measurement: real processes on free ports, in a temporary
// directory, logging to files as they would on a server.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const NANOSECONDS_PER_MICROSECOND = 1000;

// A process with its log in a file.
export class Server {
  #child;
  #log;

  constructor(program, log, args, environment = {}) {
    this.#log = log;
    const output = openSync(log, "w");
    // setpriv: whatever ends the benchmark ends what it started.
    this.#child = spawn("setpriv", ["--pdeathsig", "KILL", "--", program, ...args], {
      stdio: ["ignore", output, output],
      env: { ...process.env, ...environment },
    });
  }

  // Waits for a line of the log that matches, and returns what did.
  async says(pattern) {
    for (;;) {
      const text = readFileSync(this.#log, "utf8");
      const found = pattern.exec(text);
      if (found) return found;
      if (this.#child.exitCode !== null) throw new Error(`it ended at start: ${text}`);
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

// One of Triad's servers, on free ports; `address` is where it serves.
export async function startServer(build, name, log, args, environment) {
  const all = ["--listen=127.0.0.1:0", "--admin_listen=127.0.0.1:0", "--log_format=json", ...args];
  const server = new Server(join(build, "bin", `triad-${name}`), log, all, environment);
  const [line] = await server.says(/^.*"serving".*$/m);
  server.address = JSON.parse(line).listen;
  return server;
}

// Starts what was built in `build`. Data goes below it, not to /tmp, which may be
// memory: a durable write has to reach a disk. `stopWithIt` are functions for what
// else is started on its behalf.
export async function startSuite(build) {
  const directory = mkdtempSync(join(build, "bench-"));
  const start = (name, args) => startServer(build, name, join(directory, `${name}.log`), args);
  const servers = {};
  const stopWithIt = [];
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
    build,
    servers,
    directory,
    origin: `http://${servers.gateway.address}`,
    stopWithIt,
    async stop() {
      for (const stop of stopWithIt.reverse()) await stop();
      for (const name of ["gateway", "config", "transform", "storage"]) await servers[name].stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
