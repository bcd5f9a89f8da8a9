// Clients of each kind. Each does its work step by step, and remembers what has to be
// there afterwards.
import { randomBytes } from "node:crypto";
import { Register, sha256 } from "./register.mjs";

const NAMES = 8;
const JSON_TYPE = { "content-type": "application/json" };
const parse = (reply) => JSON.parse(reply.body);

// Entries of config. What is written is told to `writes`, for the watches.
export class EntryClient {
  static kind = "entries";
  done = 0;
  #http;
  #number;
  #writes;
  #registers = new Map();
  #turn = 0;

  constructor(http, number, writes) {
    this.#http = http;
    this.#number = number;
    this.#writes = writes;
  }

  get problems() {
    return [...this.#registers.values()].flatMap(({ problems }) => problems);
  }

  async step() {
    const key = `${this.#number}-${this.#turn++ % NAMES}`;
    const path = `/api/v1/namespaces/soak/entries/${key}`;
    const register = this.#registers.get(key) ?? new Register(key);
    this.#registers.set(key, register);
    if (!register.isCertain || this.#turn % 3 === 0) {
      const reply = await this.#http.ask("GET", path);
      const entry = reply.status === 200 ? parse(reply) : undefined;
      register.read(reply.status, entry && { digest: entry.value.stringValue, etag: entry.etag });
      if (entry) this.#writes.happened(entry);
    }
    const value = `${sha256(randomBytes(8))} ${"x".repeat((this.#turn * 7919) % 3000)}`;
    this.#writes.sent(key, value);
    const body = Buffer.from(JSON.stringify({ value: { stringValue: value } }));
    const headers = { ...JSON_TYPE, ...register.condition };
    const reply = await this.#http.ask("PUT", path, { headers, body });
    const entry = reply.status === 200 ? parse(reply) : undefined;
    const outcome = register.wrote(value, reply.status, entry?.etag);
    if (outcome === "done") this.#writes.happened(entry);
    if (outcome === "refused") this.#writes.refused(key, value);
    if (outcome !== "lost") this.done++;
    return outcome !== "lost";
  }

  // Looks at everything once more.
  async check() {
    for (const [key, register] of this.#registers) {
      const reply = await this.#http.ask("GET", `/api/v1/namespaces/soak/entries/${key}`);
      const entry = reply.status === 200 ? parse(reply) : undefined;
      register.read(reply.status, entry && { digest: entry.value.stringValue, etag: entry.etag });
      if (entry) this.#writes.happened(entry);
    }
  }
}

// Objects of storage: written, read whole and in part, and sometimes abandoned halfway.
export class ObjectClient {
  static kind = "objects";
  done = 0;
  problems = [];
  #http;
  #number;
  #registers = new Map();
  #turn = 0;

  constructor(http, number) {
    this.#http = http;
    this.#number = number;
  }

  #registerOf(name) {
    if (!this.#registers.has(name)) {
      const register = new Register(name);
      register.problems = this.problems;
      this.#registers.set(name, register);
    }
    return this.#registers.get(name);
  }

  async #read(name, register) {
    const reply = await this.#http.ask("GET", `/api/v1/buckets/soak/objects/${name}`);
    const etag = reply.headers.etag?.replaceAll('"', "");
    register.read(reply.status, { digest: sha256(reply.body), etag });
    if (reply.status === 200 && reply.body.length > 2) await this.#readPart(name, etag, reply.body);
  }

  // Nobody else writes it: the part is of what was just read.
  async #readPart(name, etag, whole) {
    const first = Math.floor(whole.length / 3);
    const headers = { range: `bytes=${first}-${2 * first}`, "if-range": `"${etag}"` };
    const reply = await this.#http.ask("GET", `/api/v1/buckets/soak/objects/${name}`, { headers });
    const isRight = reply.status === 206 && reply.body.equals(whole.subarray(first, 2 * first + 1));
    if (reply.status < 400 && reply.status > 0 && !isRight)
      this.problems.push(
        `${name}: a part was answered ${reply.status}, ${reply.body.length} bytes`,
      );
  }

  async step() {
    const name = `${this.#number}-${this.#turn++ % NAMES}`;
    const path = `/api/v1/buckets/soak/objects/${name}`;
    const register = this.#registerOf(name);
    if (!register.isCertain || this.#turn % 2 === 0) await this.#read(name, register);
    // Small ones, and one in sixteen of megabytes.
    const size = this.#turn % 16 === 0 ? 3_000_000 : (this.#turn * 7919) % 100_000;
    const body = randomBytes(1 + size);
    const headers = register.condition;
    if (this.#turn % 10 === 0) {
      // Nothing of it may ever be seen.
      await this.#http.abandon(path, { headers, body });
      return true;
    }
    const reply = await this.#http.ask("PUT", path, { headers, body });
    const etag = reply.status === 200 ? parse(reply).etag : undefined;
    const outcome = register.wrote(sha256(body), reply.status, etag);
    if (outcome !== "lost") this.done++;
    return outcome !== "lost";
  }

  async check() {
    for (const [name, register] of this.#registers) await this.#read(name, register);
  }
}

// Transformations: the right answer, or none.
export class TransformClient {
  static kind = "transforms";
  done = 0;
  problems = [];
  #http;
  #turn = 0;

  constructor(http) {
    this.#http = http;
  }

  async step() {
    const text = `${this.#turn++} ${"straße ".repeat(this.#turn % 300)}`;
    const steps = [{ operation: "reverse" }, { operation: "reverse" }, { operation: "to-base64" }];
    const body = Buffer.from(JSON.stringify({ text, steps }));
    const reply = await this.#http.ask("POST", "/api/v1/transform", { headers: JSON_TYPE, body });
    if (reply.status === 0 || reply.status === 503 || reply.status === 504) return false;
    const wanted = Buffer.from(text).toString("base64");
    if (reply.status !== 200 || !reply.body.includes(wanted))
      this.problems.push(
        `a transformation was answered ${reply.status} ${reply.body.subarray(0, 200)}`,
      );
    this.done++;
    return true;
  }

  async check() {}
}
