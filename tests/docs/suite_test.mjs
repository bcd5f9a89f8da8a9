// The pages' commands against a running suite, page by page and in order, and the
// gateway alone: what they write has the form that the page shows.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { member, servers } from "../../tools/suite.mjs";
import { Process, Suite } from "../support/suite.mjs";
import { place, root } from "./blocks.mjs";
import { blocksOf } from "./claims.mjs";
import { expectation, learnEtags, normal } from "./output.mjs";

const { TRIAD_BIN_DIR: binaries } = process.env;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R docs_suite_test");
const directory = mkdtempSync(join(tmpdir(), "triad-docs-"));
const PATIENCE_MS = 20_000;
const STREAM = /^(curl -s?N|triadctl config watch) /;

after(() => rmSync(directory, { recursive: true }));

// ---- one page ----

async function put(suite, text) {
  const url = `${suite.origin}/api/v1/namespaces/app/entries/greeting`;
  const body = JSON.stringify({ value: { stringValue: text } });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method: "PUT", headers, body });
  assert.equal(answer.status, 200);
}

// What happens while a stream of the page is open: the page says so.
const meanwhile = {
  "README.md": (suite) => put(suite, "hi"),
  "docs/gateway.md": async (suite, wrote) => {
    await put(suite, "hello");
    await wrote(/^data: /m); // of the put, not the mark before it
    suite.gateway.stop(); // the stream ends, and with it the gateway
  },
};

async function watchers(suite) {
  const metrics = await (await fetch(`http://${suite.config.admin}/metrics`)).text();
  return Number(/^triad_config_watchers (\d+)/m.exec(metrics)[1]);
}

// The addresses that pages name, as they are here.
function here(command, suite) {
  let text = command.replaceAll("build/dev/bin", binaries);
  text = text.replaceAll(`127.0.0.1:${member("gateway").port}`, suite.gateway.address);
  for (const { name, port, admin_port } of servers) {
    text = text.replaceAll(`127.0.0.1:${admin_port}`, suite[name].admin);
    text = text.replaceAll(`127.0.0.1:${port}`, suite[name].address);
  }
  return text;
}

// grpcurl is in no archive that every machine reaches: where it is missing, buf makes its calls.
const PATH = [binaries, process.env.PATH, new URL("stand_ins", import.meta.url).pathname].join(":");

const environment = (suite) => ({
  ...process.env,
  PATH,
  HOME: directory, // where triadctl keeps profiles
  T: suite.origin,
  TRIADCTL_SERVER: suite.origin,
});

function run(command, suite) {
  const env = environment(suite);
  return new Promise((done) => {
    execFile("bash", ["-ec", command], { cwd: directory, env }, (error, stdout, stderr) =>
      done({ code: error ? error.code : 0, stdout, stderr }),
    );
  });
}

// Runs a command that goes on, until it has written what is expected.
async function stream(command, suite, page, expected) {
  const env = environment(suite);
  const child = spawn("bash", ["-c", `exec ${command}`], {
    cwd: directory,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let came = "";
  child.stdout.on("data", (piece) => {
    came += piece;
  });
  try {
    if (meanwhile[page]) {
      while ((await watchers(suite)) === 0) await sleep(20);
      await meanwhile[page](suite, async (pattern) => {
        while (!pattern.test(came)) await sleep(20);
      });
    }
    const deadline = Date.now() + PATIENCE_MS;
    while (!expected.test(normal(came)) && child.exitCode === null && Date.now() < deadline)
      await sleep(20);
  } finally {
    child.kill();
  }
  return came;
}

async function follow(block, suite, etags) {
  for (const { command, output } of block.commands) {
    let text = here(command, suite);
    for (const [shown, real] of etags) text = text.replaceAll(shown, real);
    const expected = expectation(output);
    const streams = STREAM.test(command);
    const result = streams
      ? { stdout: await stream(text, suite, block.page, expected), code: 0, stderr: "" }
      : await run(text, suite);
    assert.equal(result.code, 0, `${place(block)}: ${command}\n${result.stderr}`);
    if (block.language === "sh") continue;
    const came = normal(result.stdout);
    assert.match(
      came,
      output.length > 0 ? expected : /^\n$/,
      `${place(block)}: ${command}\n${came}`,
    );
    learnEtags(etags, output.join("\n"), came);
  }
}

const all = blocksOf("suite");

for (const page of new Set(all.map((block) => block.page))) {
  test(page, async () => {
    const suite = new Suite({ binaries });
    try {
      await suite.start();
      const etags = new Map();
      for (const block of all.filter((one) => one.page === page)) await follow(block, suite, etags);
    } catch (error) {
      error.message += `\n${suite.log}`;
      throw error;
    } finally {
      await suite.stop();
    }
  });
}

// ---- the gateway alone ----

const proto = (name) => `syntax = "proto3";
package ${name.slice(0, name.lastIndexOf("."))};
import "google/api/annotations.proto";
service ${name.slice(name.lastIndexOf(".") + 1)} {
  rpc Look(Nothing) returns (Nothing) {
    option (google.api.http) = {get: "/look"};
  }
}
message Nothing {}
`;

for (const block of blocksOf("alone")) {
  test(`${block.page}: the gateway alone`, async () => {
    const [compile, gateway] = block.text
      .trim()
      .split("\n")
      .map((line) => line.replace(/^\$ /, ""));
    const at = mkdtempSync(join(directory, "alone-"));
    symlinkSync(join(root, "node_modules/google-proto-files/google"), join(at, "google"));
    writeFileSync(
      join(at, /\S+\.proto$/.exec(compile)[0]),
      proto(/--upstream=([\w.]+)=/.exec(gateway)[1]),
    );
    const env = { ...process.env, PATH: `${binaries}:${process.env.PATH}` };
    await new Promise((done, fail) =>
      execFile("bash", ["-c", compile], { cwd: at, env }, (error) =>
        error ? fail(error) : done(),
      ),
    );
    const line = `cd '${at}' && exec ${gateway.replace(/127\.0\.0\.1:8080/, "127.0.0.1:0")} --admin_listen=127.0.0.1:0 --log_format=json`;
    const server = new Process(["bash", "-c", line], join(at, "log"), env);
    try {
      const [serving] = await server.says(/^.*"message":"serving".*\n/m);
      const answer = await fetch(`http://${JSON.parse(serving).listen}/look`);
      assert.equal(answer.status, 503); // there is a route, and nobody behind it
    } finally {
      await server.end();
    }
  });
}
