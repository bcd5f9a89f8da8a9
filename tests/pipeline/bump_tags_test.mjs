// deploy/ci/bump-tags, on real repositories that push to a bare one.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { commit, git, root, run, temporaryDirectory } from "./repository.mjs";

const script = join(root, "deploy/ci/bump-tags");
const images = (environment) => `deploy/environments/${environment}/images.yaml`;

// A bare repository as GitLab's, and a pipeline's checkout of it.
async function setUp(t) {
  const directory = temporaryDirectory(t);
  const remote = join(directory, "remote.git");
  const checkout = join(directory, "checkout");
  await git(directory, "init", "--quiet", "--bare", "--initial-branch=main", remote);
  await git(directory, "clone", "--quiet", remote, checkout);
  await git(checkout, "checkout", "--quiet", "-B", "main");
  const files = { "README.md": "Triad\n" };
  for (const environment of ["dev", "staging", "production"]) {
    files[images(environment)] = readFileSync(join(root, images(environment)), "utf8");
  }
  await commit(checkout, "Begin", files);
  await git(checkout, "push", "--quiet", "origin", "main");
  await git(remote, "config", "receive.advertisePushOptions", "true");
  return { directory, remote, checkout };
}

const bump = (cwd, ...args) => run(script, args, { cwd });

async function tags(remote, environment) {
  const text = await git(remote, "show", `main:${images(environment)}`);
  const pairs = Object.entries(parse(text).services).map(([name, { image }]) => [name, image.tag]);
  return Object.fromEntries(pairs);
}

const count = async (remote) => Number(await git(remote, "rev-list", "--count", "main"));

test("what is committed is what the script writes", () => {
  for (const environment of ["dev", "staging", "production"]) {
    const text = readFileSync(join(root, images(environment)), "utf8");
    assert.match(text, new RegExp(`^# Which images ${environment} runs`));
    assert.ok(typeof parse(text).services === "object");
  }
});

test("only the named services of that environment change, in one commit", async (t) => {
  const { remote, checkout } = await setUp(t);
  assert.equal((await bump(checkout, "dev", "config=aaaa1111", "storage=aaaa1111")).code, 0);
  const { code, stdout } = await bump(checkout, "dev", "config=bbbb2222");
  assert.equal(code, 0);
  assert.equal(stdout, "dev gets config bbbb2222\n");
  assert.deepEqual(await tags(remote, "dev"), { config: "bbbb2222", storage: "aaaa1111" });
  assert.deepEqual(await tags(remote, "production"), {});
  assert.equal(await count(remote), 3);
  assert.equal(await git(remote, "diff", "--numstat", "main~1", "main"), `1\t1\t${images("dev")}`);
  assert.equal(
    await git(remote, "log", "-1", "--format=%s", "main"),
    "deploy: dev gets config bbbb2222",
  );
});

test("a tag that reads as a number stays a string", async (t) => {
  const { remote, checkout } = await setUp(t);
  await bump(checkout, "dev", "config=12345678", "gateway=12e45678", "storage=0x123456");
  assert.deepEqual(await tags(remote, "dev"), {
    config: "12345678",
    gateway: "12e45678",
    storage: "0x123456",
  });
});

test("running it again changes nothing", async (t) => {
  const { remote, checkout } = await setUp(t);
  await bump(checkout, "dev", "config=aaaa1111");
  const { code, stdout } = await bump(checkout, "dev", "config=aaaa1111");
  assert.equal(code, 0);
  assert.equal(stdout, "dev stays as it is: it has config aaaa1111\n");
  assert.equal(await count(remote), 2);
});

test("the images that were built are deployed, and then promoted", async (t) => {
  const { remote, checkout } = await setUp(t);
  await bump(checkout, "dev", "storage=aaaa1111");
  const built = temporaryDirectory(t);
  writeFileSync(join(built, "config.tag"), "config=bbbb2222\n");
  writeFileSync(join(built, "config.cdx.json"), "{}");
  // No environment runs it.
  writeFileSync(join(built, "standalone-gateway.tag"), "standalone-gateway=bbbb2222\n");
  assert.equal((await bump(checkout, "dev", "--built", built)).code, 0);
  // Somebody else's deployment that this pipeline has not verified.
  await bump(checkout, "dev", "--built", join(built, "none"));
  const verified = readFileSync(join(checkout, "build/deployed/dev.yaml"), "utf8");
  writeFileSync(join(built, "verified.yaml"), verified);
  await bump(checkout, "dev", "storage=cccc3333");
  const { code } = await bump(checkout, "staging", "--from", join(built, "verified.yaml"));
  assert.equal(code, 0);
  assert.deepEqual(await tags(remote, "staging"), { config: "bbbb2222", storage: "aaaa1111" });
});

