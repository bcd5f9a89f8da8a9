// A real S3 behind a proxy at which it can fail.
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Process } from "../support/suite.mjs";

const SERVE = resolve(import.meta.dirname, "../support/s3/serve.sh");
const SLOW_DOWN =
  "HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\nRetry-After: 1\r\n\r\n";

export class S3 {
  #process;
  #target;
  #proxy = createServer((client) => this.#serve(client));
  #pairs = new Set();
  // What becomes of new connections: served, reset, or told to slow down.
  #mode = "served";

  // Logs and data are in `directory`, on a disk that does not get full.
  async start(directory) {
    const home = join(directory, "s3");
    mkdirSync(home);
    this.#process = new Process([SERVE, home], join(directory, "s3.log"));
    const [, host, port] = await this.#process.says(/^serving http:\/\/(\S+):(\d+)$/m);
    this.#target = { host, port: Number(port) };
    this.#proxy.listen(0, "127.0.0.1");
    await once(this.#proxy, "listening");
  }

  // What storage takes to keep its objects here.
  get args() {
    const endpoint = `http://127.0.0.1:${this.#proxy.address().port}`;
    return ["--blobs=s3://triad/soak", `--s3_endpoint=${endpoint}`, "--s3_path_style=true"];
  }
  get environment() {
    return { AWS_ACCESS_KEY_ID: "triad", AWS_SECRET_ACCESS_KEY: "triad-secret" };
  }

  #serve(client) {
    client.on("error", () => {});
    if (this.#mode === "reset") return client.resetAndDestroy();
    if (this.#mode === "slow down") {
      client.once("data", () => client.end(SLOW_DOWN));
      return;
    }
    const server = connect(this.#target);
    const pair = [client, server];
    this.#pairs.add(pair);
    for (const [from, to] of [pair, pair.toReversed()]) {
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        to.destroy();
        this.#pairs.delete(pair);
      });
    }
  }

  // [name, what to do]: each is done and undone.
  faults(duration) {
    return [
      ["S3 resets connections", () => this.#refuse("reset", duration())],
      ["S3 says to slow down", () => this.#refuse("slow down", duration())],
      ["S3 stands still", () => this.#stall(duration())],
    ];
  }

  // Connections that there are break off, in the middle of whatever they carry.
  async #refuse(mode, milliseconds) {
    this.#mode = mode;
    for (const pair of this.#pairs) for (const end of pair) end.resetAndDestroy();
    await sleep(milliseconds);
    this.#mode = "served";
  }

  async #stall(milliseconds) {
    const stalled = [...this.#pairs].flat();
    for (const end of stalled) end.pause();
    await sleep(milliseconds);
    for (const end of stalled) end.resume();
  }

  async end() {
    this.#proxy.close();
    for (const pair of this.#pairs) for (const end of pair) end.destroy();
    await this.#process?.end();
  }
}
