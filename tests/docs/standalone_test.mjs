// docs/standalone.md, from its top to its end: the service in each language, the gateway in
// front of it, and what is asked of the two. The gateway is the one of the image that stands
// alone, by the name that it has there. Node's packages are those of tests/streams; what
// Go and Python need comes from their registries, with ./dev test --long.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { freePort } from "../containers/http.mjs";
import { Process } from "../support/suite.mjs";
import { blocksIn, root } from "./blocks.mjs";
import { expectation, normal } from "./output.mjs";

const PAGE = "docs/standalone.md";
const LONG = process.env.TRIAD_TEST_LONG !== undefined;
const SERVICE = "127.0.0.1:9090";
const GATEWAY = "127.0.0.1:8080";
const binaries = process.env.TRIAD_BIN_DIR;
const standalone = join(binaries, "triad-standalone-gateway");
const text = readFileSync(join(root, PAGE), "utf8");

// The part of the page below a heading, without its subsections if it has some.
function section(heading) {
  const start = text.indexOf(`\n${heading}\n`);
  assert.notEqual(start, -1, `${PAGE} has no '${heading}'`);
  const part = text.slice(start + heading.length + 2);
  const end = part.search(/^##/m);
  return end === -1 ? part : part.slice(0, end);
}

// The files that a part names right above their contents: { "notes.proto": "…" }.
const filesIn = (part) =>
  Object.fromEntries(
    [...part.matchAll(/`([\w.]+)`[^`\n]*:\n\n```\w+\n([\s\S]*?)^```$/gm)].map(
      ([, name, contents]) => [name, contents],
    ),
  );

const linesIn = (part) =>
  blocksIn(PAGE, part)
    .filter(({ language, reason }) => language === "sh" && reason === undefined)
    .flatMap((block) => block.text.trim().split("\n"));

// A reader's directory, in which the addresses of the page are free ones.
class Walk {
  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), "triad-standalone-"));
    this.addresses = new Map();
    symlinkSync(join(root, "tests/streams/node_modules"), join(this.directory, "node_modules"));
    mkdirSync(join(this.directory, "bin"));
    symlinkSync(standalone, join(this.directory, "bin/triad-gateway"));
    this.environment = {
      ...process.env,
      PATH: `${this.directory}/bin:${process.env.PATH}`,
      GOPATH: join(this.directory, "go"),
      GOFLAGS: "-modcacherw",
    };
  }

  here(words) {
    let result = words;
    for (const [shown, real] of this.addresses) result = result.replaceAll(shown, real);
    return result;
  }

  write(part) {
    for (const [name, contents] of Object.entries(filesIn(part)))
      writeFileSync(join(this.directory, name), this.here(contents));
  }

  run(line) {
    const options = { cwd: this.directory, env: this.environment };
    return new Promise((done) => {
      execFile("bash", ["-c", this.here(line)], options, (error, stdout, stderr) =>
        done({ code: error ? error.code : 0, stdout, stderr }),
      );
    });
  }

  async succeeds(line) {
    const { code, stdout, stderr } = await this.run(line);
    assert.equal(code, 0, `${line}\n${stderr}`);
    return stdout;
  }

  // What runs until somebody ends it.
  begin(line, name) {
    const command = ["bash", "-c", `cd '${this.directory}' && exec ${this.here(line)}`];
    return new Process(command, join(this.directory, `${name}.log`), this.environment);
  }

  remove() {
    rmSync(this.directory, { recursive: true });
  }
}

async function withService(walk, heading, use) {
  walk.addresses.set(SERVICE, `127.0.0.1:${await freePort()}`);
  walk.write(section("## A service"));
  walk.write(section(heading));
  const lines = linesIn(section(heading)).filter((line) => !line.startsWith("npm "));
  for (const line of lines.slice(0, -1)) await walk.succeeds(line);
  const service = walk.begin(lines.at(-1), "service");
  try {
    await service.says(/notes are served/);
    await use();
  } finally {
    await service.end("SIGKILL");
  }
}

async function withGateway(walk, use) {
  walk.write(section("## The gateway"));
  const [protoc, gateway] = linesIn(section("## The gateway"));
  await walk.succeeds(protoc);
  walk.addresses.set(GATEWAY, "127.0.0.1:0");
  const process = walk.begin(`${gateway} --admin_listen=127.0.0.1:0 --log_format=json`, "gateway");
  try {
    const [serving] = await process.says(/^.*"message":"serving".*\n/m);
    walk.addresses.set(GATEWAY, JSON.parse(serving).listen);
    await use();
  } finally {
    await process.end();
  }
}

async function follow(walk) {
  const part = section("## What it does");
  walk.write(part);
  const socket = join(walk.directory, "chat.mjs");
  // A WebSocket is global from Node 22 on.
  const needed = 'globalThis.WebSocket ??= (await import("ws")).WebSocket;\n';
  writeFileSync(socket, needed + readFileSync(socket, "utf8"));
  const commands = blocksIn(PAGE, part).flatMap((block) => block.commands);
  assert.ok(commands.length > 5);
  for (const { command, output } of commands) {
    const came = normal(await walk.succeeds(command));
    assert.match(came, expectation(output), `${command}\n${came}`);
  }
}

async function throughIt(heading) {
  const walk = new Walk();
  try {
    await withService(walk, heading, () => withGateway(walk, () => follow(walk)));
  } finally {
    walk.remove();
  }
}

test("a service in Node", () => throughIt("### Node"));

for (const language of ["Go", "Python"]) {
  const skip = LONG ? false : "its packages come from a registry: ./dev test --long";
  test(`a service in ${language}`, { skip }, () => throughIt(`### ${language}`));
}

test("without descriptors it does not start, and has none of Triad's", () => {
  const listen = ["--listen=127.0.0.1:0", "--admin_listen=127.0.0.1:0"];
  const { status, stderr } = spawnSync(standalone, listen, { encoding: "utf8" });
  assert.notEqual(status, 0);
  assert.match(stderr, /^triad-gateway: .* is empty: --descriptor_set names one.*\n$/);
  // A message of config's: what has a descriptor has its name.
  const has = (binary) => readFileSync(join(binaries, binary)).includes("ListEntriesRequest");
  assert.deepEqual(["triad-gateway", "triad-standalone-gateway"].map(has), [true, false]);
});

test("the chart takes the values", async () => {
  const walk = new Walk();
  try {
    const part = section("## On Kubernetes");
    walk.write(part);
    const [configMap, install] = linesIn(part);
    mkdirSync(join(walk.directory, "helm"));
    symlinkSync(join(root, "helm/triad"), join(walk.directory, "helm/triad"));
    const template = install.replace("helm install", `'${process.env.TRIAD_HELM}' template`);
    const manifests = await walk.succeeds(template);
    const [, name, key] = /configmap (\S+) --from-file=(\S+)=notes.pb /.exec(configMap);
    assert.match(manifests, new RegExp(`configMap:\\n +name: ${name}\\n`));
    assert.match(manifests, new RegExp(`--descriptor_set=\\S+/${key}\\n`));
    assert.match(manifests, /--upstream=acme\.notes\.v1\.Notes=notes\.default\.svc:9090\n/);
  } finally {
    walk.remove();
  }
});
