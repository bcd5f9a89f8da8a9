// What a gateway learns of services while it runs: from servers that describe themselves, and from
// files that change.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Server as GrpcServer, loadPackageDefinition, ServerCredentials } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { eventually } from "../support/eventually.mjs";
import { metric } from "../support/metrics.mjs";
import { Server } from "../support/suite.mjs";

const service = "plain.v1.Notes";
let directory;

before(() => {
  directory = mkdtempSync(join(tmpdir(), "learning-"));
});
after(() => rmSync(directory, { recursive: true, force: true }));

// A proto whose service has the methods `names`, each of which gives back what it gets.
const protoWith = (names) => `syntax = "proto3";
package plain.v1;
import "google/protobuf/duration.proto";
service Notes {
${names.map((name) => `  rpc ${name}(Note) returns (Note);`).join("\n")}
  rpc Follow(Note) returns (stream Note);
}
message Note {
  string name = 1;
  google.protobuf.Duration age = 2;
}
`;

// That service, on a port; it describes itself if `describes`.
const serve = async (names, { port = 0, describes = false } = {}) => {
  const file = join(directory, "notes.proto");
  writeFileSync(file, protoWith(names));
  const definition = loadSync(file, { includeDirs: [directory, "/usr/include"] });
  const server = new GrpcServer();
  const methods = Object.fromEntries(
    names.map((name) => [name, ({ request }, callback) => callback(null, request)]),
  );
  const Follow = (call) => call.write(call.request); // and no end
  const { Notes } = loadPackageDefinition(definition).plain.v1;
  server.addService(Notes.service, { ...methods, Follow });
  if (describes) new ReflectionService(definition).addToServer(server);
  const bound = await new Promise((done, failed) => {
    const credentials = ServerCredentials.createInsecure();
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, at) =>
      error ? failed(error) : done(at),
    );
  });
  return { server, port: bound };
};

// Writes the descriptor set of that service to `path`, at once.
const describe = (names, path) => {
  writeFileSync(join(directory, "notes.proto"), protoWith(names));
  const made = spawnSync("protoc", [
    ...[`-I${directory}`, "-I/usr/include", "--include_imports", `-o${path}.new`, "notes.proto"],
  ]);
  assert.equal(made.status, 0, made.stderr?.toString());
  renameSync(`${path}.new`, path);
};

const withGateway = async (args, use) => {
  const options = { binaries: process.env.TRIAD_BIN_DIR, directory, args };
  const gateway = new Server("gateway", options);
  await gateway.start();
  try {
    await use(gateway, `http://${gateway.address}`);
  } finally {
    await gateway.stop();
  }
};

const call = (origin, method, body = '{"name":"n"}') =>
  fetch(`${origin}/${service}/${method}`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json" },
  });
const statusOf = async (origin, method) => (await call(origin, method)).status;
const ready = async (gateway) => (await fetch(`http://${gateway.admin}/readyz`)).status === 200;

test("services that describe themselves need no file", async () => {
  const first = await serve(["Get"], { describes: true });
  const args = [
    "--reflection=true",
    "--unannotated_methods=true",
    `--upstream=${service}=127.0.0.1:${first.port}`,
  ];
  await withGateway(args, async (gateway, origin) => {
    await eventually("knows its service", () => ready(gateway));
    const note = { name: "n", age: "5s" };
    assert.deepEqual(await (await call(origin, "Get", JSON.stringify(note))).json(), note);
    assert.equal(await statusOf(origin, "Put"), 404);

    // Another version comes to the same place.
    first.server.forceShutdown();
    const second = await serve(["Get", "Put"], { port: first.port, describes: true });
    await eventually("the new method", async () => (await statusOf(origin, "Put")) === 200);
    assert.ok((await metric(gateway, "triad_gateway_services_current")) === 1);
    second.server.forceShutdown();
  });
});

test("a service that has not described itself yet is waited for", async () => {
  const { server, port } = await serve(["Get"]);
  const args = ["--reflection=true", `--upstream=${service}=127.0.0.1:${port}`];
  await withGateway([...args, "--unannotated_methods=true"], async (gateway, origin) => {
    assert.equal(await ready(gateway), false);
    const early = await call(origin, "Get");
    assert.equal(early.status, 503);
    assert.match((await early.json()).message, /plain\.v1\.Notes/);
    server.forceShutdown();
    const { server: better } = await serve(["Get"], { port, describes: true });
    await eventually("knows its service", () => ready(gateway));
    assert.equal(await statusOf(origin, "Get"), 200);
    better.forceShutdown();
  });
});

test("a file is read again when it changes and at SIGHUP, and streams run on", async () => {
  const { server, port } = await serve(["Get", "Put"]);
  const set = join(directory, "notes.pb");
  describe(["Get"], set);
  const args = [
    `--descriptor_set=${set}`,
    "--unannotated_methods=true",
    `--upstream=${service}=127.0.0.1:${port}`,
  ];
  await withGateway(args, async (gateway, origin) => {
    const stream = (await call(origin, "Follow")).body.getReader();
    assert.match(new TextDecoder().decode((await stream.read()).value), /"n"/);
    const next = stream.read();
    assert.equal(await statusOf(origin, "Put"), 404);

    describe(["Get", "Put"], set);
    await eventually("the new method", async () => (await statusOf(origin, "Put")) === 200);

    writeFileSync(set, "no descriptor set");
    process.kill(gateway.pid, "SIGHUP");
    const current = "triad_gateway_services_current";
    await eventually("the refusal", async () => (await metric(gateway, current)) === 0);
    assert.equal(await statusOf(origin, "Put"), 200);

    describe(["Get"], set);
    process.kill(gateway.pid, "SIGHUP");
    await eventually("the old methods", async () => (await statusOf(origin, "Put")) === 404);
    assert.equal(await metric(gateway, current), 1);

    const moved = await Promise.race([next.then(() => "ended"), Promise.resolve("runs")]);
    assert.equal(moved, "runs");
    await stream.cancel();
  });
  server.forceShutdown();
});
