// docs/operations.md by the letter: its commands are run, on the real binaries, and
// the lines it quotes are the ones they print.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { createDecipheriv } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { Suite } from "../support/suite.mjs";
import { blocks, pattern, root, testsNamed } from "./manual.mjs";

const run = promisify(execFile);
const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R operations_manual_test");
const TAG_BYTES = 16;
const JSON_TYPE = { "content-type": "application/json" };

// The suite in a directory that looks like the one the manual speaks of.
class Site {
  directory = mkdtempSync(join(tmpdir(), "triad-manual-"));
  #suite;

  // With more flags, by server.
  async start(args = {}) {
    this.#suite = new Suite({ binaries, directory: this.path("data"), args });
    await this.#suite.start();
  }

  async startOne(name) {
    await this.#suite[name].start();
  }

  async stopOne(name) {
    assert.equal(await this.#suite[name].stop(), 0);
  }

  async stop() {
    for (const [name, code] of Object.entries(await this.#suite.stop())) {
      assert.equal(code, 0, name);
    }
  }

  // Whatever still runs.
  async end() {
    await this.#suite.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  path(name) {
    return join(this.directory, name);
  }

  get origin() {
    return this.#suite.origin;
  }

  admin(name, path) {
    return fetch(`http://${this.#suite[name].admin}${path}`);
  }

  // Runs commands of the manual as somebody in this directory would.
  async follow(commands) {
    const env = { ...process.env, T: this.origin };
    const options = { cwd: this.directory, env };
    const { stdout } = await run("bash", ["-euo", "pipefail", "-c", commands], options);
    return stdout;
  }

  sql(file, statement) {
    const answer = execFileSync("sqlite3", ["-json", this.path(file), statement], {
      encoding: "utf8",
    });
    return answer === "" ? [] : JSON.parse(answer);
  }

  entry(key) {
    return `${this.origin}/api/v1/namespaces/manual/entries/${key}`;
  }

  async setEntry(key, value, secret = false) {
    const body = JSON.stringify({ value, secret });
    return fetch(this.entry(key), { method: "PUT", headers: JSON_TYPE, body });
  }

  async getValue(key) {
    return (await (await fetch(this.entry(key))).json()).value;
  }

  keepRecipe(name, recipe) {
    const url = `${this.origin}/api/v1/recipes?recipe_id=${name}`;
    return fetch(url, { method: "POST", headers: JSON_TYPE, body: JSON.stringify({ recipe }) });
  }

  runRecipe(name, body) {
    return fetch(`${this.origin}/api/v1/recipes/${name}:run`, { method: "POST", body });
  }

  object(name) {
    return `${this.origin}/api/v1/buckets/uploads/objects/${name}`;
  }

  // A process that does not start: its exit code and what it says.
  async refusal(name, ...args) {
    const binary = join(binaries, `triad-${name}`);
    const ports = ["--listen=127.0.0.1:0", "--admin_listen=127.0.0.1:0"];
    const failure = await run(binary, [...args, ...ports], { cwd: this.directory }).then(
      () => assert.fail(`triad-${name} has started and ended well`),
      (error) => error,
    );
    return { code: failure.code, stderr: failure.stderr.trim() };
  }
}

// Opens what AES-256-GCM has sealed, bound to namespace, key and number.
function open(secretKey, { value, nonce }, namespace, key, number) {
  const bigEndian = (value) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(value));
    return bytes;
  };
  const names = [namespace, key].flatMap((name) => [bigEndian(name.length), Buffer.from(name)]);
  const sealed = Buffer.from(value, "hex");
  const cipher = createDecipheriv("aes-256-gcm", secretKey, Buffer.from(nonce, "hex"));
  cipher.setAAD(Buffer.concat([...names, bigEndian(number)]));
  cipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([cipher.update(sealed.subarray(0, -TAG_BYTES)), cipher.final()]);
}

