// The suite under mixed load, for a while. First faults happen to it one after another,
// and each client's history has to be right: every request ends, what was acknowledged
// is there, what was refused is not, what nobody knows is whole or not at all. Then it
// does the same work three times over, and the memory has to be where it was.
//
//   node tests/soak/main.mjs BIN DIRECTORY MINUTES disk|s3
//
// DIRECTORY is a file system of its own, which gets full. Objects are there too, or in a
// real S3, which fails as well.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { names, servers } from "../../tools/suite.mjs";
import { Suite } from "../support/suite.mjs";
import { EntryClient, ObjectClient, TransformClient } from "./clients.mjs";
import { faults } from "./faults.mjs";
import { Http } from "./http.mjs";
import { S3 } from "./s3.mjs";
import { Watch, Writes } from "./watches.mjs";

const CLIENTS = 4; // of each kind
const AFTER_A_FAILURE_MILLISECONDS = 50;
const POLL_MILLISECONDS = 20;
const PATIENCE_MILLISECONDS = 60_000;
const STEPS_OF_A_ROUND = 400; // of each client
const ROUNDS = 3;
const GROWTH = 1.05;
// Of the time, what belongs to the faults.
const SHARE_OF_FAULTS = 0.75;

class Soak {
  problems = [];
  #clients = [];
  #watches = [];
  #running = [];
  #stopping = false;
  #writes = new Writes();

  constructor(suite) {
    this.suite = suite;
  }

  // Once it serves.
  async prepare() {
    this.http = new Http(this.suite.origin);
    const bucket = await this.http.ask("POST", "/api/v1/buckets?bucket_id=soak");
    if (bucket.status !== 200) throw new Error(`no bucket: ${bucket.status} ${bucket.body}`);
    const list = await this.http.ask("GET", "/api/v1/namespaces/soak/entries");
    const after = Number(JSON.parse(list.body).revision);
    this.#clients = Array.from({ length: CLIENTS }, (_, number) => [
      new EntryClient(this.http, number, this.#writes),
      new ObjectClient(this.http, number),
      new TransformClient(this.http),
    ]).flat();
    for (const framing of ["lines", "events", "lines", "events"])
      this.#watches.push(new Watch(this.http, framing, after));
  }

  // Requests that were answered, by kind of client.
  get done() {
    const done = {};
    for (const client of this.#clients)
      done[client.constructor.kind] = (done[client.constructor.kind] ?? 0) + client.done;
    return done;
  }

  get connections() {
    return this.#watches.reduce((sum, { connections }) => sum + connections, 0);
  }

  // Starts every client; with `steps`, each does that many that are answered.
  start(steps = Number.POSITIVE_INFINITY) {
    this.#stopping = false;
    this.#running = this.#clients.map((client) => this.#work(client, steps));
  }

  async #work(client, steps) {
    for (let step = 0; step < steps && !this.#stopping; ) {
      if (await client.step()) step++;
      else await sleep(AFTER_A_FAILURE_MILLISECONDS);
    }
  }

  // Waits for the steps of start().
  finished() {
    return Promise.all(this.#running);
  }

  async stop() {
    this.#stopping = true;
    await this.finished();
  }

  // After a fault every kind of client is served again.
  async recovers(fault) {
    const before = this.done;
    for (const start = Date.now(); ; await sleep(POLL_MILLISECONDS)) {
      const waiting = Object.keys(before).filter((kind) => this.done[kind] === before[kind]);
      if (waiting.length === 0) return;
      if (Date.now() - start < PATIENCE_MILLISECONDS) continue;
      this.problems.push(`a minute after "${fault}" nobody is answered: ${waiting.join(", ")}`);
      return;
    }
  }

  // Looks at everything that any client knows.
  async check() {
    for (const client of this.#clients) await client.check();
    for (const watch of this.#watches) await watch.check(this.#writes);
    this.#writes.forget();
    const { unended } = this.http;
    for (const request of unended.splice(0)) this.problems.push(`it did not end: ${request}`);
    for (const one of [...this.#clients, ...this.#watches]) this.problems.push(...one.problems);
    return this.problems.length === 0;
  }

  async end() {
    await this.stop();
    await Promise.all(this.#watches.map((watch) => watch.end()));
    this.http?.close();
  }
}

// Bytes that a process has to itself: not its binary, nor files that it has mapped.
function memoryOf({ pid }) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return 1024 * Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)[1]);
}

async function runFaults(soak, disk, s3, until) {
  let happened = 0;
  while (Date.now() < until) {
    soak.start();
    for (const [name, happens] of faults(soak.suite, disk, s3, soak.problems)) {
      await happens();
      happened++;
      await soak.recovers(name);
      if (Date.now() > until) break;
    }
    await soak.stop();
    if (!(await soak.check())) break;
  }
  console.log(
    `${happened} faults; answered: ${JSON.stringify(soak.done)}; watches began ${soak.connections} times`,
  );
}

async function runRounds(soak) {
  const all = names(servers);
  const memory = () => Object.fromEntries(all.map((name) => [name, memoryOf(soak.suite[name])]));
  const grown = (first, now) => all.filter((name) => now[name] > GROWTH * first[name]);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    soak.start(STEPS_OF_A_ROUND);
    await soak.finished();
    await soak.check();
    rounds.push(memory());
  }
  const [first] = rounds;
  // What ends by itself, such as connections of clients that went away, may take a while.
  let last = rounds.at(-1);
  for (const start = Date.now(); grown(first, last).length > 0; await sleep(POLL_MILLISECONDS)) {
    last = memory();
    if (Date.now() - start > PATIENCE_MILLISECONDS) break;
  }
  const shown = (bytes) => `${(bytes / (1 << 20)).toFixed(1)} MiB`;
  for (const name of all)
    console.log(`${name}: ${[...rounds, last].map((one) => shown(one[name])).join(", ")}`);
  for (const name of grown(first, last))
    soak.problems.push(`${name} grew from ${shown(first[name])} to ${shown(last[name])}`);
}

// Data on the disk that gets full, logs elsewhere.
function makeSuite(binaries, directory, disk, s3) {
  for (const { name, data } of servers) {
    if (!data) continue;
    mkdirSync(join(disk, name));
    symlinkSync(join(disk, name), join(directory, name));
  }
  // Small, so that the first round fills it.
  const args = { config: ["--watch_buffer_bytes=262144"], storage: s3?.args };
  return new Suite({ binaries, directory, args, environment: { storage: s3?.environment } });
}

const [binaries, disk, minutes, place] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), "triad-soak-"));
const s3 = place === "s3" ? new S3() : undefined;
await s3?.start(directory);
const suite = makeSuite(resolve(binaries), directory, resolve(disk), s3);
const soak = new Soak(suite);
try {
  await suite.start();
  await soak.prepare();
  const until = Date.now() + SHARE_OF_FAULTS * 60_000 * Number(minutes);
  await runFaults(soak, resolve(disk), s3, until);
  if (soak.problems.length === 0) await runRounds(soak);
} catch (error) {
  soak.problems.push(`${error.stack}\n${suite.log}`);
} finally {
  await soak.end();
  await suite.stop();
  await s3?.end();
}
for (const problem of soak.problems.slice(0, 20)) console.log(problem);
console.log(`${soak.problems.length} problems`);
if (soak.problems.length === 0) rmSync(suite.directory, { recursive: true });
else console.log(`logs: ${suite.directory}`);
process.exit(soak.problems.length === 0 ? 0 : 1);
