// What was written, and watches that must tell of it: each change once, in order.
import { setTimeout as sleep } from "node:timers/promises";
import { sha256 } from "./register.mjs";

const RECONNECT_MILLISECONDS = 50;
const POLL_MILLISECONDS = 20;
const PATIENCE_MILLISECONDS = 60_000;

const keyOf = ({ name }) => name.split("/entries/")[1];

// All writes of entries, whoever made them.
export class Writes {
  newest = 0;
  #lookedAt = 0; // the newest of those that were compared
  #sent = new Set(); // key and digest of everything that may be there
  #happened = new Map(); // by revision: the same

  sent(key, value) {
    this.#sent.add(`${key} ${sha256(value)}`);
  }

  refused(key, value) {
    this.#sent.delete(`${key} ${sha256(value)}`);
  }

  // An entry that was seen, or acknowledged.
  happened(entry) {
    const revision = Number(entry.revision);
    // One that is only read now was told before.
    if (revision <= this.#lookedAt) return;
    this.#happened.set(revision, `${keyOf(entry)} ${sha256(entry.value.stringValue)}`);
    this.newest = Math.max(this.newest, revision);
  }

  // What is wrong with the changes that a watch told of, by revision.
  problemsOf(told) {
    const problems = [];
    for (const [revision, change] of this.#happened)
      if (told.get(revision) !== change)
        problems.push(`revision ${revision} was ${change}, and told as ${told.get(revision)}`);
    for (const [revision, change] of told)
      if (!this.#sent.has(change))
        problems.push(`revision ${revision} is ${change}, never written`);
    return problems;
  }

  // Everything until now has been looked at.
  forget() {
    this.#lookedAt = this.newest;
    this.#happened.clear();
  }
}

export class Watch {
  problems = [];
  // Times that it had to go on anew.
  connections = 0;
  #http;
  #framing;
  #after;
  #told = new Map();
  #ending = new AbortController();
  #running;

  constructor(http, framing, after) {
    this.#http = http;
    this.#framing = framing;
    this.#after = after;
    this.#running = this.#run();
  }

  async #run() {
    const signal = this.#ending.signal;
    while (!signal.aborted) {
      this.connections++;
      await this.#follow(signal).catch((error) => {
        const isOverloaded = error.status === undefined || [503, 504].includes(error.status);
        if (!isOverloaded) this.problems.push(`a watch: ${error.message}`);
      });
      await sleep(RECONNECT_MILLISECONDS);
    }
  }

  async #follow(signal) {
    const events = this.#framing === "events";
    const headers = events
      ? { accept: "text/event-stream", "last-event-id": `${this.#after}` }
      : {};
    const query = events ? "" : `?after_revision=${this.#after}`;
    const path = `/api/v1/namespaces/soak/entries:watch${query}`;
    for await (const line of this.#http.lines(path, { headers, signal })) {
      if (events && line.startsWith("event: status")) return; // it says why it ends
      const json = events ? /^data: (.*)$/.exec(line)?.[1] : line;
      if (!json) continue;
      const message = JSON.parse(json);
      if (!events && message.error) return this.#ended(message.error);
      this.#tell(events ? message : message.result);
    }
  }

  // UNAVAILABLE asks to watch again, and so does a gateway that lost its service.
  #ended({ code, message }) {
    if (code !== 14) this.problems.push(`a watch ended with ${code}: ${message}`);
  }

  #tell({ revision, events = [] }) {
    if (Number(revision) <= this.#after && events.length > 0)
      this.problems.push(`a watch told of ${revision} after ${this.#after}`);
    this.#after = Math.max(this.#after, Number(revision));
    for (const { entry } of events)
      this.#told.set(Number(revision), `${keyOf(entry)} ${sha256(entry.value.stringValue)}`);
  }

  // Waits until it has told of everything in `writes`, and compares.
  async check(writes) {
    for (const start = Date.now(); this.#after < writes.newest; await sleep(POLL_MILLISECONDS)) {
      if (Date.now() - start < PATIENCE_MILLISECONDS) continue;
      this.problems.push(`a watch has come to ${this.#after}, and the store to ${writes.newest}`);
      break;
    }
    this.problems.push(...writes.problemsOf(this.#told).slice(0, 5));
    this.#told.clear();
  }

  async end() {
    this.#ending.abort();
    await this.#running;
  }
}
