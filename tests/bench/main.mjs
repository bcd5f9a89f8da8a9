// Measures the suite: interleaved rounds of every case, medians, replies checked.
// Ratios within one run are what can be compared; absolute figures depend on the
// machine, load generator included.
//
//   node tests/bench/main.mjs BUILD_DIRECTORY [--rounds=N] [--seconds=N] [NAME...]
import { writeFileSync } from "node:fs";
import { arch, cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { servers as listed, names as namesOf } from "../../tools/suite.mjs";
import { Suite } from "../support/suite.mjs";
import { cases, costs, differences, isAlone, notes, ratios, roundsOf } from "./cases.mjs";
import { sizes } from "./sizes.mjs";
import { median, table } from "./table.mjs";
import { cpuMicroseconds, peakMebibytes, residentMebibytes } from "./usage.mjs";

const MEBIBYTE = 2 ** 20;
const GIBIBYTE = 2 ** 30;
const SERVERS = namesOf(listed);

function processorTimes(servers) {
  return Object.fromEntries(
    SERVERS.map((name) => [name, servers[name] ? cpuMicroseconds(servers[name]) : 0]),
  );
}

// One case for some seconds, with what it cost each server per request. A case that
// runs against other servers than the suite's names them; one that runs against none may
// say itself what it spent. `resident` names the server whose memory it is about.
async function measure(run, suite, seconds) {
  const servers = run.servers ?? suite;
  await run.prepare?.();
  const before = processorTimes(servers);
  const { requests, seconds: took, p50, p99, spent } = await run(seconds);
  const after = processorTimes(servers);
  const sample = { rate: requests / took, p50, p99 };
  for (const name of SERVERS) sample[name] = (after[name] - before[name]) / requests;
  // Of objects of so many bytes.
  if (run.bytes) sample.bytes = run.bytes;
  if (run.resident) sample.resident = residentMebibytes(servers[run.resident]);
  await run.finish?.();
  return { ...sample, ...spent };
}

function perSecond(rate) {
  return rate < 10 ? rate.toFixed(2) : Math.round(rate).toLocaleString("en");
}

async function runRounds(suite, names, { rounds, seconds }) {
  const runs = new Map();
  for (const name of names) runs.set(name, await cases[name](suite));
  const samples = new Map(names.map((name) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    // What runs first runs on a machine that has just done something else.
    const turn = (round - 1) % names.length;
    for (const name of [...names.slice(turn), ...names.slice(0, turn)]) {
      const sample = await measure(runs.get(name), suite, seconds);
      samples.get(name).push(sample);
      console.log(`round ${round} of ${rounds}: ${name}: ${perSecond(sample.rate)}/s`);
    }
  }
  return samples;
}

// The median of each column over the rounds.
function summarize(samples) {
  const columns = Object.keys(samples[0]);
  return Object.fromEntries(columns.map((key) => [key, median(samples.map((one) => one[key]))]));
}

// [a, b, …] of `pairs` whose results are there. b may be several, which are taken together.
const present = (pairs, results) =>
  pairs.filter(([a, b]) => [a].concat(b).every((name) => name in results));

// {pair: "a / b", ratio, goal} for each [a, b, column, goal].
function divide(pairs, results) {
  return present(pairs, results).map(([a, b, column, goal]) => {
    const divisors = [b].flat();
    const sum = divisors.reduce((total, name) => total + results[name][column], 0);
    const pair = `${a} / ${divisors.length > 1 ? `(${divisors.join(" + ")})` : divisors[0]}`;
    return { pair, ratio: results[a][column] / sum, goal };
  });
}

// What differences there are of: a column, how many of it make one of the unit.
const UNITS = { resident: { unit: "MiB", size: 1 }, p99: { unit: "ms", size: 1000 } };

// {column, pair: "a - b", difference, goal} for each [a, b, column, goal].
function subtract(pairs, results) {
  return present(pairs, results).map(([a, b, column, goal]) => ({
    column,
    pair: `${a} - ${b}`,
    difference: (results[a][column] - results[b][column]) / UNITS[column].size,
    goal,
  }));
}

const figure = ({ pair, goal }, value) => `${pair}: ${value}${goal ? `, sought: ${goal}` : ""}`;
const quotient = (one) => figure(one, one.ratio.toFixed(2));

// The servers that were given anything to do.
const busy = (results) =>
  SERVERS.filter((name) => Object.values(results).some((one) => one[name] > 0));

// Of those that move many bytes.
function throughput(results) {
  const rows = Object.entries(results)
    .filter(([, { bytes }]) => bytes >= MEBIBYTE)
    .map(([name, one]) => [
      name,
      ((one.rate * one.bytes) / 1e6).toFixed(0),
      ...SERVERS.map((server) => ((one[server] * GIBIBYTE) / one.bytes / 1e6).toFixed(2)),
    ]);
  if (rows.length === 0) return;
  const head = ["", "MB/s", ...SERVERS.map((name) => `${name} s/GiB`)];
  console.log(`${table([head, ...rows])}\n\ns/GiB: processor time of that server.\n`);
}

function residentMemory({ results }) {
  const rows = Object.entries(results)
    .filter(([, { resident }]) => resident !== undefined)
    .map(([name, { resident }]) => [name, resident.toFixed(1)]);
  if (rows.length === 0) return;
  console.log(`${table([["", "MiB"], ...rows])}\n\nMiB: resident after the load.\n`);
}

function report(measured, rounds) {
  const { results, ratios, costs, memory, sizes } = measured;
  const servers = busy(results);
  const head = ["", "req/s", "p50 ms", "p99 ms", ...servers.map((name) => `${name} µs`)];
  const rows = Object.entries(results).map(([name, one]) => [
    name,
    perSecond(one.rate),
    (one.p50 / 1000).toFixed(2),
    (one.p99 / 1000).toFixed(2),
    ...servers.map((server) => one[server].toFixed(1)),
  ]);
  console.log(`\n${table([head, ...rows])}`);
  console.log(`\nµs: processor time of that server per request. Medians of ${rounds} rounds.\n`);
  throughput(results);
  for (const one of ratios) console.log(quotient(one));
  for (const one of costs) console.log(`processor time, ${quotient(one)}`);
  for (const [name, figures] of Object.entries(sizes)) {
    const words = Object.entries(figures).map(([what, figure]) => `${what}: ${figure.toFixed(1)}`);
    console.log(`${name}: ${words.join("; ")}`);
  }
  residentMemory(measured);
  for (const one of measured.differences) {
    const difference = `${one.difference.toFixed(1)} ${UNITS[one.column].unit}`;
    console.log(`${one.column}, ${figure(one, difference)}`);
  }
  const peaks = Object.entries(memory).map(([name, peak]) => `${name} ${peak.toFixed(0)} MiB`);
  if (peaks.length > 0) console.log(`most memory resident: ${peaks.join(", ")}`);
  for (const line of notes(Object.keys(results))) console.log(line);
}

// A word that is what the names of some begin with chooses these, and otherwise all that have it.
function chooses(word, name, all) {
  const beginning = `${word}: `;
  if (all.some((one) => one.startsWith(beginning))) return name.startsWith(beginning);
  return name.includes(word);
}

// The names of those that the words choose, of all if there are none.
function chosen(words) {
  const all = [...Object.keys(cases), ...Object.keys(sizes)];
  const names = all.filter(
    (name) => words.length === 0 || words.some((word) => chooses(word, name, all)),
  );
  if (names.length === 0) throw new Error(`no case has such a name; there are: ${all.join("; ")}`);
  return names;
}

// `servers` of the suite are those that run.
async function measureAll(suite, servers, names, plan) {
  const repeated = names.filter((name) => name in cases);
  const samples = await runRounds(suite, repeated, plan);
  const results = Object.fromEntries(repeated.map((name) => [name, summarize(samples.get(name))]));
  const memory = Object.fromEntries(servers.map((one) => [one, peakMebibytes(suite[one])]));
  const measured = {};
  for (const name of names.filter((one) => one in sizes)) measured[name] = await sizes[name](suite);
  return {
    results,
    ratios: divide(
      ratios.map(([a, b, goal]) => [a, b, "rate", goal]),
      results,
    ),
    costs: divide(costs, results),
    differences: subtract(differences, results),
    memory,
    sizes: measured,
  };
}

async function main() {
  const options = { rounds: { type: "string" }, seconds: { type: "string", default: "5" } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [build, ...words] = positionals;
  const names = chosen(words);
  const rounds = Number(values.rounds ?? roundsOf(names));
  const servers = names.every(isAlone) ? [] : SERVERS;
  // Data goes below the build, not to /tmp, which may be memory: a durable write has
  // to reach a disk.
  const suite = new Suite({ binaries: resolve(build, "bin"), parent: resolve(build) });
  try {
    if (servers.length > 0) await suite.start();
    const plan = { rounds, seconds: Number(values.seconds) };
    const measured = await measureAll(suite, servers, names, plan);
    report(measured, rounds);
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
