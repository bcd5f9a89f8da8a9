// What config has acknowledged is there after kill -9, for every kind of write, and what it
// has not is there whole or not at all.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Api } from "../support/api.mjs";
import { nameOf } from "../support/config/store.mjs";
import { ConfigWriters } from "../support/config/writers.mjs";
import { eventually } from "../support/eventually.mjs";
import { keepsWrites } from "../support/kills.mjs";
import { Suite } from "../support/suite.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_config_crash_test");

const KILLS = 10;
const WRITES = 1; // of each kind before each kill, at least

async function withSuite(use) {
  const suite = new Suite({ binaries, parent: join(binaries, "..") });
  try {
    await suite.start();
    await use(suite);
  } finally {
    await suite.stop();
  }
}

describe("config", () => {
  it("keeps every kind of write that it acknowledged", (test) =>
    withSuite(async (suite) => {
      const writers = new ConfigWriters(suite.origin);
      await keepsWrites(suite.config, writers, { kills: KILLS, writes: WRITES });
      test.diagnostic(writers.summary);
    }));
});

// Larger than what one transaction deletes, several times.
const ENTRIES = 4096;
const BATCH = 128;
const ATTEMPTS = 5;
const SPACE = "large";

async function fill(api) {
  for (let first = 0; first < ENTRIES; first += BATCH) {
    const operations = Array.from({ length: BATCH }, (_, i) => ({
      put: { name: nameOf(SPACE, `key/${first + i}`), value: { intValue: `${first + i}` } },
    }));
    const { body } = await api.ask("POST", `namespaces/${SPACE}:commit`, { operations });
    assert.ok(body.committed, JSON.stringify(body));
  }
}

// The deletions that a watch tells of, by key, as often as it does, and their revisions.
// It goes on where it was when the connection is lost.
class Deletions {
  byKey = new Map();
  revisions = [];
  #origin;
  #after;
  #aborted = new AbortController();
  #running;

  constructor(origin, after) {
    this.#origin = origin;
    this.#after = after;
    this.#running = this.#run();
  }

  async stop() {
    this.#aborted.abort();
    await this.#running;
  }

  async #run() {
    const { signal } = this.#aborted;
    while (!signal.aborted) {
      await this.#follow(signal).catch(() => {});
      if (!signal.aborted) await sleep(10);
    }
  }

  async #follow(signal) {
    const url = `${this.#origin}/api/v1/namespaces/${SPACE}/entries:watch?after=${this.#after}`;
    const reply = await fetch(url, { signal, headers: { accept: "application/x-ndjson" } });
    let text = "";
    const decoder = new TextDecoder();
    for await (const bytes of reply.body) {
      text += decoder.decode(bytes, { stream: true });
      const lines = text.split("\n");
      text = lines.pop();
      for (const line of lines) this.#take(JSON.parse(line).result);
    }
  }

  #take(message) {
    if (message === undefined) return;
    for (const { type, entry } of message.events) {
      if (type !== "TYPE_DELETE") continue;
      this.byKey.set(entry.name, (this.byKey.get(entry.name) ?? 0) + 1);
      this.revisions.push(Number(entry.revision));
    }
    if (message.resume !== "") this.#after = message.resume;
  }
}

// Kills config at the first deletion that is told. Returns whether some were left.
async function cutDeletion(suite, api) {
  await fill(api);
  const { resume } = await api.get(`namespaces/${SPACE}/entries?page_size=1`);
  const deletions = new Deletions(suite.origin, resume);
  try {
    const answer = api.send("DELETE", `namespaces/${SPACE}?force=true`).catch(() => {});
    await eventually("first deletion", () => deletions.revisions.length > 0);
    await suite.config.kill();
    await answer;
    const newest = Math.max(...deletions.revisions);
    await suite.config.start();
    await eventually("end of the deletion", () => deletions.byKey.size === ENTRIES);
    assert.equal(await api.get(`namespaces/${SPACE}`), null);
    const undeleted = await api.ask("POST", `${nameOf(SPACE, "key/0")}:undelete`, {});
    assert.equal(undeleted.status, 404);
    assert.ok([...deletions.byKey.values()].every((count) => count === 1));
    return Math.max(...deletions.revisions) > newest;
  } finally {
    await deletions.stop();
  }
}

describe("the deletion of a large namespace", () => {
  it("is ended by the next start, when it was cut short", () =>
    withSuite(async (suite) => {
      const api = new Api(suite.origin);
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        if (await cutDeletion(suite, api)) return;
      }
      assert.fail(`${ATTEMPTS} deletions had ended before the kill`);
    }));
});