// The plaintext of the latest version of a secret, from a copy of the database and of
// the key alone: the key opens the namespace's data key, and that one the value.
function openSecret(site, database, keyFile, namespace, key) {
  const [row] = site.sql(
    database,
    `SELECT version, hex(value) AS value, hex(nonce) AS nonce, key_id FROM versions
     WHERE namespace = '${namespace}' AND key = '${key}' ORDER BY version DESC LIMIT 1`,
  );
  const [wrapped] = site.sql(
    database,
    `SELECT number, hex(wrapped) AS value, hex(nonce) AS nonce FROM data_keys
     WHERE id = '${row.key_id}'`,
  );
  const first = Buffer.from(readFileSync(site.path(keyFile), "utf8").trim(), "hex");
  const dataKey = open(first, wrapped, namespace, "", wrapped.number);
  return open(dataKey, row, namespace, key, row.version).toString();
}

// Writes one entry after the other until told to stop. Returns how many it wrote.
function writer(site) {
  let stopped = false;
  const done = (async () => {
    let count = 0;
    for (; !stopped; ++count) {
      const answer = await site.setEntry("busy", { intValue: String(count) });
      assert.equal(answer.status, 200, await answer.text());
    }
    return count;
  })();
  return {
    async stop() {
      stopped = true;
      return done;
    },
  };
}

