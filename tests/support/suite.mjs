// The suite as real processes on free ports, for tests and for the bench. The C++
// tests have the same in suite.h; both start servers by tools/serve.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { names, servers, services } from "../../tools/suite.mjs";
import { eventually } from "./eventually.mjs";

const SERVE = resolve(import.meta.dirname, "../../tools/serve");
const POLL_MILLISECONDS = 20;
const TAIL_LINES = 40;

// A process with its log in a file. Whatever ends this one ends it, too.
export class Process {
  #child;
  #log;
  #lastWords; // the end of its log once it has ended, when the file may be gone

  constructor(command, log, environment = {}) {
    this.#log = log;
    const output = openSync(log, "w");
    this.#child = spawn("setpriv", ["--pdeathsig", "KILL", "--", ...command], {
      stdio: ["ignore", output, output],
      env: { ...process.env, ...environment },
    });
    closeSync(output);
  }

  get pid() {
    return this.#child.pid;
  }

  get #ended() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  // Waits for what `pattern` finds in the log.
  async says(pattern) {
    for (;;) {
      const ended = this.#ended;
      const found = pattern.exec(readFileSync(this.#log, "utf8"));
      if (found) return found;
      if (ended) throw new Error(`it has ended: ${this.tail}`);
      await sleep(POLL_MILLISECONDS);
    }
  }

  // The end of its log, for the message of a failure.
  get tail() {
    const text = () => readFileSync(this.#log, "utf8").split("\n").slice(-TAIL_LINES).join("\n");
    return this.#lastWords ?? text();
  }

  // Returns the exit code, or the name of the signal that ended it.
  async end(signal = "SIGTERM") {
    if (!this.#ended) {
      this.#child.kill(signal);
      await once(this.#child, "exit");
    }
    this.#lastWords ??= this.tail;
    return this.#child.exitCode ?? this.#child.signalCode;
  }
}

// One server of suite.json. It keeps its ports over restarts, so that the gateway,
// and the page, find it again.
export class Server {
  address = "127.0.0.1:0";
  admin = "127.0.0.1:0";
  #name;
  #binaries;
  #directory;
  #args;
  #environment;
  #process;

  // Its data and its log are in `directory`, which is there.
  constructor(name, { binaries, directory, args = [], environment = {} }) {
    this.#name = name;
    this.#binaries = binaries;
    this.#directory = directory;
    this.#args = args;
    this.#environment = environment;
  }

  // Starts it and waits until it serves. `args` are added to its own, and stay.
  async start(args = []) {
    this.#args = [...this.#args, ...args];
    await eventually(`${this.#name} with its ports`, () => this.#startOnce());
  }

  // False if one of its ports is taken: while it did not run, somebody else may have come.
  async #startOnce() {
    const ports = [`--listen=${this.address}`, `--admin_listen=${this.admin}`];
    const command = [SERVE, this.#binaries, this.#name, this.#directory, ...ports];
    this.#process = new Process(
      [...command, "--log_format=json", ...this.#args],
      join(this.#directory, `${this.#name}.log`),
      this.#environment,
    );
    try {
      const [line] = await this.#process.says(/^.*"message":"serving".*\n/m);
      ({ listen: this.address, admin: this.admin } = JSON.parse(line));
    } catch (error) {
      if (error.message.includes(" is in use; stop what uses it")) return false;
      throw error;
    }
    return true;
  }

  get pid() {
    return this.#process.pid;
  }

  get log() {
    return `${this.#name}:\n${this.#process?.tail}\n`;
  }

  // Asks it to drain, and waits for its end. Returns the exit code, or the name of
  // the signal that killed it.
  async stop() {
    return this.#process?.end();
  }

  // Ends it without a warning.
  async kill() {
    await this.#process.end("SIGKILL");
  }
}

// All of them, each a member by its name.
export class Suite {
  // Functions that end what was started on its behalf; called before it ends.
  stopWithIt = [];
  #isTemporary;

  // `binaries` is the directory of a build. `args` and `environment` are more of
  // either, by server. Data and logs are in `directory`, or in a temporary one below
  // `parent`.
  constructor({ binaries, directory, parent = tmpdir(), args = {}, environment = {} }) {
    this.binaries = binaries;
    this.#isTemporary = directory === undefined;
    this.directory = directory ?? mkdtempSync(join(parent, "triad-"));
    mkdirSync(this.directory, { recursive: true });
    for (const name of names(servers)) {
      const more = { args: args[name], environment: environment[name] };
      this[name] = new Server(name, { binaries, directory: this.directory, ...more });
    }
  }

  async start() {
    await Promise.all(names(services).map((name) => this[name].start()));
    await this.gateway.start(names(services).map((name) => `${name}=${this[name].address}`));
    this.origin = `http://${this.gateway.address}`;
  }

  get log() {
    return names(servers)
      .map((name) => this[name].log)
      .join("");
  }

  // Drains everything, the gateway first. Returns the exit codes by name.
  async stop() {
    for (const stop of this.stopWithIt.reverse()) await stop();
    const codes = { gateway: await this.gateway.stop() };
    await Promise.all(
      names(services).map(async (name) => {
        codes[name] = await this[name].stop();
      }),
    );
    if (this.#isTemporary) rmSync(this.directory, { recursive: true, force: true });
    return codes;
  }
}
