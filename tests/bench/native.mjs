// Programs of the bench that are not in JavaScript. Most print what they took as one line of JSON.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

// What it prints.
export async function runProgram({ binaries }, program, args) {
  const { stdout } = await run(join(binaries, `triad_bench_${program}`), args.map(String));
  return stdout;
}

// {requests, seconds, p50, p99, processor}: latencies, and the processor time of all, in
// microseconds.
export const runNative = async (suite, program, args) =>
  JSON.parse(await runProgram(suite, program, args));

// A bound in the place of a server: what it spent stands in the column of `server`.
export async function runBound(suite, server, program, args) {
  const result = await runNative(suite, program, args);
  return { ...result, spent: { [server]: result.processor / result.requests } };
}
