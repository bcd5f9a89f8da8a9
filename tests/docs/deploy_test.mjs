// The pages' commands that deploy, in a clone of the tree with a remote: everything of
// ours runs, and programs of others (docker, terraform, kubectl, ...) only note what
// they were asked for.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { names, suite } from "../../tools/suite.mjs";
import { copyOfTheTree } from "../dev/copy.mjs";
import { callsIn, stub } from "../pipeline/stub.mjs";
import { place } from "./blocks.mjs";
import { blocksOf } from "./claims.mjs";

const directory = mkdtempSync(join(tmpdir(), "triad-docs-deploy-"));
const copy = copyOfTheTree();
const stubs = join(directory, "bin");
const remote = join(directory, "remote.git");
const calls = join(directory, "calls");
const helm = process.env.TRIAD_HELM;
const images = names(suite);

const outputs = `
case "$2 $3" in
  "output -json") case $4 in origin_certificate_arn) echo '"arn:aws:acm:certificate"' ;; front_cidrs) echo '["10.10.144.0/22"]' ;; cloudfront_prefix_list) echo '"pl-a"' ;; *) echo "\\"a-$4\\"" ;; esac ;;
  "output -raw") echo "a-$4" ;;
  "state pull") echo '{}' ;;
esac`;
// Program to what it does besides taking notes.
const programs = {
  terraform: outputs,
  aws: `[ "$*" != "ecr get-login-password" ] || echo a-password`,
  docker: `case $1 in login) cat >/dev/null ;; create) echo a-container ;; esac`,
  helm: `[ "$1" != template ] || exec '${helm}' "$@"`,
  kubectl: `case "$*" in *--filename\\ -*) cat >/dev/null ;; esac`,
  kind: "",
  minikube: "",
};

const identity = ["AUTHOR", "COMMITTER"].flatMap((who) => [
  [`GIT_${who}_NAME`, "A"],
  [`GIT_${who}_EMAIL`, "a@triad.invalid"],
]);
const env = {
  ...process.env,
  ...Object.fromEntries(identity),
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_EDITOR: "true",
  PATH: `${stubs}:${process.env.PATH}`,
  TRIAD_STATE_DIR: join(directory, "state"),
  TRIAD_REPOSITORY: "git@gitlab.example.com:example/triad.git",
};
const git = (...args) =>
  execFileSync("git", args, { cwd: copy, env, encoding: "utf8", stdio: "pipe" }).trim();

before(() => {
  mkdirSync(stubs);
  for (const [name, lines] of Object.entries(programs)) stub(stubs, name, calls, lines);
  git("checkout", "--quiet", "-b", "main");
  git("commit", "--quiet", "--message=Begin");
  git("clone", "--quiet", "--bare", ".", remote);
  git("--git-dir", remote, "config", "receive.advertisePushOptions", "true");
  git("remote", "add", "origin", remote);
  git("fetch", "--quiet");
  git("branch", "--quiet", "--set-upstream-to=origin/main");
});

after(() => {
  for (const one of [directory, copy]) rmSync(one, { recursive: true });
});

// What a person types at a prompt of deploy/aws.
const ANSWERS = "dev\ndelete data\n";

function run(text) {
  return new Promise((done) => {
    const child = execFile(
      "bash",
      ["-euo", "pipefail", "-c", text],
      { cwd: copy, env },
      (error, stdout, stderr) => done({ code: error ? error.code : 0, output: stdout + stderr }),
    );
    // Commands that ask nothing may have ended by now.
    child.stdin.on("error", () => {});
    child.stdin.end(ANSWERS);
  });
}

// What the page leaves to the reader.
function filledIn(text) {
  const filled = text.replaceAll(/\bENV\b/g, "dev").replaceAll("GROUP/", "group/");
  if (!filled.includes("COMMIT")) return filled;
  execFileSync("deploy/ci/bump-tags", ["production", "gateway=1a2b3c4d"], {
    cwd: copy,
    env,
    stdio: "pipe",
  });
  git("pull", "--quiet");
  return filled.replaceAll(
    "COMMIT",
    git("log", "-1", "--format=%H", "--", "deploy/environments/production/images.yaml"),
  );
}

const tagsOn = (environment) =>
  [
    ...git("show", `origin/main:deploy/environments/${environment}/images.yaml`).matchAll(
      /^ {2}(\w+):\n {4}image:\n {6}tag: "(.+)"$/gm,
    ),
  ].map(([, name, tag]) => `${name}:${tag}`);

// What has to hold after a block, by a word of it.
const then = {
  "deploy/ci/bump-tags dev gateway=$T": (noted) => {
    const pushed = noted
      .map((line) => /^docker push a-registry\/triad\/(.+)$/.exec(line)?.[1])
      .filter(Boolean);
    assert.equal(pushed.length, images.length);
    assert.deepEqual(tagsOn("dev").sort(), pushed.sort());
  },
  "kind load": (noted) => {
    const loaded = noted
      .find((line) => line.startsWith("kind load docker-image "))
      .split(" ")
      .slice(3);
    assert.deepEqual(loaded.sort(), images.map((name) => `triad/${name}:dev`).sort());
  },
  "minikube image load": (noted) => {
    const loaded = noted.filter((line) => line.startsWith("minikube image load "));
    assert.deepEqual(
      loaded.map((line) => line.split(" ")[3]).sort(),
      images.map((name) => `triad/${name}:dev`).sort(),
    );
  },
  "git revert": () => assert.deepEqual(tagsOn("production"), []),
};

for (const block of blocksOf("deploy")) {
  test(place(block), async () => {
    rmSync(calls, { force: true });
    const { code, output } = await run(filledIn(block.text));
    assert.equal(code, 0, output);
    for (const [word, holds] of Object.entries(then))
      if (block.text.includes(word)) holds(callsIn(calls));
    assert.equal(git("status", "--porcelain"), "");
  });
}
