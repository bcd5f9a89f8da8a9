// ./dev test of what needs more than Debian and npm: where that is not there, the test
// that was asked for has failed, and the reason is told.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { after, test } from "node:test";

const dev = resolve(import.meta.dirname, "../../dev");
const directory = mkdtempSync(join(tmpdir(), "triad-asked-"));
const bin = join(directory, "bin");
mkdirSync(bin);
// Somebody who is not root has to be able to write and read here.
chmodSync(directory, 0o777);
after(() => rmSync(directory, { recursive: true }));

// A program that is not there, or does not answer.
const absent = (name) => writeFileSync(join(bin, name), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
absent("docker");

function run(command, args, env = {}) {
  const settings = {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    TRIAD_STATE_DIR: join(directory, "state"),
    ...env,
  };
  return new Promise((done) => {
    execFile(command, args, { env: settings }, (error, stdout, stderr) => {
      done({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

const onPath = (name) =>
  realpathSync(
    process.env.PATH.split(delimiter)
      .map((folder) => join(folder, name))
      .find((file) => existsSync(file)),
  );

// Only root could start an engine.
const asNobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--", dev];
const devAsNobody = (...args) =>
  process.getuid() === 0 ? run("setpriv", [...asNobody, ...args]) : run(dev, args);

test("--aws without Terraform, its linters or a mock fails, and says what is missing", async () => {
  // Of this machine's programs only those that ./dev itself needs.
  const programs = join(directory, "programs");
  mkdirSync(programs);
  for (const name of ["bash", "dirname", "readlink", "mkdir", "sort", "sed"])
    symlinkSync(`/usr/bin/${name}`, join(programs, name));
  // npm does not stand beside the Node that ./dev brings, but both are on the PATH.
  for (const name of ["node", "npm"]) symlinkSync(onPath(name), join(programs, name));
  const env = { PATH: programs, TRIAD_AWS_ENDPOINT: "" };
  const { code, stderr } = await run(dev, ["test", "--aws", "dev"], env);
  assert.equal(code, 1);
  const reasons = [
    "tflint, which is not installed",
    "checkov, which is not installed",
    ...["terraform", "aws", "jq"].map((tool) => `the layers, as ${tool} is not installed`),
    "the layers, as TRIAD_AWS_ENDPOINT names no mocked AWS, such as http://127.0.0.1:5555",
  ];
  assert.equal(stderr, `dev: not tested: ${reasons.join("; ")}\n`);
});

test("--containers without an engine fails, and says why", async () => {
  const { code, stderr } = await devAsNobody("test", "--containers");
  assert.equal(code, 1);
  assert.match(stderr, /^dev: no container engine runs, and only root can start one\n$/);
});

test("--containers=if-possible says why, and passes", async () => {
  const { code, stdout } = await devAsNobody("test", "--containers=if-possible");
  assert.equal(code, 0);
  assert.match(stdout, /not tested here: no container engine runs/);
});

test("--power and --soak without root fail, and say why", async () => {
  for (const [args, reason] of [
    [["--power"], "power cuts need a file system of their own, which only root can mount"],
    [
      ["--soak", "1"],
      "the disk that gets full is a file system of its own, which only root can mount",
    ],
  ]) {
    const { code, stderr } = await devAsNobody("test", ...args);
    assert.equal(code, 1);
    assert.equal(stderr, `dev: ${reason}\n`);
  }
});

test("a name beside what takes none is refused, and nothing runs", async () => {
  for (const args of [
    ["--power", "nosuch"],
    ["--soak", "1", "nosuch"],
    ["--containers", "nosuch"],
  ]) {
    const { code, stderr } = await devAsNobody("test", ...args);
    assert.equal(code, 2);
    assert.match(stderr, /^dev: 'nosuch' goes with neither --power, --soak nor --containers/);
  }
});

test("--power=if-possible says why, and passes", async () => {
  const { code, stdout } = await devAsNobody("test", "--power=if-possible");
  assert.equal(code, 0);
  assert.match(stdout, /^power cuts are not tested here: .* only root can mount\n$/);
});

test("--target compose with nobody at the address fails", async () => {
  const nobody = { TRIAD_TARGET_URL: "http://127.0.0.1:1" };
  const { code, stderr } = await run(dev, ["test", "--target", "compose"], nobody);
  assert.equal(code, 1);
  assert.match(stderr, /^dev: nothing answers at http:\/\/127\.0\.0\.1:1: /);
});
