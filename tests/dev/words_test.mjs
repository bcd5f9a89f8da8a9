// What ./dev says: before it starts, while it works, and when it cannot go on.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { copyOfTheTree, root } from "./copy.mjs";

const preset = basename(process.env.TRIAD_BUILD_DIR);
const directory = mkdtempSync(join(tmpdir(), "triad-words-"));
const environment = { ...process.env, TRIAD_STATE_DIR: join(directory, "state") };

after(() => rmSync(directory, { recursive: true }));

function run(command, args, options) {
  return new Promise((done) => {
    const all = { cwd: root, env: environment, ...options };
    execFile(command, args, all, (error, stdout, stderr) => {
      done({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

const dev = (...args) => run("./dev", args);

// Functions of ./dev by themselves.
const parts = ["debian.sh", "suite.sh"].map((name) => `tools/${name}`);
const ours = ["figures", "common", "packages", "node", "build", "images"];
const sources = [...parts, ...ours.map((name) => `tools/dev/${name}.sh`)];
const prelude = `set -euo pipefail; root=$PWD; for one in ${sources.join(" ")}; do source $one; done;`;
const shell = (line, options) => run("bash", ["-c", prelude + line], options);

test("a command that is asked for help tells it, and does nothing", async () => {
  const { stdout: usage } = await dev("help");
  assert.match(usage, /^ {2}\.\/dev up /m);
  for (const verb of ["bench", "test", "up", "lint"]) {
    assert.deepEqual(await dev(verb, "--help"), { code: 0, stdout: usage, stderr: "" });
  }
});

// ---- tests by name ----

const sanitizer = preset === "dev" ? [] : [`--sanitizer=${preset}`];
const testsNamed = (...words) => dev("test", ...sanitizer, ...words);

test("a name that no test has is told before anything is built, with what is near", async () => {
  const { code, stdout, stderr } = await testsNamed("watch_hubb");
  assert.equal(code, 2, stdout);
  assert.match(
    stderr,
    /^dev: no test has 'watch_hubb' in its name: near are .*watch_hub_test; .*\n$/,
  );
  assert.doesNotMatch(stdout, /building|testing|\[\d+\/\d+\]/);
});

test("a fresh clone first gets what it takes to know its tests", async () => {
  const copy = copyOfTheTree();
  const { code, stderr } = await run("./dev", ["test", "nosuchtest"], { cwd: copy });
  rmSync(copy, { recursive: true });
  assert.match(stderr, /^dev: no test has 'nosuchtest' in its name: .*\n$/);
  assert.equal(code, 2);
});

test("each name has to be one, also beside another that is", async () => {
  const { code, stderr } = await testsNamed("watch_hub", "nosuch");
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^dev: no test has 'nosuch' in its name: ctest --test-dir \S+ -N lists all\n$/,
  );
});

test("a label that no test has is told with those that there are", async () => {
  const { code, stderr } = await testsNamed("--label", "unti");
  assert.equal(code, 2);
  assert.match(stderr, /^dev: no test has the label 'unti': .*\bcontract, .*\bunit\n$/);
});

// ---- ports ----

test("ports that cannot be are refused before the start", async () => {
  for (const [args, message] of [
    [
      ["--port", "4563"],
      /^dev: --port 4563 is among those of --internal-ports, 4551 to 4563: .*--port 4564\n$/,
    ],
    [
      ["--port", "6003", "--internal-ports", "6000"],
      /^dev: --port 6003 is among .* 6000 to 6012: /,
    ],
    [
      ["--internal-ports", "65530"],
      /^dev: --internal-ports 65530 takes ports up to 65542, .*: choose 65523 or less\n$/,
    ],
  ]) {
    const { code, stdout, stderr } = await dev("up", ...args);
    assert.equal(code, 2, args.join(" "));
    assert.match(stderr, message);
    assert.equal(stdout, "");
  }
});

// ---- systems ----

const systems = {
  'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n': [0, /^$/, /^$/],
  'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_ID="13"\nID=debian\n': [
    ...[1, /^$/, /^dev: Triad does not work on Debian 13: .*\n$/],
  ],
  'PRETTY_NAME="Ubuntu 24.04 LTS"\nVERSION_ID="24.04"\nID=ubuntu\n': [
    ...[0, /^untested on Ubuntu 24\.04 LTS: Triad is built and tested on Debian 12\n$/, /^$/],
  ],
};

for (const [text, [code, stdout, stderr]] of Object.entries(systems)) {
  test(`on ${/"([^"]*)"/.exec(text)[1]}`, async () => {
    const file = join(directory, "os-release");
    writeFileSync(file, text);
    const result = await shell(`check_system ${file}`);
    assert.equal(result.code, code);
    assert.match(result.stdout, stdout);
    assert.match(result.stderr, stderr);
  });
}

// ---- progress ----

// Writes a line and demands one back, while the pipe stays open.
async function passes(filter, lines) {
  const child = spawn("bash", ["-c", prelude + filter], { cwd: root, env: environment });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  try {
    for (const [line, expected] of lines) {
      child.stdin.write(`${line}\n`);
      if (expected) assert.match((await answers.next()).value, expected);
    }
  } finally {
    child.stdin.end();
    await once(child, "close");
  }
}

test("a build's progress is passed on at once, without a terminal", { timeout: 30_000 }, () =>
  passes("only_tenths", [
    ["ninja: Entering directory `build/dev'"],
    ["[1/40] Building a", /^\[1\/40\] Building a$/],
    ["[2/40] Building b"],
    ["[4/40] Building c", /^\[4\/40\] Building c$/],
    ["b.cc:1: error", /^b\.cc:1: error$/],
  ]),
);

test("an image's progress is passed on at once, whatever builds it", { timeout: 30_000 }, () =>
  passes("only_steps", [
    ["Sending build context to Docker daemon  9.1MB"],
    ["Step 9/30 : RUN ./dev prepare", / Step 9\/30 : RUN \.\/dev prepare$/],
    ["Get:1 http://deb.debian.org/debian bookworm InRelease"],
    ["[1/2] STEP 9/20: RUN ./dev prepare", / STEP 9\/20: RUN/],
    ["#11 [build  7/10] RUN ./dev build static", / RUN \.\/dev build static$/],
    ["#11 34.21 [34/340] Building CXX object x", /\[34\/340\]/],
    ["configuring build/static", / configuring build\/static$/],
  ]),
);

// ---- what it takes, and how far it came ----

test("up says what it takes before it starts, and when it stops what is done", async () => {
  const copy = copyOfTheTree();
  const env = {
    ...environment,
    npm_config_registry: "http://127.0.0.1:1",
    npm_config_fetch_retries: "0",
    npm_config_cache: join(directory, "npm"), // an empty one
  };
  const { code, stdout, stderr } = await run("./dev", ["up"], { cwd: copy, env });
  rmSync(copy, { recursive: true });
  assert.equal(code, 1);
  const [needs] = stdout.split("\n");
  assert.match(
    needs,
    /^the first start takes [\d.]+ to [\d.]+ minutes on two cores, \d+ GB of disk and \d+ GB of memory; here are \d+ cores, \d+ GB and \d+ GB free$/,
  );
  assert.match(stdout, /\nnot started; \.\/dev up goes on from here\n$/);
  assert.match(
    stderr,
    /^dev: .*NpmCi\.cmake' failed: the lines above are the end of .*npm-ci\.log$/m,
  );
});

test("steps that are done are told with their times", async () => {
  const { stdout } = await shell(
    `source tools/dev/up.sh; finished "installing a"; step_began=$((SECONDS - 75)); finished "building b"; tell_so_far`,
  );
  assert.match(stdout, /^done so far:\n {2}installing a \(0:0\d\)\n {2}building b \(1:1\d\)\n/);
});

// ---- Node, where there is none ----

test("Node comes from npm's registry without npm, and only as it is pinned", async () => {
  const asked = [];
  const registry = createServer((request, response) => {
    asked.push([request.url, request.headers.authorization]);
    response.end("something else");
  }).listen(0, "127.0.0.1");
  await once(registry, "listening");
  const address = `127.0.0.1:${registry.address().port}/npm/`;
  writeFileSync(
    join(directory, ".npmrc"),
    `registry=http://${address}\n//${address}:_authToken=t0ken\n`,
  );
  const env = { ...environment, HOME: directory, npm_config_registry: "", NPM_CONFIG_REGISTRY: "" };
  const { code, stderr } = await shell(`install_node ${join(directory, "node")}`, { env });
  registry.close();
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^dev: what http:\/\/\S+\/npm has as node-linux-\w+-[\d.]+ is not what .* pins: /m,
  );
  assert.equal(asked.length, 1);
  assert.match(asked[0][0], /^\/npm\/node-linux-\w+\/-\/node-linux-\w+-[\d.]+\.tgz$/);
  assert.equal(asked[0][1], "Bearer t0ken");
});

test("no Debian package comes along for Node but what fetches it", async () => {
  const { stdout } = await shell("sed -n 's/^node: //p' tools/packages.txt");
  assert.equal(stdout, "curl ca-certificates\n");
});
