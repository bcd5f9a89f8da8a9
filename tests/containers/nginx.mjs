// The frontend's nginx as a process on loopback, with the configuration of its
// image but for port, paths and gateway.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ask, freePort } from "./http.mjs";

const root = resolve(import.meta.dirname, "../..");
const binary = join(root, ".dev/unpacked/nginx/usr/sbin/nginx");

// Each is there exactly so often: a test of another configuration proves nothing.
function replaceExactly(text, times, from, to) {
  assert.equal(text.split(from).length - 1, times, `nginx.conf says ${from} ${times} times`);
  return text.replaceAll(from, to);
}

export class Nginx {
  #child;
  #errors = "";

  // `build` holds the site and the generated rules; `gateway` is HOST:PORT, which has
  // `readTimeout` to answer.
  constructor({ build, gateway, readTimeout = "60s" }) {
    this.directory = mkdtempSync(join(tmpdir(), "triad-nginx-"));
    this.build = build;
    this.gateway = gateway;
    this.readTimeout = readTimeout;
  }

  async start() {
    assert.ok(existsSync(binary), `${binary} is missing: ./dev test unpacks it`);
    const port = await freePort();
    this.origin = `http://127.0.0.1:${port}`;
    this.#writeConfiguration(port);
    const args = ["-e", "stderr", "-p", this.directory, "-c", "nginx.conf"];
    // setpriv: whatever ends the test ends what it started.
    const command = ["--pdeathsig", "KILL", "--", binary, ...args];
    this.#child = spawn("setpriv", command, { stdio: ["ignore", "ignore", "pipe"] });
    this.#child.stderr.on("data", (chunk) => {
      this.#errors += chunk;
    });
    await this.#untilItAnswers();
  }

  // Asks it to finish what it does, as its image's STOPSIGNAL does. Returns its
  // exit code.
  async stop() {
    const child = this.#child;
    if (child.exitCode === null) {
      child.kill("SIGQUIT");
      await once(child, "exit");
    }
    return child.exitCode;
  }

  get accessLog() {
    return readFileSync(join(this.directory, "access.log"), "utf8");
  }

  remove() {
    rmSync(this.directory, { recursive: true, force: true });
  }

  #writeConfiguration(port) {
    cpSync(join(root, "frontend/nginx"), this.directory, { recursive: true });
    cpSync(join(this.build, "nginx"), this.directory, { recursive: true });
    let text = readFileSync(join(this.directory, "nginx.conf"), "utf8");
    text = replaceExactly(text, 1, "listen 8080;", `listen 127.0.0.1:${port};`);
    text = replaceExactly(text, 1, "root /srv/triad;", `root ${join(this.build, "site")};`);
    text = replaceExactly(text, 6, "/dev/shm/", `${this.directory}/`);
    const timeout = "proxy_read_timeout";
    text = replaceExactly(text, 1, `${timeout} 60s;`, `${timeout} ${this.readTimeout};`);
    // What Node reads from is no file that can be opened by name.
    text = replaceExactly(text, 1, "/dev/stdout", join(this.directory, "access.log"));
    writeFileSync(join(this.directory, "nginx.conf"), text);
    writeFileSync(
      join(this.directory, "triad/gateway.conf"),
      `map "" $triad_gateway {\n  default ${this.gateway};\n}\n`,
    );
  }

  async #untilItAnswers() {
    for (;;) {
      try {
        if ((await ask(this.origin, "/healthz")).status === 200) return;
      } catch (error) {
        if (error.code !== "ECONNREFUSED") throw error;
      }
      if (this.#child.exitCode !== null) throw new Error(`nginx ended at start:\n${this.#errors}`);
      await sleep(20);
    }
  }
}
