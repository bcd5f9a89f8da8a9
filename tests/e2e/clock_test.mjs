// The running suite while somebody sets the machine's clock: an hour back, a minute
// forward. Debian's libfaketime gives the processes a clock that a file moves; the steady
// clock stays the kernel's.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { names, servers } from "../../tools/suite.mjs";
import { eventually } from "../support/eventually.mjs";
import { Suite } from "../support/suite.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_clock_test");

const SECONDS_A_MINUTE = 60;
const SECONDS_AN_HOUR = 3600;
const STEPS = { "an hour back": -SECONDS_AN_HOUR, "a minute forward": SECONDS_A_MINUTE };

function library() {
  for (const triplet of readdirSync("/usr/lib")) {
    const path = join("/usr/lib", triplet, "faketime/libfaketimeMT.so.1");
    if (existsSync(path)) return path;
  }
  throw new Error("there is no libfaketime: install Debian's package faketime");
}

const directory = mkdtempSync(join(tmpdir(), "triad-clock-"));
const offsetFile = join(directory, "offset");

// From now on the processes' clock differs by this from the machine's.
function setClock(seconds) {
  writeFileSync(`${offsetFile}.new`, `${seconds < 0 ? "" : "+"}${seconds}\n`);
  renameSync(`${offsetFile}.new`, offsetFile);
}

const environment = {
  LD_PRELOAD: library(),
  FAKETIME_TIMESTAMP_FILE: offsetFile,
  FAKETIME_NO_CACHE: "1",
  FAKETIME_DONT_FAKE_MONOTONIC: "1",
  NO_FAKE_STAT: "1",
};
const suite = new Suite({
  binaries,
  directory: join(directory, "suite"),
  environment: Object.fromEntries(names(servers).map((name) => [name, environment])),
});

const entry = (key) => `${suite.origin}/api/v1/namespaces/clock/entries/${key}`;

async function put(key) {
  const response = await fetch(entry(key), {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ value: { stringValue: "v" } }),
  });
  assert.equal(response.status, 200, await response.text());
}

// A watch of all entries, and what it has said.
class Watch {
  text = "";
  ended = false;
  #abort = new AbortController();

  async begin() {
    const response = await fetch(entry("").replace("/entries/", "/entries:watch"), {
      headers: { accept: "text/event-stream" },
      signal: this.#abort.signal,
    });
    assert.equal(response.status, 200);
    this.#read(response.body).catch(() => {});
    return this;
  }

  async #read(body) {
    try {
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) this.text += chunk;
    } finally {
      this.ended = true;
    }
  }

  hears(key) {
    return eventually(`the watch hears of ${key}`, () => this.text.includes(`entries/${key}"`));
  }

  end() {
    this.#abort.abort();
  }
}

// What the suite's clock is ahead of this one, in seconds.
async function ahead() {
  const { headers } = await fetch(`${suite.origin}/api/health`);
  return Math.round((Date.parse(headers.get("date")) - Date.now()) / 1000);
}

const healthy = async () => (await fetch(`${suite.origin}/api/health`)).status === 200;

describe("the suite, when the clock is set", () => {
  before(async () => {
    setClock(0);
    await suite.start();
    await eventually("the suite is healthy", healthy);
  });
  after(async () => {
    await suite.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  for (const [name, step] of Object.entries(STEPS)) {
    it(`${name}: watches, requests and health go on`, async () => {
      const watch = await new Watch().begin();
      await put("before");
      await watch.hears("before");
      const was = await ahead();
      setClock(was + step);
      await eventually("the clock is set", async () => Math.abs((await ahead()) - was - step) < 5);
      await put(`after-${step}`);
      await watch.hears(`after-${step}`);
      assert.equal((await fetch(entry("before"))).status, 200);
      await eventually("the suite is healthy", healthy);
      for (const server of names(servers)) {
        const { status } = await fetch(`http://${suite[server].admin}/readyz`);
        assert.equal(status, 200, server);
      }
      assert.equal(watch.ended, false);
      watch.end();
    });

    it(`${name}: a service that goes and returns is noticed`, async () => {
      const was = await ahead();
      await suite.config.kill();
      setClock(was + step);
      await eventually("its end is noticed", async () => !(await healthy()));
      await suite.config.start();
      await eventually("its return is noticed", healthy);
      await put("returned");
    });

    it(`${name}: a drain ends, and nothing is cut`, async () => {
      const watch = await new Watch().begin();
      const was = await ahead();
      const stopped = suite.config.stop();
      setClock(was + step);
      assert.equal(await stopped, 0, suite.config.log);
      await eventually("the watch ends", () => watch.ended);
      await suite.config.start();
      await eventually("the suite is healthy", healthy);
    });
  }
});
