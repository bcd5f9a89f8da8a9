// Sizes of the images, compressed as a registry keeps them, and how long each
// takes from `docker start` to its first good answer. What of that is the
// engine's is seen with a container that ends at once. And how soon the command
// line in the gateway's image, which people also have as a file, says something.
//
//   node tests/bench/images.mjs TAG
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createGzip } from "node:zlib";
import { healthOf, member } from "../../tools/suite.mjs";
import { ask, freePort } from "../containers/http.mjs";
import { docker, IMAGES, root, triadctl } from "../containers/live/docker.mjs";
import { median, table } from "./table.mjs";
import { startsOfTriadctl } from "./transform/starts.mjs";

const STARTS = 7;
const MIB = 1024 * 1024;

async function compressedBytes(image) {
  const saving = spawn("docker", ["save", image], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(saving, "exit");
  let bytes = 0;
  for await (const piece of saving.stdout.pipe(createGzip())) bytes += piece.length;
  const [code] = await ended;
  if (code !== 0) throw new Error(`docker save ${image} failed`);
  return bytes;
}

// Runs `use` with a container that was made, not started, and times it.
async function timed(args, use) {
  const container = await docker("create", "--read-only", ...args);
  try {
    const begin = performance.now();
    await use(container);
    return performance.now() - begin;
  } finally {
    await docker("rm", "--force", "--volumes", container);
  }
}

// Asks only once the container has its network: before that nobody answers for
// its address, and the kernel waits a second before it looks for it again.
async function timeToServe(image, [port, path]) {
  const host = await freePort();
  const args = ["--publish", `127.0.0.1:${host}:${port}`, image];
  return timed(args, async (container) => {
    await docker("start", container);
    for (let status = 0; status !== 200; ) {
      const answer = await ask(`http://127.0.0.1:${host}`, path).catch(() => ({ status: 0 }));
      status = answer.status;
    }
  });
}

// The probe asks nobody and ends: what is measured is the engine.
const timeOfEngine = (image) =>
  timed(["--entrypoint", "/triad-probe", image, "--help"], (container) =>
    docker("start", container),
  );

async function medianOf(measure) {
  const samples = [];
  for (let i = 0; i < STARTS; i++) samples.push(await measure());
  return median(samples);
}

const tag = process.argv[2] ?? "dev";
const results = {};
for (const name of IMAGES) {
  const image = `triad/${name}:${tag}`;
  results[name] = {
    mebibytes: (await compressedBytes(image)) / MIB,
    milliseconds: await medianOf(() => timeToServe(image, healthOf(member(name)))),
  };
}
const engine = await medianOf(() => timeOfEngine(`triad/gateway:${tag}`));
const sum = Object.values(results).reduce((total, one) => total + one.mebibytes, 0);
const rows = Object.entries(results).map(([name, one]) => [
  name,
  one.mebibytes.toFixed(1),
  one.milliseconds.toFixed(0),
]);
console.log(
  table([
    [`triad/*:${tag}`, "MiB compressed", "ms to serving"],
    ...rows,
    ["all five", sum.toFixed(1), ""],
  ]),
);
console.log(`\nof each start, ${engine.toFixed(0)} ms are the engine's; medians of ${STARTS}`);
const commandLine = startsOfTriadctl(triadctl);
const figures = Object.entries(commandLine).map(([what, one]) => `${what}: ${one.toFixed(1)}`);
console.log(`triadctl: ${figures.join("; ")}`);
const file = join(root, "build/bench-images.json");
writeFileSync(file, JSON.stringify({ results, sum, engine, triadctl: commandLine }, null, 2));
console.log(`also in ${file}`);
