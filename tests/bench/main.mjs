// Measures the suite: three interleaved rounds of every case, medians, replies
// checked. Ratios within one run are what can be compared; absolute figures
// depend on the machine, load generator included.
//
//   node tests/bench/main.mjs BUILD_DIRECTORY [--seconds=N] [NAME...]
import { writeFileSync } from "node:fs";
import { arch, cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { servers as listed, names as namesOf } from "../../tools/suite.mjs";
import { Suite } from "../support/suite.mjs";
import { cases, ratios } from "./cases.mjs";
import { median, table } from "./table.mjs";
import { cpuMicroseconds, peakMebibytes } from "./usage.mjs";

const ROUNDS = 3;
const SERVERS = namesOf(listed);

function processorTimes(servers) {
  return Object.fromEntries(
    SERVERS.map((name) => [name, servers[name] ? cpuMicroseconds(servers[name]) : 0]),
  );
}

// One case for some seconds, with what it cost each server per request. A case that
// runs against other servers than the suite's names them.
async function measure(run, suite, seconds) {
  const servers = run.servers ?? suite;
  const before = processorTimes(servers);
  const { requests, seconds: took, p50, p99 } = await run(seconds);
  const after = processorTimes(servers);
  const sample = { rate: requests / took, p50, p99 };
  for (const name of SERVERS) sample[name] = (after[name] - before[name]) / requests;
  return sample;
}

function perSecond(rate) {
  return rate < 10 ? rate.toFixed(2) : Math.round(rate).toLocaleString("en");
}

async function runRounds(suite, names, seconds) {
  const runs = new Map();
  for (const name of names) runs.set(name, await cases[name](suite));
  const samples = new Map(names.map((name) => [name, []]));
  for (let round = 1; round <= ROUNDS; round++) {
    for (const name of names) {
      const sample = await measure(runs.get(name), suite, seconds);
      samples.get(name).push(sample);
      console.log(`round ${round} of ${ROUNDS}: ${name}: ${perSecond(sample.rate)}/s`);
    }
  }
  return samples;
}

// The median of each column over the rounds.
function summarize(samples) {
  const columns = Object.keys(samples[0]);
  return Object.fromEntries(columns.map((key) => [key, median(samples.map((one) => one[key]))]));
}

function report(results, divided, memory) {
  const head = ["", "req/s", "p50 ms", "p99 ms", ...SERVERS.map((name) => `${name} µs`)];
  const rows = Object.entries(results).map(([name, one]) => [
    name,
    perSecond(one.rate),
    (one.p50 / 1000).toFixed(2),
    (one.p99 / 1000).toFixed(2),
    ...SERVERS.map((server) => one[server].toFixed(1)),
  ]);
  console.log(`\n${table([head, ...rows])}`);
  console.log("\nµs: processor time of that server per request. Medians of three rounds.\n");
  for (const [pair, ratio] of Object.entries(divided)) console.log(`${pair}: ${ratio.toFixed(2)}`);
  const peaks = SERVERS.map((name) => `${name} ${memory[name].toFixed(0)} MiB`);
  console.log(`most memory resident: ${peaks.join(", ")}`);
}

function chosen(words) {
  const names = Object.keys(cases).filter(
    (name) => words.length === 0 || words.some((word) => name.includes(word)),
  );
  if (names.length === 0) {
    throw new Error(`no case has such a name; there are: ${Object.keys(cases).join("; ")}`);
  }
  return names;
}

async function main() {
  const options = { seconds: { type: "string", default: "5" } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [build, ...words] = positionals;
  const names = chosen(words);
  // Data goes below the build, not to /tmp, which may be memory: a durable write has
  // to reach a disk.
  const suite = new Suite({ binaries: resolve(build, "bin"), parent: resolve(build) });
  try {
    await suite.start();
    const samples = await runRounds(suite, names, Number(values.seconds));
    const results = Object.fromEntries(names.map((name) => [name, summarize(samples.get(name))]));
    const divided = Object.fromEntries(
      ratios
        .filter((pair) => pair.every((name) => name in results))
        .map(([a, b]) => [`${a} / ${b}`, results[a].rate / results[b].rate]),
    );
    const memory = Object.fromEntries(SERVERS.map((one) => [one, peakMebibytes(suite[one])]));
    report(results, divided, memory);
    const file = join(build, "..", "bench.json");
    const machine = `${cpus().length} × ${cpus()[0].model}, ${arch()}`;
    writeFileSync(file, JSON.stringify({ machine, results, ratios: divided, memory }, null, 2));
    console.log(`also in ${file}`);
  } finally {
    await suite.stop();
  }
}

try {
  await main();
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exit(1);
}
