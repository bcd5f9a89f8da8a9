// Operations of transform in one process, through gRPC and through the gateway, beside CyberChef
// and the tools of this machine. All give the same.
import { spawn } from "node:child_process";
import { once as event } from "node:events";
import { closeSync, existsSync, openSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { Process } from "../../support/suite.mjs";
import { ask } from "../http.mjs";
import { loadGrpc, loadHttp, percentiles } from "../load.mjs";
import { runNative } from "../native.mjs";
import { once } from "../once.mjs";
import { field } from "../wire.mjs";
import { emptyFile, inputFile, normalOutput } from "./inputs.mjs";
import { OPERATIONS } from "./operations.mjs";

// Where tests/bench/peers/cyberchef.sh puts it.
const CHEF = resolve(process.env.CYBERCHEF ?? "build/bench/cyberchef");
const hasChef = existsSync(join(CHEF, "ready"));
const SMALL = "A kilobyte of text. ".repeat(52).slice(0, 1024);

export const transformNotes = hasChef ? [] : ["not measured beside CyberChef, which is not there"];

const nameOf = (operation, by) => `transform: ${operation}${by ? `, ${by}` : ""}`;

// ---- who does it ----

const chefServer = once(async (suite) => {
  const program = resolve(import.meta.dirname, "../peers/cyberchef.mjs");
  const process = new Process(
    [join(CHEF, "node"), program, CHEF],
    join(suite.directory, "chef.log"),
  );
  suite.stopWithIt.push(() => process.end());
  return `http://${(await process.says(/^serving (\S+)$/m))[1]}`;
});

async function cook(suite, recipe, input, output, seconds) {
  const body = JSON.stringify({ recipe, input, output, seconds });
  const answer = await ask(`${await chefServer(suite)}/measure`, { method: "POST", body });
  const { durations, seconds: took } = JSON.parse(answer);
  return { requests: durations.length, seconds: took, ...percentiles(durations) };
}

// Milliseconds of a command from its start to its end.
async function runOnce(command, input, output, environment) {
  const [from, to] = [openSync(input, "r"), openSync(output, "w")];
  const start = performance.now();
  const child = spawn("bash", ["-euo", "pipefail", "-c", command], {
    stdio: [from, to, "inherit"],
    env: { ...process.env, LC_ALL: "C", ...environment },
  });
  const [code] = await event(child, "exit");
  const took = performance.now() - start;
  for (const file of [from, to]) closeSync(file);
  if (code !== 0) throw new Error(`${command}: ${code}`);
  return took;
}

// Again and again; what it takes for nothing at all is no part of it.
async function runCommand(command, { input, output, nothing }, seconds) {
  const starts = [];
  for (let i = 0; i < 5; i++) starts.push(await runOnce(command, nothing, "/dev/null"));
  const start = Math.min(...starts);
  const durations = [];
  let took = 0;
  while (took < seconds * 1000) {
    const one = Math.max(0.1, (await runOnce(command, input, output)) - start);
    durations.push(one * 1000);
    took += one;
  }
  return { requests: durations.length, seconds: took / 1000, ...percentiles(durations) };
}

// ---- cases ----

// What comes out has to be what came out of the engine.
const wanted = once(() => new Map());

async function check(suite, operation, output) {
  const { output: kind = "same" } = OPERATIONS[operation];
  const known = await wanted(suite);
  const got = normalOutput(output, kind);
  if (!known.has(operation)) known.set(operation, got);
  if (known.get(operation) !== got) throw new Error(`${output} is another output of ${operation}`);
  if (kind === "gzip") transformNotes.push(`${output}: ${statSync(output).size} bytes`);
}

function fileFor(suite, operation, by) {
  return join(suite.directory, `transform ${operation} ${by}`.replaceAll(" ", "-"));
}

async function inProcess(suite, operation, input) {
  const { recipe } = OPERATIONS[operation];
  const output = fileFor(suite, operation, "engine");
  const run = (seconds) => runNative(suite, "transform", [recipe, input, output, seconds]);
  await run(0);
  await check(suite, operation, output);
  return Object.assign(run, { servers: {} });
}

async function byChef(suite, operation, input) {
  const { chef, measured = chef } = OPERATIONS[operation];
  const output = fileFor(suite, operation, "CyberChef");
  await cook(suite, chef, input, output, 0);
  await check(suite, operation, output);
  const run = (seconds) => cook(suite, measured, input, `${output}-measured`, seconds);
  return Object.assign(run, { servers: {} });
}

async function byCommand(suite, operation, input, command, by, nothing) {
  const output = fileFor(suite, operation, by);
  await runOnce(command, input, output);
  await check(suite, operation, output);
  return (seconds) => runCommand(command, { input, output, nothing }, seconds);
}

async function byTool(suite, operation, input, nothing) {
  const [, command] = OPERATIONS[operation].tool;
  const run = await byCommand(suite, operation, input, command, "tool", nothing);
  return Object.assign(run, { servers: {} });
}

const byServer = (by, serverOf) => (suite, operation, input, nothing) => {
  const recipe = OPERATIONS[operation].recipe.replaceAll("'", "'\\''");
  const program = join(suite.binaries, "triadctl");
  const command = `'${program}' transform '${recipe}' --server ${serverOf(suite)}`;
  return byCommand(suite, operation, input, command, by, nothing);
};

const byGrpc = byServer("gRPC", ({ transform }) => `grpc://${transform.address}`);
const byGateway = byServer("gateway", ({ origin }) => origin);

function casesOf(operation) {
  const { input: kind, tool, streams = false } = OPERATIONS[operation];
  const by = {
    "": inProcess,
    ...(hasChef ? { CyberChef: byChef } : {}),
    [tool[0]]: byTool,
    ...(streams ? { gRPC: byGrpc, gateway: byGateway } : {}),
  };
  return Object.entries(by).map(([name, make]) => [
    nameOf(operation, name),
    async (suite) => {
      const input = inputFile(suite.directory, kind);
      // The engine says what all have to give.
      if (!(await wanted(suite)).has(operation)) await inProcess(suite, operation, input);
      const nothing = emptyFile(suite.directory, kind);
      const run = await make(suite, operation, input, nothing);
      return Object.assign(run, { bytes: statSync(input).size });
    },
  ]);
}

const small = {
  [nameOf("1 KB", "gRPC")]: (suite) => (seconds) =>
    loadGrpc({
      address: suite.transform.address,
      directory: suite.directory,
      path: "/triad.transform.v1.TransformService/Transform",
      message: Buffer.concat([field(1, SMALL), field(4, "to-base64")]),
      reply: field(1, Buffer.from(SMALL).toString("base64")),
      seconds,
    }),
  [nameOf("1 KB", "gateway")]: (suite) => (seconds) =>
    loadHttp({
      origin: suite.origin,
      directory: suite.directory,
      method: "POST",
      target: "/api/v1/transform",
      type: "application/json",
      body: JSON.stringify({ text: SMALL, recipe: "to-base64" }),
      wantBytes: 4 * Math.ceil(SMALL.length / 3),
      seconds,
    }),
};

if (hasChef) {
  small[nameOf("1 KB", "CyberChef")] = async (suite) => {
    const origin = await chefServer(suite);
    const want = Buffer.from(Buffer.from(SMALL).toString("base64"));
    const { directory } = suite;
    const load = { origin, directory, method: "POST", target: "/base64", body: SMALL, want };
    return Object.assign((seconds) => loadHttp({ ...load, seconds }), { servers: {} });
  };
}

export const transformCases = {
  ...Object.fromEntries(Object.keys(OPERATIONS).flatMap(casesOf)),
  ...small,
};

export const transformRatios = [
  ...Object.entries(OPERATIONS).flatMap(([operation, { tool, sought = 5 }]) => [
    [nameOf(operation), nameOf(operation, "CyberChef"), `≥ ${sought}`],
    [nameOf(operation), nameOf(operation, tool[0]), "≥ 0.7"],
  ]),
  [nameOf("1 KB", "gRPC"), nameOf("1 KB", "CyberChef"), "≥ 20"],
  [nameOf("1 KB", "gateway"), nameOf("1 KB", "CyberChef")],
];