test("with nothing built there is no commit", async (t) => {
  const { remote, checkout } = await setUp(t);
  const { code, stdout } = await bump(checkout, "dev", "--built", join(checkout, "none"));
  assert.equal(code, 0);
  assert.equal(stdout, "dev stays as it is\n");
  assert.equal(await count(remote), 1);
});

test("it writes on top of what the branch holds, not of what was checked out", async (t) => {
  const { directory, remote, checkout } = await setUp(t);
  const other = join(directory, "other");
  await git(directory, "clone", "--quiet", remote, other);
  await commit(other, "Somebody's work", { "README.md": "More\n" });
  await git(other, "push", "--quiet", "origin", "main");
  assert.equal((await bump(checkout, "dev", "config=aaaa1111")).code, 0);
  assert.equal(await git(remote, "show", "main:README.md"), "More");
  assert.equal(await git(checkout, "status", "--porcelain", "--untracked-files=no"), "");
});

test("a push that another one overtakes is tried again", async (t) => {
  const { directory, remote, checkout } = await setUp(t);
  const other = join(directory, "other");
  await git(directory, "clone", "--quiet", remote, other);
  await commit(other, "Somebody's work", { "README.md": "More\n" });
  // Between this job's fetch and its push, once.
  const hook = `#!/bin/sh
if mkdir '${directory}/overtaken' 2>/dev/null; then
  unset GIT_DIR
  git -C '${other}' push --quiet origin main
fi
`;
  writeFileSync(join(checkout, ".git/hooks/pre-push"), hook, { mode: 0o755 });
  const { code, stdout } = await bump(checkout, "dev", "config=aaaa1111");
  assert.equal(code, 0);
  assert.match(stdout, /another push was first; once more on top of it\ndev gets config aaaa1111/);
  assert.equal(await git(remote, "show", "main:README.md"), "More");
  assert.deepEqual(await tags(remote, "dev"), { config: "aaaa1111" });
});

test("deployments at the same time all arrive", async (t) => {
  const { directory, remote } = await setUp(t);
  const services = ["config", "transform", "storage"];
  const results = await Promise.all(
    services.map(async (service) => {
      const clone = join(directory, service);
      await git(directory, "clone", "--quiet", remote, clone);
      return bump(clone, "dev", `${service}=aaaa1111`);
    }),
  );
  for (const { code, stderr } of results) assert.equal(code, 0, stderr);
  assert.deepEqual(Object.keys(await tags(remote, "dev")).sort(), services.sort());
});

test("a push that is not allowed fails at once and says so", async (t) => {
  const { remote, checkout } = await setUp(t);
  writeFileSync(join(remote, "hooks/pre-receive"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  const { code, stderr } = await bump(checkout, "dev", "config=aaaa1111");
  assert.equal(code, 1);
  assert.match(stderr, /the push to main was refused: may this job's token push to it\?/);
});

const refusals = [
  [["moon", "config=a"], "no environment 'moon': dev staging production"],
  [["dev", "sun=a"], "no service 'sun': config transform storage gateway frontend"],
  [["dev", "config"], "'config' is not SERVICE=TAG"],
  [["dev", 'config=a"b'], `'a"b' cannot be the tag of an image`],
  [["staging", "--from", "none.yaml"], "cannot read none.yaml"],
  [["staging", "--from", "README.md"], "the line above is not one that bump-tags writes"],
];

for (const [args, message] of refusals) {
  test(`bump-tags ${args.join(" ")} is refused`, async (t) => {
    const { remote, checkout } = await setUp(t);
    const { code, stderr } = await bump(checkout, ...args);
    assert.equal(code, 1);
    assert.ok(stderr.includes(`bump-tags: ${message}\n`), stderr);
    assert.equal(await count(remote), 1);
  });
}
