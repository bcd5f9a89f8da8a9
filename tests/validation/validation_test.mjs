// Requests that keep and break rules, as a service and the gateway see them and as npm's
// @bufbuild/protovalidate does: the same fields, the same rules.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { create, createFileRegistry, fromBinary, toBinary, toJsonString } from "@bufbuild/protobuf";
import { pathToString } from "@bufbuild/protobuf/reflect";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { createValidator } from "@bufbuild/protovalidate";
import { GrpcClient } from "../support/grpc.mjs";
import { Process } from "../support/suite.mjs";
import { randomMessage, seeded } from "./random_message.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
const descriptors = process.env.TRIAD_CHECK_DESCRIPTORS;
const oddDescriptors = process.env.TRIAD_ODD_DESCRIPTORS;
assert.ok(binaries && descriptors && oddDescriptors, "run ctest -R validation_validation_test");

const INVALID_ARGUMENT = 3;
const ROUNDS = 40; // of each type of rules
const SERVICE = "triad.validation.testing.CheckService";
const seed = Number(process.env.TRIAD_SEED ?? Date.now() % 1e9);

const directory = mkdtempSync(join(tmpdir(), "triad-validation-"));
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)));
const request = registry.getMessage("triad.validation.testing.CheckRequest");
const badRequest = registry.getMessage("google.rpc.BadRequest");
const status = registry.getMessage("google.rpc.Status");
const validator = createValidator({ registry });
const started = [];

// A process of a build, with what it says when it serves.
async function start(name, args) {
  const log = join(directory, `${name}-${started.length}.log`);
  const ports = ["--listen=127.0.0.1:0", "--admin_listen=127.0.0.1:0", "--log_format=json"];
  const one = new Process([join(binaries, name), ...ports, ...args], log);
  started.push(one);
  const [line] = await one.says(/^.*"message":"serving".*\n/m);
  return { address: JSON.parse(line).listen, log };
}

let strict; // a service that checks
let lenient; // one that does not, behind a gateway that does
let gateway;

const gatewayTo = (upstream, set, args = []) =>
  start("triad-gateway", [`--descriptor_set=${set}`, `--upstream=${upstream}`, ...args]);

before(async () => {
  const checks = await start("triad-check", ["--validation=strict"]);
  const checksNot = await start("triad-check", ["--validation=off"]);
  strict = new GrpcClient(checks.address);
  lenient = new GrpcClient(checksNot.address);
  gateway = await gatewayTo(`${SERVICE}=${checksNot.address}`, descriptors);
});
after(async () => {
  strict?.close();
  lenient?.close();
  for (const one of started) await one.end();
  rmSync(directory, { recursive: true, force: true });
});

const sorted = (found) => found.map(({ field, reason }) => `${field} ${reason}`).sort();
const reasonOf = (rule) => rule.toUpperCase().replaceAll(".", "_");

function byNpm(message) {
  const result = validator.validate(request, message);
  if (result.kind === "error") throw result.error;
  const violations = result.violations ?? [];
  return sorted(
    violations.map((one) => ({
      field: pathToString(one.field) || "request",
      reason: reasonOf(one.ruleId),
    })),
  );
}

async function byGrpc(message) {
  const bytes = toBinary(request, message);
  assert.equal((await lenient.call(`${SERVICE}/Check`, bytes)).status, 0);
  const answer = await strict.call(`${SERVICE}/Check`, bytes);
  if (answer.status === 0) return [];
  assert.equal(answer.status, INVALID_ARGUMENT);
  const { details } = fromBinary(status, answer.details);
  return sorted(fromBinary(badRequest, details[0].value).fieldViolations);
}

async function byGateway(message) {
  const body = toJsonString(request, message, { registry, useProtoFieldName: true });
  const answer = await fetch(`http://${gateway.address}/check`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const json = await answer.json();
  if (answer.status === 200) return [];
  assert.equal(answer.status, 400, JSON.stringify(json));
  assert.ok(json.details, `${json.message} of ${body}`);
  return sorted(json.details[0].fieldViolations);
}

describe(`random messages, with TRIAD_SEED=${seed}`, () => {
  for (const subject of request.oneofs[0].fields) {
    it(`${subject.message.name}: the same is wrong for all`, async () => {
      const random = seeded(seed + subject.number);
      let broken = 0;
      for (let i = 0; i < ROUNDS; ++i) {
        const message = create(request, {
          subject: { case: subject.localName, value: randomMessage(subject.message, random) },
        });
        const expected = byNpm(message);
        broken += expected.length > 0 ? 1 : 0;
        const text = toJsonString(request, message, { registry });
        assert.deepEqual(await byGrpc(message), expected, text);
        assert.deepEqual(await byGateway(message), expected, text);
      }
      assert.ok(broken > 0, "nothing was wrong with any of them");
    });
  }
});

it("of a stream, each message has the rules", async () => {
  const send = (lines) =>
    fetch(`http://${gateway.address}/check:each`, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    });
  const good = { part: { name: "ab" } };
  assert.equal((await send([good, good])).status, 200);
  const answer = await send([good, { part: { name: "a" } }]);
  assert.equal(answer.status, 400);
  const { message, details } = await answer.json();
  assert.match(message, /^line 2.*: part\.name: must have at least 2 characters$/);
  assert.equal(details[0].fieldViolations[0].reason, "STRING_MIN_LEN");
});

describe("rules that are no standard ones", () => {
  const ODD = "triad.validation.testing.OddService=127.0.0.1:1";
  const RULE = "triad.validation.testing.OddRequest.text: CEL rule 'odd'";

  it("are said to be left out", async () => {
    const { log } = await gatewayTo(ODD, oddDescriptors);
    assert.equal(readFileSync(log, "utf8").split(RULE).length, 2);
  });

  it("are not looked at where nothing is checked", async () => {
    for (const args of [
      ["--validation=off"],
      ["--validating_services=triad.validation.testing.OddService"],
    ]) {
      const { log } = await gatewayTo(ODD, oddDescriptors, args);
      assert.ok(!readFileSync(log, "utf8").includes(RULE));
    }
  });

  it("keep a strict gateway from starting", async () => {
    await assert.rejects(gatewayTo(ODD, oddDescriptors, ["--validation=strict"]), (error) =>
      error.message.includes(`rules that are not standard: ${RULE}`),
    );
  });
});
