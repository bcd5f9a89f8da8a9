// A real Prometheus on a free loopback port, with Triad's rules, that watches the
// suite closely: what takes it a quarter of an hour elsewhere takes it seconds.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const INTERVAL = "1s";

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

// YAML is a superset of JSON.
function configuration(rules, targets) {
  return JSON.stringify({
    global: { scrape_interval: INTERVAL, evaluation_interval: INTERVAL },
    rule_files: [join(rules, "*.yaml")],
    scrape_configs: Object.entries(targets).map(([job, target]) => ({
      job_name: job,
      static_configs: [{ targets: [target] }],
    })),
  });
}

export class Prometheus {
  #directory = mkdtempSync(join(tmpdir(), "triad-prometheus-"));
  #child;
  #origin;

  // `rules` is a directory, `targets` the admin address of each job. Returns once
  // it answers.
  async start(rules, targets) {
    const file = join(this.#directory, "prometheus.yml");
    writeFileSync(file, configuration(rules, targets));
    const address = `127.0.0.1:${await freePort()}`;
    const args = [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(this.#directory, "data")}`,
      `--web.listen-address=${address}`,
      "--log.level=warn",
    ];
    // setpriv: whatever ends the test ends what it started.
    this.#child = spawn("setpriv", ["--pdeathsig", "KILL", "--", "prometheus", ...args], {
      cwd: this.#directory,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let log = "";
    this.#child.stderr.on("data", (chunk) => {
      log += chunk;
    });
    this.#origin = `http://${address}`;
    while (!(await this.#ready())) {
      if (this.#child.exitCode !== null) {
        throw new Error(`prometheus ended at once (./dev test fetches it): ${log}`);
      }
      await sleep(50);
    }
  }

  async #ready() {
    try {
      return (await fetch(`${this.#origin}/-/ready`)).ok;
    } catch {
      return false; // it does not listen yet
    }
  }

  // What /api/v1/PATH answers, or an error with Prometheus's own words.
  async get(path, parameters = {}) {
    const query = new URLSearchParams(parameters);
    const answer = await (await fetch(`${this.#origin}/api/v1/${path}?${query}`)).json();
    if (answer.status !== "success")
      throw new Error(`${JSON.stringify(parameters)}: ${answer.error}`);
    return answer.data;
  }

  // The series that an expression gives now.
  async series(expression) {
    return (await this.get("query", { query: expression })).result;
  }

  // Waits until `expression` gives a series.
  async until(expression, seconds = 60) {
    const end = Date.now() + seconds * 1000;
    while ((await this.series(expression)).length === 0) {
      if (Date.now() > end) throw new Error(`${expression} gives nothing after ${seconds} seconds`);
      await sleep(200);
    }
  }

  async stop() {
    if (this.#child?.exitCode === null) {
      this.#child.kill("SIGTERM");
      await once(this.#child, "exit");
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

// The metrics of one process, as they are scraped.
export async function scrape(address) {
  return (await fetch(`http://${address}/metrics`)).text();
}

export function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
