// The container engine that ./dev starts leaves the network as it found it: seen in
// a network of its own, with the dockerd that ./dev test --containers has installed.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";

const root = resolve(import.meta.dirname, "../../..");
const installed = spawnSync("sh", ["-c", "command -v dockerd"]).status === 0;

const script = `
set -euo pipefail
root=$PWD
source tools/dev/common.sh
source tools/dev/engine.sh
engine_problem=''
network_state | sed 's/^/before /'
start_engine || { echo "$engine_problem" >&2; exit 1; }
network_state | sed 's/^/while /'
stop_engine
network_state | sed 's/^/after /'`;

const mustBeRoot = process.getuid() === 0 ? false : "only root can start an engine";

test("bridge, rules and policy go when it ends", { skip: mustBeRoot || !installed }, () => {
  const directory = mkdtempSync(join(tmpdir(), "triad-engine-"));
  const env = { ...process.env, TRIAD_STATE_DIR: directory, TRIAD_ENGINE_DIR: directory };
  const args = ["--net", "bash", "-c", script];
  const { status, stdout, stderr } = spawnSync("unshare", args, {
    cwd: root,
    env,
    encoding: "utf8",
  });
  rmSync(directory, { recursive: true, force: true });
  assert.equal(status, 0, stdout + stderr);
  const lines = (when) =>
    stdout
      .split("\n")
      .filter((line) => line.startsWith(`${when} `))
      .map((line) => line.slice(when.length + 1))
      // Tables and chains that are always there appear once they are first asked for.
      .filter((line) => !/^chain \w+ :[A-Z]+ ACCEPT$/.test(line));
  assert.ok(lines("while").includes("bridge docker0"), stdout);
  assert.ok(
    lines("while").some((line) => line.startsWith("rule filter -A DOCKER")),
    stdout,
  );
  assert.deepEqual(lines("after"), lines("before"));
});
