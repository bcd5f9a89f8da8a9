// The least that a way to an object could take: a program that reads and writes the same bytes, in
// front of a server that holds in memory what is read and drops the rest.
import { createServer } from "node:http";
import { join } from "node:path";
import { Process } from "../support/suite.mjs";
import { once } from "./once.mjs";

const PATH = "/objects";

async function takeBody(request, keep) {
  const pieces = [];
  for await (const piece of request) if (keep) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function startServer({ stopWithIt }) {
  const kept = new Map();
  const server = createServer(async (request, reply) => {
    if (request.method === "GET") return reply.end(kept.get(request.url));
    const keep = request.url.startsWith(`${PATH}/read-`);
    const body = await takeBody(request, keep);
    if (keep) kept.set(request.url, body);
    reply.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  stopWithIt.push(() => server.close());
  return `127.0.0.1:${server.address().port}`;
}

export const bare = once(async (suite) => {
  const command = [
    join(suite.binaries, "triad_bench_pipe"),
    `--upstream=${await startServer(suite)}`,
  ];
  const relay = new Process(command, join(suite.directory, "pipe.log"));
  suite.stopWithIt.push(() => relay.end());
  const [, address] = await relay.says(/^serving (\S+)$/m);
  // It stands in the column of the gateway.
  return { origin: `http://${address}`, path: PATH, servers: { gateway: relay } };
});
