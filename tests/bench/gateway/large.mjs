// Small requests that share a loop with large ones.
import { writeFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { percentiles } from "../load.mjs";
import { once } from "../once.mjs";
import { cpuMicroseconds } from "../usage.mjs";
import { echoOfDocument, WORD } from "./requests.mjs";
import { ONE_LOOP, startSide } from "./sides.mjs";

const PER_SECOND = 200;
const LARGE_BYTES = 64 * 2 ** 20;
// A server that takes less of the processor in a pause does nothing.
const PAUSE_MILLISECONDS = 200;
const IDLE_MICROSECONDS = 10_000;

const microseconds = () => Number(process.hrtime.bigint() / 1000n);

// Microseconds from when it was due.
function askAt(origin, agent, due) {
  return new Promise((resolve, reject) => {
    const request = get(origin + WORD.target, { agent }, (reply) => {
      let text = "";
      reply.on("data", (data) => {
        text += data;
      });
      reply.on("end", () => {
        if (text === WORD.answer) resolve(microseconds() - due);
        else reject(new Error(`${WORD.target}: ${reply.statusCode} ${text.slice(0, 300)}`));
      });
    });
    request.on("error", reject);
  });
}

// Asks so often, however long the answers take.
async function askSteadily(origin, seconds) {
  const agent = new Agent({ keepAlive: true });
  const asked = [];
  const begin = microseconds();
  const count = PER_SECOND * seconds;
  while (asked.length < count) {
    const due = begin + (asked.length * 1e6) / PER_SECOND;
    const early = due - microseconds();
    if (early > 0) await sleep(early / 1000);
    asked.push(askAt(origin, agent, due));
  }
  const delays = await Promise.all(asked);
  agent.destroy();
  return { requests: count, seconds: (microseconds() - begin) / 1e6, ...percentiles(delays) };
}

// The document with its largest list again and again.
const largeDocument = once(async (suite) => {
  const { body } = await echoOfDocument(suite, "mixed");
  const document = JSON.parse(body);
  const sizeOf = (value) => (Array.isArray(value) ? JSON.stringify(value).length : 0);
  const name = Object.keys(document).sort((a, b) => sizeOf(document[b]) - sizeOf(document[a]))[0];
  const times = Math.floor(LARGE_BYTES / sizeOf(document[name]));
  document[name] = Array(times).fill(document[name]).flat();
  const file = join(suite.directory, "large.json");
  writeFileSync(file, JSON.stringify(document));
  return file;
});

const oneLoop = async (suite, name) => {
  const { origin, process } = await startSide(suite, ONE_LOOP, name, [WORD]);
  return { origin, servers: { gateway: process } };
};

// What is under way is converted to its end, and would stand in the figures of the next case.
async function untilIdle(server) {
  for (let before = Number.NEGATIVE_INFINITY; ; ) {
    const spent = cpuMicroseconds(server);
    if (spent - before < IDLE_MICROSECONDS) return;
    before = spent;
    await sleep(PAUSE_MILLISECONDS);
  }
}

export async function smallAlone(suite) {
  const { origin, servers } = await oneLoop(suite, "small-alone");
  return Object.assign((seconds) => askSteadily(origin, seconds), { servers });
}

export async function smallBesideLarge(suite) {
  const { origin, servers } = await oneLoop(suite, "small-beside-large");
  const workerData = { url: `${origin}/document`, file: await largeDocument(suite) };
  let worker;
  const prepare = () => {
    worker = new Worker(new URL("large_worker.mjs", import.meta.url), { workerData });
    return new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
  };
  const finish = async () => {
    await worker.terminate();
    await untilIdle(servers.gateway);
  };
  return Object.assign((seconds) => askSteadily(origin, seconds), { servers, prepare, finish });
}
