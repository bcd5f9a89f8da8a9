// The gateway in front of a service that has never heard of HTTP rules, by grpc-js.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Server as GrpcServer, loadPackageDefinition, ServerCredentials } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { eventually } from "../support/eventually.mjs";
import { Server } from "../support/suite.mjs";

const here = import.meta.dirname;
let directory;
let set;
let service;
let port;

before(async () => {
  directory = mkdtempSync(join(tmpdir(), "plain-"));
  set = join(directory, "plain.pb");
  const made = spawnSync("protoc", [`-I${here}`, "--include_imports", `-o${set}`, "plain.proto"]);
  assert.equal(made.status, 0, made.stderr?.toString());
  service = new GrpcServer();
  const { Notes } = loadPackageDefinition(loadSync(join(here, "plain.proto"))).plain.v1;
  service.addService(Notes.service, {
    Get: ({ request }, callback) => callback(null, request),
    Search: (call) => {
      for (let count = 1; count <= call.request.count; count++) call.write({ count });
      call.end();
    },
    Chat: (call) => call.on("data", (note) => call.write(note)).on("end", () => call.end()),
  });
  port = await new Promise((done, failed) => {
    service.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? failed(error) : done(bound),
    );
  });
});

after(() => {
  service?.forceShutdown();
  rmSync(directory, { recursive: true, force: true });
});

const withGateway = async (args, use) => {
  const gateway = new Server("gateway", {
    binaries: process.env.TRIAD_BIN_DIR,
    directory,
    args: [`--descriptor_set=${set}`, `--upstream=plain.v1.Notes=127.0.0.1:${port}`, ...args],
  });
  await gateway.start();
  try {
    await use(`http://${gateway.address}`, gateway);
  } finally {
    await gateway.stop();
  }
};

const post = (url, body, type = "application/json") =>
  fetch(url, { method: "POST", body, headers: { "content-type": type } });

test("methods are served by their names", async () => {
  await withGateway(["--unannotated_methods=true"], async (origin) => {
    const get = await post(`${origin}/plain.v1.Notes/Get`, '{"name":"n"}');
    assert.deepEqual(await get.json(), { name: "n", count: 0 });
    const search = await post(`${origin}/plain.v1.Notes/Search`, '{"count":2}');
    assert.equal((await search.text()).trim().split("\n").length, 2);
    const lines = '{"name":"a"}\n{"name":"b"}\n';
    const chat = await post(`${origin}/plain.v1.Notes/Chat`, lines, "application/x-ndjson");
    assert.match(await chat.text(), /"a".*\n.*"b"/);
    const { paths } = await (await fetch(`${origin}/openapi.json`)).json();
    assert.ok(paths["/plain.v1.Notes/Get"].post);
  });
});

test("a line of the access log has the fields that are asked for", async () => {
  const fields = ["method", "path", "user_agent", "host", "upstream", "grpc_status"];
  const args = ["--unannotated_methods=true", `--access_log_fields=${fields.join(",")}`];
  await withGateway(args, async (origin, gateway) => {
    const url = `${origin}/plain.v1.Notes/Get?secret=no`;
    await fetch(url, { method: "POST", body: "{", headers: { "user-agent": "curious" } });
    await post(`${origin}/plain.v1.Notes/Get`, "{}");
    const lines = () => gateway.log.split("\n").filter((line) => line.includes('"request"'));
    await eventually("both lines", () => lines().length === 2);
    const [refused, answered] = lines().map((line) => JSON.parse(line));
    assert.equal(refused.path, "/plain.v1.Notes/Get");
    assert.equal(refused.user_agent, "curious");
    assert.equal(refused.host, new URL(origin).host);
    assert.deepEqual([refused.upstream, refused.grpc_status], ["", -1]);
    assert.deepEqual([answered.upstream, answered.grpc_status], [`127.0.0.1:${port}`, 0]);
    assert.equal(answered.status, undefined);
  });
});

test("a file gives them rules and settings", async () => {
  const rules = join(directory, "rules.yaml");
  writeFileSync(
    rules,
    `
type: google.api.Service
http:
  rules:
    - selector: plain.v1.Notes.Get
      get: /v1/notes/{name}
triad:
  methods:
    - selector: plain.v1.Notes.Get
      json_style: default_values=omit
`,
  );
  await withGateway([`--http_rules=${rules}`], async (origin) => {
    assert.deepEqual(await (await fetch(`${origin}/v1/notes/n`)).json(), { name: "n" });
    assert.equal((await post(`${origin}/plain.v1.Notes/Search`, "{}")).status, 404);
  });
  await withGateway([`--http_rules=${rules}`, "--unannotated_methods=true"], async (origin) => {
    assert.equal((await fetch(`${origin}/v1/notes/n`)).status, 200);
    assert.equal((await post(`${origin}/plain.v1.Notes/Search`, "{}")).status, 200);
  });
});

test("a bad file, and a collision, end the start with what is wrong", () => {
  const refusal = (text) => {
    const rules = join(directory, "bad.yaml");
    writeFileSync(rules, text);
    const { status, stderr } = spawnSync(
      join(process.env.TRIAD_BIN_DIR, "triad-gateway"),
      [
        ...[`--descriptor_set=${set}`, `--upstream=plain.v1.Notes=127.0.0.1:${port}`],
        ...[`--http_rules=${rules}`, "--listen=127.0.0.1:0", "--admin_listen=127.0.0.1:0"],
      ],
      { encoding: "utf8" },
    );
    assert.notEqual(status, 0);
    return stderr;
  };
  assert.match(refusal("http: {rules: [{selector: plain.v1.Notes.Put, get: /}]}"), /no method/);
  assert.match(refusal("http: {rules: [{selector: x, gett: /}]}"), /bad.yaml.*gett: is not known/);
  const both = ["Get", "Search"].map((name) => `{selector: plain.v1.Notes.${name}, get: /same}`);
  const collision = refusal(`http: {rules: [${both.join(", ")}]}`);
  assert.match(collision, /plain.v1.Notes.Get/);
  assert.match(collision, /plain.v1.Notes.Search/);
});
