// ./dev up, down, status and reset, with the binaries of this build.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

const dev = resolve(import.meta.dirname, "../../dev");
const built = process.env.TRIAD_BUILD_DIR;
const directory = mkdtempSync(join(tmpdir(), "triad dev ")); // with spaces
const environment = { ...process.env, TRIAD_STATE_DIR: join(directory, "state") };
const INTERNAL_OFFSETS = [0, 1, 2, 9, 10, 11, 12];
let ports;

function isFree(port) {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(false));
    server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
  });
}

// A gateway port and the first of the internal ports, all of them free.
async function freePorts() {
  for (;;) {
    const first = 20000 + Math.floor(Math.random() * 10000);
    const all = [first - 1, ...INTERNAL_OFFSETS.map((offset) => first + offset)];
    const free = await Promise.all(all.map(isFree));
    if (free.every(Boolean)) return { gateway: first - 1, internal: first };
  }
}

function upArguments() {
  const { gateway, internal } = ports;
  return [
    "up",
    "--built",
    built,
    "--data",
    "data",
    "--port",
    gateway,
    "--internal-ports",
    internal,
  ];
}

// Runs ./dev from another directory than its own, to its end.
function run(...args) {
  return new Promise((done) => {
    execFile(dev, args, { cwd: directory, env: environment }, (error, stdout, stderr) => {
      done({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

// ./dev up in the foreground, in a process group of its own as a shell makes it.
class Foreground {
  output = "";

  constructor() {
    this.child = spawn(dev, upArguments(), {
      cwd: directory,
      env: environment,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on("data", (chunk) => {
        this.output += chunk;
      });
    }
    this.ended = once(this.child, "close").then(([code]) => code);
  }

  async runs() {
    while (!this.output.includes("Triad runs:")) {
      assert.equal(this.child.exitCode, null, this.output);
      await sleep(20);
    }
  }

  // What Ctrl-C does: the whole group gets it.
  interrupt() {
    process.kill(-this.child.pid, "SIGINT");
  }
}

function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // it ended meanwhile
  }
}

// Process ids of what listens where this test said.
function servers(name = "triad-") {
  const own = [`--listen=127.0.0.1:${ports.gateway}`].concat(
    INTERNAL_OFFSETS.slice(0, 3).map((offset) => `--listen=127.0.0.1:${ports.internal + offset}`),
  );
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      const [program, ...args] = commandLine(pid).split("\0");
      return program.includes(`/bin/${name}`) && args.some((one) => own.includes(one));
    })
    .map(Number);
}

beforeEach(async () => {
  ports = await freePorts();
});

after(async () => {
  await run("down");
  rmSync(directory, { recursive: true });
});

test("up runs until Ctrl-C, which drains the gateway before the services", async () => {
  const up = new Foreground();
  await up.runs();
  const url = `http://127.0.0.1:${ports.gateway}`;
  assert.equal((await fetch(`${url}/api/health`)).status, 200);

  const status = await run("status");
  assert.equal(status.code, 0);
  assert.equal(status.stdout.match(/ ready$/gm).length, 4, status.stdout);

  const again = await run(...upArguments());
  assert.equal(again.code, 0);
  assert.match(again.stdout, /already running/);
  assert.ok(again.stdout.includes(url), again.stdout);

  up.interrupt();
  assert.equal(await up.ended, 0, up.output);
  const line = (server, word) => up.output.search(new RegExp(`^${server} +\\| .*${word}`, "m"));
  assert.ok(line("gateway", "signal=15") > 0, up.output);
  for (const service of ["config", "transform", "storage"]) {
    assert.ok(line(service, "stopping") > up.output.lastIndexOf("\ngateway"), up.output);
    assert.ok(line(service, "drained") > 0, up.output);
  }
  assert.deepEqual(servers(), []);
  assert.equal((await run("status")).code, 3);
});

test("a server that dies ends everything, by name and with an error", async () => {
  const up = new Foreground();
  await up.runs();
  process.kill(servers("triad-storage")[0], "SIGKILL");
  assert.equal(await up.ended, 1);
  assert.match(up.output, /^dev: storage ended with code 137/m);
  assert.deepEqual(servers(), []);
});

test("a supervisor that is killed leaves nothing running", async () => {
  const up = new Foreground();
  await up.runs();
  up.child.kill("SIGKILL");
  while (servers().length > 0) await sleep(20);
  while ((await run("status")).code !== 3) await sleep(20);
});

test("up --detach returns once it runs; down keeps the data, reset deletes it", async () => {
  const url = `http://127.0.0.1:${ports.gateway}/api/v1/namespaces/dev/entries/kept`;
  const up = await run(...upArguments(), "--detach");
  assert.equal(up.code, 0, up.stderr);
  const headers = { "content-type": "application/json" };
  const body = '{"value":{"stringValue":"yes"}}';
  assert.equal((await fetch(url, { method: "PUT", headers, body })).status, 200);
  assert.match((await run("reset", "--data", "data", "--yes")).stderr, /Triad runs/);
  assert.equal((await run("down")).code, 0);
  assert.deepEqual(servers(), []);

  assert.equal((await run(...upArguments(), "--detach")).code, 0);
  assert.equal((await fetch(url)).status, 200);
  assert.equal((await run("down")).code, 0);

  assert.match((await run("reset", "--data", "data")).stderr, /nobody to ask/);
  assert.equal((await run("reset", "--data", "data", "--yes")).code, 0);
  assert.ok(!readdirSync(directory).includes("data"));
});

test("a port that is taken is named in one line, with the flag", async () => {
  for (const [port, flag] of [
    [ports.gateway, "--port"],
    [ports.internal + 11, "--internal-ports"],
  ]) {
    const holder = createServer().listen(port, "127.0.0.1");
    await once(holder, "listening");
    const { code, stderr } = await run(...upArguments());
    assert.equal(code, 1);
    assert.match(stderr.trim(), new RegExp(`^dev: port ${port} is taken: .*${flag} \\d+$`));
    holder.close();
    await once(holder, "close");
  }
});

test("a wrong word is refused in one line", async () => {
  for (const args of [
    ["sing"],
    ["up", "--port"],
    ["up", "--port", "x"],
    ["build", "fast"],
    ["down", "now"],
  ]) {
    const { code, stderr } = await run(...args);
    assert.equal(code, 2, args.join(" "));
    assert.match(stderr, /^dev: [^\n]+\n$/);
  }
});
