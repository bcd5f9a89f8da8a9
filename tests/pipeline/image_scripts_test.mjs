// deploy/ci/build-image, keep-images and scan, with what they call replaced by what notes the
// calls: no registry and no scanner's database is here.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { commit, git, root, run, temporaryDirectory } from "./repository.mjs";
import { callsIn, stub } from "./stub.mjs";

const registry = "registry.triad.invalid";
const ecr = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
const job = {
  CI_REGISTRY_IMAGE: `${registry}/group/triad`,
  CI_REGISTRY_USER: "user",
  CI_REGISTRY_PASSWORD: "password",
  CI_DEFAULT_BRANCH: "main",
  CI_COMMIT_BRANCH: "main",
  CI_COMMIT_SHORT_SHA: "1a2b3c4d",
};
const aws = {
  TRIAD_IMAGES: `${ecr}/triad`,
  AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/push",
  TRIAD_AWS_TOKEN: "signed by GitLab",
};

// A checkout with the scripts, and programs beside it that note their calls.
async function setUp(t) {
  const directory = temporaryDirectory(t);
  const checkout = join(directory, "checkout");
  const bin = join(directory, "bin");
  mkdirSync(bin, { recursive: true });
  for (const path of ["deploy", "suite.json", "tools/suite.sh"]) {
    cpSync(join(root, path), join(checkout, path), { recursive: true });
  }
  mkdirSync(join(checkout, "build/images"), { recursive: true });
  const calls = join(directory, "calls");
  const keep = (name) => `cp "$${name}" '${directory}/${name}' 2>/dev/null || true`;
  const notes = `${keep("REGISTRY_AUTH_FILE")}\n${keep("AWS_WEB_IDENTITY_TOKEN_FILE")}`;
  stub(checkout, "dev", calls, notes);
  stub(bin, "docker-credential-ecr-login", calls);
  stub(bin, "trivy", calls, `${notes}\n[ "$TRIAD_STUB_FAIL" != "$*" ]`);
  const start = (script, args, env) =>
    run(join(checkout, "deploy/ci", script), args, {
      cwd: checkout,
      env: { PATH: `${bin}${delimiter}${process.env.PATH}`, ...env },
    });
  const kept = (name) => readFileSync(join(directory, name), "utf8");
  const add = (name, lines) => stub(bin, name, calls, `${notes}\n${lines}`);
  return { checkout, calls: () => callsIn(calls), kept, start, add };
}

test("an image of the default branch is pushed under its commit", async (t) => {
  const { checkout, calls, kept, start } = await setUp(t);
  assert.equal((await start("build-image", ["config"], job)).code, 0);
  assert.deepEqual(calls(), [
    `dev images config --engine buildah --tag 1a2b3c4d --push ${registry}/group/triad`,
  ]);
  assert.deepEqual(JSON.parse(kept("REGISTRY_AUTH_FILE")), {
    auths: { [registry]: { auth: Buffer.from("user:password").toString("base64") } },
  });
  const tag = readFileSync(join(checkout, "build/images/config.tag"), "utf8");
  assert.equal(tag, "config=1a2b3c4d\n");
});

test("an image of a tag is pushed under the tag", async (t) => {
  const { calls, start } = await setUp(t);
  const variables = { ...job, CI_COMMIT_BRANCH: "", CI_COMMIT_TAG: "v1.2.0" };
  assert.equal((await start("build-image", ["config"], variables)).code, 0);
  assert.match(calls()[0], /--tag v1\.2\.0 --push/);
});

test("an image of a merge request is built and not pushed", async (t) => {
  const { checkout, calls, start } = await setUp(t);
  const variables = { ...job, CI_COMMIT_BRANCH: "" };
  assert.equal((await start("build-image", ["config"], variables)).code, 0);
  assert.deepEqual(calls(), ["dev images config --engine buildah --tag 1a2b3c4d"]);
  assert.ok(!existsSync(join(checkout, "build/images/config.tag")));
});

test("to ECR it is pushed in a role, with no key", async (t) => {
  const { calls, kept, start } = await setUp(t);
  assert.equal((await start("build-image", ["config"], { ...job, ...aws })).code, 0);
  assert.match(calls()[0], new RegExp(`--push ${ecr}/triad$`));
  assert.deepEqual(JSON.parse(kept("REGISTRY_AUTH_FILE")), { credHelpers: { [ecr]: "ecr-login" } });
  assert.equal(kept("AWS_WEB_IDENTITY_TOKEN_FILE"), aws.TRIAD_AWS_TOKEN);
});

