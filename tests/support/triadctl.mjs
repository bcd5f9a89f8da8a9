// triadctl as a process, with files of its own and nothing of this machine's settings.
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./eventually.mjs";

// One that goes on, such as a watch, or that asks.
export class Running {
  stdout = "";
  stderr = "";
  #ended;
  #child;

  constructor(command, args, options) {
    this.#child = spawn(command, args, options);
    for (const name of ["stdout", "stderr"]) {
      this.#child[name].setEncoding("utf8").on("data", (text) => (this[name] += text));
    }
    // Who ends early reads no more.
    this.#child.stdin.on("error", () => {});
    this.#ended = new Promise((done) =>
      this.#child.on("close", (code, signal) => done({ code: code ?? signal })),
    );
  }

  get pid() {
    return this.#child.pid;
  }

  type(text) {
    this.#child.stdin.write(text);
  }

  // What it is told at once, and no more.
  finishInput(text) {
    this.#child.stdin.end(text);
  }

  says(pattern) {
    return eventually(`${pattern} in ${this.stdout} ${this.stderr}`, () =>
      pattern.test(this.stdout),
    );
  }

  // Waits for its end.
  async result() {
    const { code } = await this.#ended;
    return { code, stdout: this.stdout, stderr: this.stderr };
  }

  async end(signal = "SIGINT") {
    this.#child.kill(signal);
    return this.result();
  }
}

export class Triadctl {
  home = mkdtempSync(join(tmpdir(), "triadctl-"));
  #binary;
  #environment;

  constructor(binaries, environment) {
    this.#binary = join(binaries, "triadctl");
    const { PATH } = process.env;
    this.#environment = {
      PATH: `${binaries}:${PATH}`,
      HOME: this.home,
      TERM: "xterm",
      ...environment,
    };
  }

  start(args, { environment = {} } = {}) {
    const env = { ...this.#environment, ...environment };
    return new Running(this.#binary, args, { cwd: this.home, env });
  }

  // { code, stdout, stderr }
  async run(args, { input = "", ...options } = {}) {
    const running = this.start(args, options);
    running.finishInput(input);
    return running.result();
  }

  // On a terminal of its own, by util-linux's script. What it shows is standard output.
  startOnTerminal(args, { environment = {} } = {}) {
    const env = { ...this.#environment, ...environment };
    const line = [this.#binary, ...args].map((arg) => `'${arg.replaceAll("'", "'\\''")}'`);
    const command = ["--quiet", "--return", "--command", line.join(" "), "/dev/null"];
    return new Running("script", command, { cwd: this.home, env });
  }

  // A line of a shell that finds triadctl.
  async shell(shell, line, environment = {}) {
    const env = { ...this.#environment, ...environment };
    const running = new Running(shell, ["-c", line], { cwd: this.home, env });
    running.finishInput("");
    return running.result();
  }
}
