// The steps of `helm test`, as the chart renders them, against the suite as local
// processes: what the pods would run is run here.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Suite } from "../support/suite.mjs";
import { cases } from "./cases.mjs";
import { render } from "./helm.mjs";

const { TRIAD_BIN_DIR: binaries } = process.env;
const TOKEN_IN_POD = "/run/secrets/triad/authToken/token";

const directory = mkdtempSync(join(tmpdir(), "triad-chart-"));
const token = join(directory, "token");
const suite = new Suite({ binaries });

before(async () => {
  writeFileSync(token, "a token");
  await suite.start();
});

after(async () => {
  await suite.stop();
  rmSync(directory, { recursive: true });
});

// Runs what a container runs: { code, output }.
function runHere({ command: [program], args }) {
  assert.equal(program, "/triad-probe");
  const here = args.map((one) =>
    one.replace(/^http:\/\/triad-(gateway|frontend):80/, suite.origin).replace(TOKEN_IN_POD, token),
  );
  return new Promise((done) => {
    execFile(join(binaries, "triad-probe"), here, (error, stdout, stderr) => {
      done({ code: error ? error.code : 0, output: stdout + stderr });
    });
  });
}

async function runPod(pod) {
  for (const container of [...pod.spec.initContainers, ...pod.spec.containers]) {
    const { code, output } = await runHere(container);
    assert.equal(code, 0, `${container.name}: ${output}${suite.log}`);
  }
}

for (const [name, args] of Object.entries({
  "without a token": [],
  "with a token": cases["a generated token"],
})) {
  describe(name, () => {
    for (const what of ["page", "mirror", "config", "upload"]) {
      test(what, async () => {
        await runPod((await render(args)).get("Pod", `triad-test-${what}`));
      });
    }
  });
}

describe("the probe fails", () => {
  const probe = (...args) => runHere({ command: ["/triad-probe"], args });

  test("without what is expected", async () => {
    const { code, output } = await probe("--expect=sunny", "http://triad-gateway:80/api/health");
    assert.equal(code, 1);
    assert.match(output, /'sunny' is not in the answer: \{"status":"ok"\}/);
  });

  test("on an error, with its words", async () => {
    const { code, output } = await probe("http://triad-gateway:80/api/mirror");
    assert.equal(code, 1);
    assert.match(output, /HTTP\/1\.1 400 .*"code":3/);
  });

  test("after as long as it may ask again", async () => {
    const started = performance.now();
    const { code } = await probe(
      "--within=1",
      "--expect=sunny",
      "http://triad-gateway:80/api/health",
    );
    assert.equal(code, 1);
    assert.ok(performance.now() - started >= 1000);
  });

  test("without a server, a URL or a token, and with a flag that there is not", async () => {
    for (const [args, message] of [
      [["http://127.0.0.1:1/"], /127\.0\.0\.1:1: Connection refused/],
      [[], /say what to ask/],
      [["ftp://127.0.0.1/"], /no URL that starts with http/],
      [["--bearer_file=/none", suite.origin], /--bearer_file: cannot read '\/none'/],
      [["--loud", suite.origin], /there is no --loud/],
    ]) {
      const { code, output } = await probe(...args);
      assert.equal(code, 1);
      assert.match(output, message);
    }
  });
});
