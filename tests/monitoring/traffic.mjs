// What makes every metric move: requests of each kind, some of them wrong.

import { once } from "node:events";
import { connect } from "node:net";

const JSON_TYPE = { "content-type": "application/json" };

function requests(origin) {
  const entry = `${origin}/api/v1/namespaces/monitoring/entries/greeting`;
  const object = `${origin}/api/v1/buckets/uploads/objects/monitoring.txt`;
  return [
    [200, `${origin}/`],
    [200, `${origin}/api/health`],
    [200, `${origin}/api/mirror?word=fOoBar25`],
    [400, `${origin}/api/mirror`],
    [404, `${origin}/nothing/here`],
    [200, `${origin}/config`],
    [200, `${origin}/api/upload-random`, { method: "POST" }],
    [200, entry, { method: "PUT", headers: JSON_TYPE, body: '{"value":{"stringValue":"hello"}}' }],
    [200, entry],
    [404, `${entry}-that-is-not-there`],
    [200, object, { method: "PUT", body: "some bytes" }],
    [200, object],
    [404, `${object}-that-is-not-there`],
    [
      200,
      `${origin}/api/v1/transform`,
      {
        method: "POST",
        headers: JSON_TYPE,
        body: '{"text":"Triad","steps":[{"operation":"reverse"}]}',
      },
    ],
  ];
}

// One request of each kind. Returns those that were answered otherwise.
async function round(origin) {
  const surprises = [];
  for (const [status, url, options] of requests(origin)) {
    const answer = await fetch(url, options);
    await answer.arrayBuffer();
    if (answer.status !== status) surprises.push(`${url}: ${answer.status}, not ${status}`);
  }
  return surprises;
}

async function sendNonsense(origin) {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.end("nonsense\r\n\r\n");
  socket.resume();
  await once(socket, "close");
}

// Traffic from its start to its stop, with a watch that is open all the while.
export class Traffic {
  #watch = new AbortController();
  #stopped = false;
  #running;
  surprises = [];

  constructor(origin) {
    this.#running = this.#run(origin);
  }

  async #run(origin) {
    const watch = await fetch(`${origin}/api/v1/namespaces/monitoring/entries:watch`, {
      signal: this.#watch.signal,
    });
    if (watch.status !== 200) this.surprises.push(`watch: ${watch.status}`);
    await sendNonsense(origin);
    while (!this.#stopped) this.surprises.push(...(await round(origin)));
  }

  async stop() {
    this.#stopped = true;
    await this.#running;
    this.#watch.abort();
  }
}
