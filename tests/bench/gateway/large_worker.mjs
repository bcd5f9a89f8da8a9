// Sends a document again and again, until it is ended. Says so once the first has come back.
import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

const { url, file } = workerData;
const body = readFileSync(file);
const headers = { "content-type": "application/json" };

for (;;) {
  const reply = await fetch(url, { method: "POST", body, headers });
  let bytes = 0;
  for await (const piece of reply.body) bytes += piece.length;
  if (reply.status !== 200 || bytes < body.length / 2) throw new Error(`${url}: ${reply.status}`);
  parentPort.postMessage(bytes);
}