describe("docs/operations.md", { timeout: 110_000 }, () => {
  let site;

  beforeEach(async () => {
    await site?.end();
    site = new Site();
    await site.start();
  });

  after(() => site.end());

  it("backs up what runs, and restores values, secrets and objects", async () => {
    const [backUpConfig, backUpStorage, restore] = blocks("## Back up and restore", "sh");
    const value = { jsonValue: '{"a":[1,2]}' };
    assert.equal((await site.setEntry("kept", value)).status, 200);
    assert.equal((await site.setEntry("token", { stringValue: "s3cr3t" }, true)).status, 200);
    const content = "bytes ".repeat(100_000);
    const put = await fetch(site.object("kept.txt"), { method: "PUT", body: content });
    const { sha256 } = await put.json();
    assert.equal((await site.keepRecipe("kept", "to-hex")).status, 200);

    const writing = writer(site);
    assert.equal((await site.follow(backUpConfig)).trim(), "ok\nok");
    assert.ok((await writing.stop()) > 0, "nothing was written meanwhile");
    await site.stopOne("storage");
    await site.follow(backUpStorage);

    await site.startOne("storage");
    await site.setEntry("kept", { stringValue: "later" });
    assert.equal((await site.keepRecipe("later", "to-hex")).status, 200);
    await fetch(site.object("kept.txt"), { method: "PUT", body: "later" });
    await site.stop();
    await site.follow(restore);
    await site.start();

    assert.deepEqual(await site.getValue("kept"), value);
    assert.deepEqual(await site.getValue("token"), { stringValue: "********" });
    assert.equal(
      openSecret(site, "data/config/config.db", "data/config/secret.key", "manual", "token"),
      "s3cr3t",
    );
    assert.equal(await (await fetch(site.object("kept.txt"))).text(), content);
    assert.equal(
      (await (await fetch(`${site.object("kept.txt")}:metadata`)).json()).sha256,
      sha256,
    );
    assert.equal(await (await site.runRecipe("kept", "ab")).text(), "6162");
    assert.equal((await site.runRecipe("later", "ab")).status, 404);
    assert.equal((await site.setEntry("after", { boolValue: true })).status, 200);
    const health = await (await fetch(`${site.origin}/api/health`)).json();
    assert.deepEqual(health, { status: "ok" });
  });

  it("keeps copies from other eyes", async () => {
    await site.follow(blocks("## Back up and restore", "sh")[0]);
    const modes = await site.follow("stat -c %a backup/*.db keys/secret.key");
    assert.deepEqual(modes.trim().split("\n"), ["600", "600", "600"]);
  });

  it("has its key exchanged while it runs, and opens with the new one alone", async () => {
    const heading = "### The key of the secrets";
    const [add, remove] = blocks(heading, "sh");
    const taken = async (count) => {
      const sample = `triad_secret_reloads_total{flag="secret_key_file",result="ok"} ${count}\n`;
      while (!(await (await site.admin("config", "/metrics")).text()).includes(sample)) {
        await setTimeout(50);
      }
    };
    await site.setEntry("rotated", { stringValue: "s3cr3t" }, true);
    const before = readFileSync(site.path("data/config/secret.key"), "utf8");
    await site.follow(add);
    await taken(1);
    // Also if it is too early: then it is taken later.
    await site.follow(remove);
    await taken(2);
    assert.notEqual(readFileSync(site.path("data/config/secret.key"), "utf8"), before);
    assert.equal(
      openSecret(site, "data/config/config.db", "data/config/secret.key", "manual", "rotated"),
      "s3cr3t",
    );
    const modes = await site.follow("stat -c %a data/config/secret.key");
    assert.equal(modes, "600\n");

    await site.stop();
    await site.follow(
      `mv data/config/secret.key key.away && (openssl rand -hex 32; openssl rand -hex 32) > data/config/secret.key`,
    );
    const { code, stderr } = await site.refusal("config");
    assert.equal(code, 1);
    assert.match(stderr, pattern(blocks(heading, "").at(-1)));
    await site.follow("mv key.away data/config/secret.key");
    await site.start();
    assert.deepEqual(await site.getValue("rotated"), { stringValue: "********" });
  });

  it("refuses to start without its key, and saves plain entries without it", async () => {
    const heading = "## The key of the secrets is lost";
    const values = {
      text: { stringValue: 'a "quoted"\ttab\nand line' },
      "nested/number": { intValue: "9007199254740993" },
      share: { doubleValue: 0.1 },
      flag: { boolValue: false },
      json: { jsonValue: '{"a":[1,2]}' },
    };
    for (const [key, value] of Object.entries(values)) {
      assert.equal((await site.setEntry(key, value)).status, 200, key);
    }
    await site.setEntry("token", { stringValue: "s3cr3t" }, true);
    await site.stop();

    await site.follow("rm data/config/secret.key");
    const { code, stderr } = await site.refusal("config");
    assert.equal(code, 1);
    assert.match(stderr, pattern(blocks(heading, "")[0]));
    assert.equal(stderr.split("\n").length, 1, stderr);
    await site.follow("test ! -e data/config/secret.key");

    await site.follow("mv data/config data/config.lost");
    await site.start();
    assert.equal(await site.follow(blocks(heading, "sh")[0]), "");
    for (const [key, value] of Object.entries(values)) {
      assert.deepEqual(await site.getValue(key), value, key);
    }
    assert.equal((await fetch(site.entry("token"))).status, 404);
  });

  it("says what an older binary says of a newer database", async () => {
    await site.stop();
    site.sql(
      "data/config/config.db",
      "INSERT INTO triad_migrations SELECT max(number) + 1, 'later', 0 FROM triad_migrations",
    );
    const { code, stderr } = await site.refusal("config");
    assert.equal(code, 1);
    assert.match(stderr, pattern(blocks("## Upgrade", "")[0]));
  });

  it("writes nothing and reads on when there is no room, and writes again when there is", async () => {
    await site.stop();
    const [{ page_count: pages }] = site.sql("data/config/config.db", "PRAGMA page_count");
    const limited = `sqlite:${site.path("data/config/config.db")}?max_pages=${pages + 40}`;
    await site.start({ config: [`--database=${limited}`] });
    assert.equal((await site.setEntry("kept", { stringValue: "yes" })).status, 200);
    const large = { stringValue: "x".repeat(30_000) };
    let status = 200;
    for (let i = 0; status === 200; ++i) status = (await site.setEntry(`large${i}`, large)).status;
    assert.equal(status, 507);
    assert.deepEqual(await site.getValue("kept"), { stringValue: "yes" });
    assert.equal((await site.admin("config", "/readyz")).status, 200);
    await site.stop();
    await site.start();
    assert.equal((await site.setEntry("again", large)).status, 200);
  });

  it("names tests that exist", async () => {
    const named = testsNamed("## The disk is full");
    assert.ok(named.length >= 4);
    for (const { suite, name } of named) {
      await run("git", ["grep", "-q", "-E", `^TEST(_F|_P)?\\(${suite}, ${name}\\)`], { cwd: root });
    }
  });
});
