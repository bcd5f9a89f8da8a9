// ./dev new in a copy of the tree: what it writes builds, passes its own tests, is in
// every list of the suite, and answers through the gateway.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { copyOfTheTree, root } from "./copy.mjs";

const copy = copyOfTheTree();
const build = join(copy, "build/dev");
// The same flags and layout as the build that the tests run from: ccache knows most of it.
const { CMAKE_CXX_FLAGS: flags } = JSON.parse(
  readFileSync(join(root, "CMakePresets.json"), "utf8"),
).configurePresets.find(({ name }) => name === "dev").cacheVariables;

const run = (command, ...args) =>
  execFileSync(command, args, { cwd: copy, encoding: "utf8", stdio: "pipe", maxBuffer: 1 << 26 });
const tree = () => run("git", "status", "--porcelain", "--untracked-files=all");

// What `./dev new` says when it refuses; the tree must be as it was.
function refusal(...words) {
  const was = tree();
  try {
    run("./dev", "new", ...words);
  } catch (error) {
    assert.equal(error.status, 2);
    assert.equal(tree(), was);
    return error.stderr;
  }
  return assert.fail(`./dev new ${words.join(" ")} was taken`);
}

before(() => {
  for (const path of ["node_modules", "tests/containers/node_modules"]) {
    symlinkSync(join(root, path), join(copy, path));
  }
});

after(() => rmSync(copy, { recursive: true, force: true }));

test("what cannot be made is refused, and nothing is written", () => {
  assert.match(refusal(), /give `service NAME` or `rpc SERVICE NAME/);
  assert.match(refusal("page", "x"), /give `service NAME`/);
  assert.match(refusal("service", "config"), /'config' is taken/);
  assert.match(refusal("service", "My-Service"), /lower-case letters and digits/);
  assert.match(refusal("rpc", "nobody", "Wave"), /no service 'nobody': config, transform, storage/);
  assert.match(refusal("rpc", "transform", "wave"), /a verb and a noun/);
  assert.match(refusal("rpc", "transform", "Mirror"), /has Mirror already/);
  assert.match(refusal("rpc", "transform", "Wave", "NoHandler"), /no handler 'NoHandler' is bound/);
});

test("a service and two methods are written, once", () => {
  assert.match(run("./dev", "new", "service", "greeter"), /services\/greeter\/main\.cc/);
  assert.match(refusal("service", "greeter"), /'greeter' is taken/);
  const touched = run("./dev", "new", "rpc", "greeter", "WaveHand").match(/\S+\/\S+\.\w+/g);
  assert.deepEqual(touched, [
    "proto/triad/greeter/v1/greeter.proto",
    "services/greeter/counters/counters_handler.cc",
    "services/greeter/counters/counters_handler.h",
    "services/greeter/service.cc",
    "services/greeter/service_test.cc",
  ]);
  assert.match(refusal("rpc", "greeter", "WaveHand"), /has WaveHand already/);
  run("./dev", "new", "rpc", "transform", "RepeatText", "RecipeHandler");
});

test("what was written is formatted, and in every list of the suite", () => {
  const sources = run("git", "ls-files", "--others", "--modified", "--exclude-standard");
  const cpp = sources.split("\n").filter((path) => /\.(cc|h)$/.test(path));
  assert.ok(cpp.length > 12);
  run("clang-format-14", "--dry-run", "--Werror", ...cpp);
  run(process.execPath, "--test", "tests/containers/suite_list_test.mjs");
  const overview = join(copy, "deploy/monitoring/dashboards/triad-overview.json");
  assert.match(readFileSync(overview, "utf8"), /"greeter: requests"/);
});

test("it builds, passes its tests, and answers through the gateway", async () => {
  const options = [`-DCMAKE_CXX_FLAGS=${flags}`, "-DCMAKE_BUILD_TYPE=None", "-DTRIAD_FRONTEND=OFF"];
  run("cmake", "-G", "Ninja", "-B", build, ...options);
  const tests = ["greeter_counter_store", "greeter_service", "transform_service"].map(
    (name) => `services_${name}_test`,
  );
  const checks = ["contract_include_test", "contract_api_test"];
  const binaries = ["config", "transform", "storage", "greeter", "gateway"];
  run("ninja", "-C", build, ...tests, ...checks, ...binaries.map((name) => `triad-${name}`));
  for (const name of [...tests, ...checks]) run(join(build, "bin", name));

  const { Suite } = await import(join(copy, "tests/support/suite.mjs"));
  const suite = new Suite({ binaries: join(build, "bin") });
  try {
    await suite.start();
    const ask = async (path, method = "GET") => {
      const answer = await fetch(`${suite.origin}${path}`, { method });
      return [answer.status, await answer.json()];
    };
    const counter = "/api/v1/greeter/counters/visits:increment";
    await ask(counter, "POST");
    assert.deepEqual(await ask(counter, "POST"), [200, { name: "counters/visits", value: "2" }]);
    assert.deepEqual(await ask("/api/v1/greeter:waveHand?text=hi"), [200, { text: "hi" }]);
    assert.deepEqual(await ask("/api/v1/transform:repeatText?text=hi"), [200, { text: "hi" }]);
    assert.equal((await ask("/api/v1/greeter:waveHand"))[0], 400);
  } finally {
    await suite.stop();
  }
});
