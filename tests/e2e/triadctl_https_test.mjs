// triadctl over https, as where something in front of the gateway speaks TLS.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { Suite } from "../support/suite.mjs";
import { Triadctl } from "../support/triadctl.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_triadctl_https_test");

const directory = mkdtempSync(join(tmpdir(), "triad-https-"));
const [key, certificate] = ["key.pem", "certificate.pem"].map((name) => join(directory, name));
const suite = new Suite({ binaries, directory: join(directory, "suite") });
let front;
let cli;

function makeCertificate() {
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
      ...["-days", "1", "-subj", "/CN=triad", "-addext", "subjectAltName=IP:127.0.0.1"],
      ...["-keyout", key, "-out", certificate],
    ],
    { stdio: "ignore" },
  );
}

// Takes TLS away and passes everything on.
function listen() {
  const options = { key: readFileSync(key), cert: readFileSync(certificate) };
  front = createServer(options, (asked, answer) => {
    const { method, headers, url } = asked;
    const passed = request(`${suite.origin}${url}`, { method, headers }, (reply) => {
      answer.writeHead(reply.statusCode, reply.headers);
      reply.pipe(answer);
    });
    asked.pipe(passed);
  });
  return new Promise((done) => front.listen(0, "127.0.0.1", done));
}

before(async () => {
  makeCertificate();
  await suite.start();
  await listen();
  const server = `https://127.0.0.1:${front.address().port}`;
  cli = new Triadctl(binaries, { TRIADCTL_SERVER: server });
});
after(async () => {
  front?.closeAllConnections();
  front?.close();
  await suite.stop();
  for (const path of [directory, cli.home]) rmSync(path, { recursive: true, force: true });
});

it("trusts the certificates of --ca-file", async () => {
  const trusting = ["--ca-file", certificate];
  const set = await cli.run(["config", "set", "shop/a", "1", ...trusting]);
  assert.equal(set.code, 0, set.stderr);
  const get = await cli.run(["config", "get", "shop/a", "--raw", ...trusting]);
  assert.equal(get.stdout, "1");
});

it("sends nothing to a server that it does not trust", async () => {
  const result = await cli.run(["config", "set", "shop/b", "1"]);
  assert.notEqual(result.code, 0);
  assert.match(result.stderr, /certificate/);
  const get = await cli.run(["config", "get", "shop/b", "--ca-file", certificate]);
  assert.equal(get.code, 3);
});

it("says that a file of certificates is not there", async () => {
  const result = await cli.run(["config", "get", "shop/a", "--ca-file", "nowhere.pem"]);
  assert.notEqual(result.code, 0);
  assert.match(result.stderr, /nowhere\.pem/);
});
