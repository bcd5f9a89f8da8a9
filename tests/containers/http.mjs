// Requests that say exactly what they are told to, Host and Origin included.
import { once } from "node:events";
import { request } from "node:http";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 60_000;

// Sends one request, on a connection of its own. Returns {status, headers, body}.
export async function ask(origin, path, { method = "GET", headers = {}, body } = {}) {
  const sent = begin(origin, path, { method, headers });
  sent.end(body);
  return finish(sent);
}

// The request, for a test that sends its body in pieces.
export function begin(origin, path, { method = "GET", headers = {} } = {}) {
  const { hostname, port } = new URL(origin);
  // `path` as it is: a URL object would change what is escaped in it.
  return request({ hostname, port, path, method, headers, agent: false });
}

// Waits for the whole answer.
export async function finish(sent) {
  const answer = await head(sent);
  const pieces = [];
  for await (const piece of answer) pieces.push(piece);
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) };
}

// Waits for the head of the answer; its body is still to be read.
export function head(sent) {
  return new Promise((resolve, reject) => {
    sent.once("response", resolve);
    sent.once("error", reject);
  });
}

// Asks `condition`, which may be asynchronous, until it holds.
export async function until(condition) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`never came true: ${condition}`);
    await sleep(20);
  }
}

// Asks, also while nobody is there yet, until the answer is 200, and returns it.
export async function askUntilServed(origin, path) {
  let answer;
  await until(async () => {
    answer = await ask(origin, path).catch(() => ({ status: 0 }));
    return answer.status === 200;
  });
  return answer;
}

// A port of loopback that nobody listens on.
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