test("a build that fails leaves no tag to deploy", async (t) => {
  const { checkout, start } = await setUp(t);
  writeFileSync(join(checkout, "dev"), "#!/bin/sh\nexit 3\n", { mode: 0o755 });
  assert.equal((await start("build-image", ["config"], job)).code, 3);
  assert.ok(!existsSync(join(checkout, "build/images/config.tag")));
});

const deployed = `services:
  gateway:
    image:
      tag: "aaaa1111"
  config:
    image:
      tag: "v1.2.0"
`;

// skopeo that finds what is in the list.
async function keeping(t, there, env) {
  const it = await setUp(t);
  const at = join(it.checkout, "build/deployed");
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, "production.yaml"), deployed);
  const find = `[ "$1" != inspect ] || case "${there.join(" ")} " in *"\${3##*/} "*) ;; *) exit 1 ;; esac`;
  it.add("skopeo", find);
  const { code, stderr } = await it.start("keep-images", ["production"], {
    CI: "true",
    ...job,
    ...env,
  });
  assert.equal(code, 0, stderr);
  return { ...it, copied: it.calls().filter((call) => call.startsWith("skopeo copy")) };
}

const kept = (image, tag) =>
  `skopeo copy --quiet --all --preserve-digests docker://${ecr}/triad/${image}:${tag} docker://${ecr}/triad/${image}:live-production-${tag}`;

test("what is deployed is tagged in ECR, so that it stays there", async (t) => {
  const { copied, kept: files } = await keeping(t, [], aws);
  assert.deepEqual(copied, [kept("config", "v1.2.0"), kept("gateway", "aaaa1111")]);
  assert.equal(files("AWS_WEB_IDENTITY_TOKEN_FILE"), aws.TRIAD_AWS_TOKEN);
});

test("a tag that is there is left alone, as none may be changed", async (t) => {
  const { copied } = await keeping(t, ["gateway:live-production-aaaa1111"], aws);
  assert.deepEqual(copied, [kept("config", "v1.2.0")]);
});

test("a registry without lifecycle rules is not asked", async (t) => {
  assert.deepEqual((await keeping(t, [], {})).calls(), []);
});

const gate = "--quiet --severity HIGH,CRITICAL --ignore-unfixed --exit-code 1";

test("of a pushed image, SBOM and image are scanned", async (t) => {
  const { checkout, calls, start } = await setUp(t);
  writeFileSync(join(checkout, "build/images/config.tag"), "config=1a2b3c4d\n");
  assert.equal((await start("scan", ["config"], job)).code, 0);
  assert.deepEqual(
    calls().filter((call) => call.includes("--exit-code")),
    [
      `trivy sbom ${gate} build/images/config.cdx.json`,
      `trivy image ${gate} ${registry}/group/triad/config:1a2b3c4d`,
    ],
  );
  assert.equal(
    calls().filter((call) => call.includes("--template @/contrib/gitlab.tpl")).length,
    2,
  );
});

test("of an image that was not pushed, the SBOM is scanned", async (t) => {
  const { calls, start } = await setUp(t);
  assert.equal((await start("scan", ["config"], job)).code, 0);
  assert.ok(calls().every((call) => !call.startsWith("trivy image")));
});

test("what the scanner objects to fails the job", async (t) => {
  const { start } = await setUp(t);
  const env = { ...job, TRIAD_STUB_FAIL: `sbom ${gate} build/images/config.cdx.json` };
  assert.equal((await start("scan", ["config"], env)).code, 1);
});

test("what an environment runs is scanned by its own tag", async (t) => {
  const { checkout, calls, start } = await setUp(t);
  await git(checkout, "init", "--quiet", "--bare", "--initial-branch=main", "../remote.git");
  await git(checkout, "init", "--quiet", "--initial-branch=main");
  await git(checkout, "remote", "add", "origin", "../remote.git");
  await git(join(checkout, "../remote.git"), "config", "receive.advertisePushOptions", "true");
  await commit(checkout, "Begin", {});
  await git(checkout, "push", "--quiet", "origin", "main");
  const bump = ["production", "config=aaaa1111", "transform=bbbb2222"];
  const { code: bumped, stderr } = await start("bump-tags", bump, {});
  assert.equal(bumped, 0, stderr);
  await git(checkout, "pull", "--quiet", "origin", "main");
  for (const image of ["config", "transform"]) {
    assert.equal((await start("scan", [image, "production"], { ...job, ...aws })).code, 0);
  }
  assert.deepEqual(
    calls().filter((call) => call.includes("--exit-code")),
    [
      `trivy image ${gate} ${ecr}/triad/config:aaaa1111`,
      `trivy image ${gate} ${ecr}/triad/transform:bbbb2222`,
    ],
  );
  const { code, stdout } = await start("scan", ["storage", "production"], job);
  assert.deepEqual([code, stdout], [0, "production does not run storage yet\n"]);
});
