// Drives wrk (HTTP/1.1) and h2load (gRPC) and reads their reports. Both throw
// if a single reply was wrong.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { frame } from "./wire.mjs";

const run = promisify(execFile);
const HTTP_CONNECTIONS = 64;
const GRPC_CONNECTIONS = 8;
const GRPC_STREAMS = 8;

// REST requests at `origin`. Returns {requests, seconds, p50, p99}, latencies in
// microseconds. `want` is the answer to each, `wantBytes` only its length, `type` that of the body.
// With `fresh` each body begins with something that no other has.
export async function loadHttp({
  origin,
  directory,
  method,
  target,
  body,
  type,
  fresh = false,
  want,
  wantBytes,
  connections = HTTP_CONNECTIONS,
  seconds,
}) {
  const environment = { ...process.env, METHOD: method, TARGET: target };
  if (type) environment.TYPE = type;
  if (fresh) environment.FRESH = randomBytes(8).toString("hex");
  if (wantBytes !== undefined) environment.WANT_BYTES = String(wantBytes);
  for (const [name, bytes] of Object.entries({ BODY: body, WANT: want })) {
    if (bytes === undefined) continue;
    environment[name] = join(directory, name);
    writeFileSync(environment[name], bytes);
  }
  const script = join(import.meta.dirname, "load.lua");
  const args = ["-t2", `-c${connections}`, `-d${seconds}s`, "-s", script, origin];
  const { stdout } = await run("wrk", args, { env: environment });
  const result = JSON.parse(/^RESULT (.*)$/m.exec(stdout)[1]);
  // What was under way at the end has given some, too.
  const least = wantBytes === undefined ? 0 : result.requests * wantBytes;
  if (result.requests === 0 || result.wrong > 0 || result.broken > 0 || result.bytes < least) {
    throw new Error(`${method} ${target}: ${JSON.stringify(result)}`);
  }
  return result;
}

// The same unary call again and again at `address`, by `clients` at a time. `message` is
// the encoded request, `reply` the encoded answer that every call has to give; where
// answers differ, `atLeast` is how many bytes each has.
export async function loadGrpc({
  address,
  directory,
  path,
  message,
  reply,
  atLeast,
  clients = GRPC_CONNECTIONS * GRPC_STREAMS,
  seconds,
}) {
  const connections = Math.min(clients, GRPC_CONNECTIONS);
  const body = join(directory, "frame");
  const log = join(directory, "h2load.log");
  writeFileSync(body, frame(message));
  rmSync(log, { force: true });
  const { stdout } = await run("h2load", [
    `-c${connections}`,
    `-m${clients / connections}`,
    `-D${seconds}`,
    `--data=${body}`,
    `--log-file=${log}`,
    "-Hcontent-type: application/grpc",
    "-Hte: trailers",
    `http://${address}${path}`,
  ]);
  const replyBytes = frame(reply ?? Buffer.alloc(atLeast)).length;
  const mostBytes = reply === undefined ? Number.POSITIVE_INFINITY : replyBytes;
  const requests = checkH2load(stdout, replyBytes, mostBytes, clients);
  const durations = durationsIn(log);
  // What one client was about at the end is no part of either.
  const took = clients === 1 ? durations.reduce((sum, one) => sum + one, 0) / 1e6 : seconds;
  return {
    requests: clients === 1 ? durations.length : requests,
    seconds: took,
    ...percentiles(durations),
  };
}

// An error in gRPC comes with status 200 and no data, so the bytes are counted.
// What was under way at the end has given some, too.
function checkH2load(report, replyBytes, mostBytes, clients) {
  const [, total, , , succeeded, failed, errored] =
    /requests: (\d+) total, (\d+) started, (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored/
      .exec(report)
      .map(Number);
  const data = Number(/\((\d+)\) data$/m.exec(report)[1]);
  if (
    succeeded === 0 ||
    failed + errored > 0 ||
    data < succeeded * replyBytes ||
    data > (succeeded + clients) * mostBytes
  ) {
    throw new Error(`of ${total} calls some went wrong, with ${data} bytes:\n${report}`);
  }
  return succeeded;
}

// Durations from h2load's log: start in µs, status, duration in µs.
function durationsIn(log) {
  const lines = readFileSync(log, "utf8").trimEnd().split("\n");
  return lines.map((line) => Number(line.slice(line.lastIndexOf("\t") + 1)));
}

export function percentiles(durations) {
  const sorted = Float64Array.from(durations).sort();
  const at = (part) => sorted[Math.floor((sorted.length - 1) * part)];
  return { p50: at(0.5), p99: at(0.99) };
}
