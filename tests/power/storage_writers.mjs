// Clients that write objects through the gateway and remember what was acknowledged. They do
// so in this process: nothing of theirs is on the disk whose power is cut.
import { createHash, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

const CLIENTS = 4;
const NAMES_OF_A_CLIENT = 8;
const POLL_MILLISECONDS = 20;
const OBJECTS = "/api/v1/buckets/power/objects/";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

async function ask(url, options) {
  const reply = await fetch(url, { signal: AbortSignal.timeout(30_000), ...options });
  return { status: reply.status, body: Buffer.from(await reply.arrayBuffer()) };
}

// The body, or null if there is nothing. A gateway whose connection is not made anew
// yet says nothing about what is kept.
async function read(url) {
  for (;;) {
    const { status, body } = await ask(url);
    if (status === 200) return body;
    if (status === 404) return null;
    if (status !== 503) throw new Error(`${url}: ${status} ${body}`);
    await sleep(POLL_MILLISECONDS);
  }
}

async function prepare(origin) {
  const { status, body } = await ask(`${origin}/api/v1/buckets?bucket_id=power`, {
    method: "POST",
  });
  if (status !== 200) throw new Error(`no bucket: ${status} ${body}`);
}

// Contents that are all different, mostly small, now and then many blocks.
const make = (number) => randomBytes(number % 10 === 0 ? 300_000 : 1 + ((number * 7919) % 20_000));

// What is there, as {digest, state}, where `state` is what the write was answered with.
async function find(url) {
  const [content, metadata] = [await read(url), await read(`${url}:metadata`)];
  if (content === null && metadata === null) return null;
  const digest = content === null ? "no content" : sha256(content);
  const told = metadata === null ? "no metadata" : JSON.parse(metadata).sha256;
  return { digest: digest === told ? digest : `${told} with ${digest}`, state: `${metadata}` };
}

export class StorageWriters {
  acknowledged = 0;
  #origin;
  // By name: { digest, state } of what was acknowledged last, null if nothing was, and
  // the digests of what was sent since and never answered.
  #records = new Map();
  #running = [];
  #stopping = false;
  #number = 0;

  constructor(origin) {
    this.#origin = origin;
  }

  get summary() {
    return `put: ${this.acknowledged}`;
  }

  get counts() {
    return [this.acknowledged];
  }

  haveWritten(count, [before]) {
    return this.acknowledged >= before + count;
  }

  prepare() {
    return prepare(this.#origin);
  }

  #url(name) {
    return this.#origin + OBJECTS + name;
  }

  start() {
    this.#stopping = false;
    this.#running = Array.from({ length: CLIENTS }, (_, client) => this.#write(client));
  }

  // Each ends at its first write that is not acknowledged; here at the latest.
  async stop() {
    this.#stopping = true;
    await Promise.all(this.#running);
  }

  async #write(client) {
    for (let turn = 0; !this.#stopping; turn++) {
      const name = `${client}-${turn % NAMES_OF_A_CLIENT}`;
      const body = make(++this.#number);
      const record = this.#records.get(name) ?? { acknowledged: null, unanswered: [] };
      this.#records.set(name, record);
      const digest = sha256(body);
      record.unanswered.push(digest);
      const reply = await ask(this.#url(name), { method: "PUT", body }).catch(() => ({
        status: 503,
      }));
      if (reply.status >= 500) return;
      if (reply.status !== 200) throw new Error(`${name}: ${reply.status} ${reply.body}`);
      record.acknowledged = { digest, state: `${reply.body}` };
      record.unanswered = [];
      this.acknowledged++;
    }
  }

  // What is there and should not be, or the other way round. Afterwards what is there
  // counts as acknowledged, as it has been seen.
  async problems() {
    const problems = [];
    for (const [name, record] of this.#records) {
      const found = await find(this.#url(name));
      const wanted = record.acknowledged;
      const isNewer = found !== null && record.unanswered.includes(found.digest);
      if (!isNewer && found?.state !== wanted?.state)
        problems.push(
          `${name}: ${wanted?.state ?? "nothing"} was acknowledged, found ${found?.digest ?? "nothing"}, ${found?.state ?? ""}`,
        );
      else if (!isNewer && found?.digest !== wanted?.digest)
        problems.push(`${name}: ${wanted.digest} was acknowledged, found ${found.digest}`);
      record.acknowledged = found;
      record.unanswered = [];
    }
    return problems;
  }
}
