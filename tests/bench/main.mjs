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
import { cases, costs, ratios } from "./cases.mjs";
import { sizes } from "./sizes.mjs";
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

// By "a / b", what `of` makes of two results, for those pairs that were measured.
function divide(pairs, results, of) {
  return Object.fromEntries(
    pairs
      .filter((pair) => pair.every((name) => name in results))
      .map(([a, b]) => [`${a} / ${b}`, of(results[a]) / of(results[b])]),
  );
}

function report({ results, ratios, costs, memory, sizes }) {
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
  for (const [pair, ratio] of Object.entries(ratios)) console.log(`${pair}: ${ratio.toFixed(2)}`);
  for (const [pair, ratio] of Object.entries(costs)) {
    console.log(`processor time, ${pair}: ${ratio.toFixed(2)}`);
  }
  for (const [name, figures] of Object.entries(sizes)) {
    const words = Object.entries(figures).map(([what, figure]) => `${what}: ${figure.toFixed(1)}`);
    console.log(`${name}: ${words.join("; ")}`);
  }
  const peaks = SERVERS.map((name) => `${name} ${memory[name].toFixed(0)} MiB`);
  console.log(`most memory resident: ${peaks.join(", ")}`);
}

// The names of those that the words choose, of all if there are none.
function chosen(words) {
  const all = [...Object.keys(cases), ...Object.keys(sizes)];
  const names = all.filter(
    (name) => words.length === 0 || words.some((word) => name.includes(word)),
  );
  if (names.length === 0) throw new Error(`no case has such a name; there are: ${all.join("; ")}`);
  return names;
}

async function measureAll(suite, names, seconds) {
  const repeated = names.filter((name) => name in cases);
  const samples = await runRounds(suite, repeated, seconds);
  const results = Object.fromEntries(repeated.map((name) => [name, summarize(samples.get(name))]));
  const memory = Object.fromEntries(SERVERS.map((one) => [one, peakMebibytes(suite[one])]));
  const measured = {};
  for (const name of names.filter((one) => one in sizes)) measured[name] = await sizes[name](suite);
  return {
    results,
    ratios: divide(ratios, results, (one) => one.rate),
    costs: divide(costs, results, (one) => one.config),
    memory,
    sizes: measured,
  };
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
    const measured = await measureAll(suite, names, Number(values.seconds));
    report(measured);
    const file = join(build, "..", "bench.json");
    const machine = `${cpus().length} × ${cpus()[0].model}, ${arch()}`;
    writeFileSync(file, JSON.stringify({ machine, ...measured }, null, 2));
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
