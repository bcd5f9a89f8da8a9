// The whole suite as real processes on free ports in a temporary directory.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const TAIL_LINES = 40;

// One binary of the suite. It keeps its ports over restarts, so that the
// gateway, and the page, find it again.
export class Server {
  #binary;
  #args;
  #environment;
  #log = [];
  #child;
  #listen = "127.0.0.1:0";
  #admin = "127.0.0.1:0";

  constructor(binary, args, environment = {}) {
    this.#binary = binary;
    this.#args = args;
    this.#environment = environment;
  }

  get address() {
    return this.#listen;
  }

  get admin() {
    return this.#admin;
  }

  // Starts it and waits until it serves.
  async start() {
    const args = [
      ...this.#args,
      `--listen=${this.#listen}`,
      `--admin_listen=${this.#admin}`,
      "--log_format=json",
    ];
    // setpriv: whatever ends the test ends what it started.
    const command = ["--pdeathsig", "KILL", "--", this.#binary, ...args];
    this.#child = spawn("setpriv", command, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...this.#environment },
    });
    const serving = await this.#waitForServing(this.#child);
    this.#listen = serving.listen;
    this.#admin = serving.admin;
  }

  // Asks it to drain, and waits for its end. Returns the exit code, or the name
  // of the signal that killed it.
  async stop() {
    const child = this.#child;
    if (child === undefined || ended(child)) return child?.exitCode ?? child?.signalCode;
    child.kill("SIGTERM");
    const [code, signal] = await once(child, "exit");
    return code ?? signal;
  }

  // Ends it without a warning.
  async kill() {
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }

  // The end of its log, for the message of a failure.
  get log() {
    return `${this.#binary}:\n${this.#log.join("\n")}\n`;
  }

  #waitForServing(child) {
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`it ended before it served\n${this.log}`)));
      // What keeps it from serving is said on stderr, what it does on stdout.
      for (const input of [child.stdout, child.stderr]) {
        createInterface({ input }).on("line", (line) => {
          this.#log.push(line);
          if (this.#log.length > TAIL_LINES) this.#log.shift();
          const serving = servingLine(line);
          if (serving) resolve(serving);
        });
      }
    });
  }
}

function ended(child) {
  return child.exitCode !== null || child.signalCode !== null;
}

// The log line that says where a binary serves, or nothing.
function servingLine(line) {
  if (!line.includes('"serving"')) return undefined;
  const fields = JSON.parse(line);
  return fields.message === "serving" ? fields : undefined;
}

export class Suite {
  #directory = mkdtempSync(join(tmpdir(), "triad-browser-"));
  #binaries;
  #site;

  // `binaries` and `site` are directories of a build; `environment` is what the
  // config service is filled from.
  constructor({ binaries, site, environment }) {
    this.#binaries = binaries;
    this.#site = site;
    this.config = this.#server("config", [this.#data("config")], environment);
    this.transform = this.#server("transform", []);
    this.storage = this.#server("storage", [this.#data("storage")]);
  }

  async start() {
    await Promise.all([this.config.start(), this.transform.start(), this.storage.start()]);
    const upstreams = [
      `triad.config.v1.ConfigService=${this.config.address}`,
      `triad.transform.v1.TransformService=${this.transform.address}`,
      `triad.storage.v1.StorageService=${this.storage.address}`,
    ];
    const args = [`--upstream=${upstreams.join(",")}`, `--site=${this.#site}`];
    this.gateway = this.#server("gateway", args);
    await this.gateway.start();
  }

  get origin() {
    return `http://${this.gateway.address}`;
  }

  // Where the services keep their data, each below its name.
  get directory() {
    return this.#directory;
  }

  // Drains everything, the gateway first. Returns the exit codes by name.
  async stop() {
    const codes = {};
    for (const name of ["gateway", "config", "transform", "storage"]) {
      codes[name] = await this[name]?.stop();
    }
    rmSync(this.#directory, { recursive: true, force: true });
    return codes;
  }

  get log() {
    return [this.config, this.transform, this.storage, this.gateway]
      .map((one) => one?.log)
      .join("");
  }

  #server(name, args, environment) {
    return new Server(join(this.#binaries, `triad-${name}`), args, environment);
  }

  #data(name) {
    const directory = join(this.#directory, name);
    mkdirSync(directory);
    return `--data_dir=${directory}`;
  }
}
