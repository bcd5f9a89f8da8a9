// deploy/ci/publish-site, to a bucket that is a folder, from an image that is one.
import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { root, run, temporaryDirectory } from "./repository.mjs";
import { callsIn, stub } from "./stub.mjs";

const always = "public, max-age=31536000, immutable";
const first = {
  "index.html": "<html>a</html>",
  "favicon.ico": "icon",
  "assets/app-1.js": "one",
  "assets/app-1.js.gz": "packed",
  "assets/app-1.css": "one",
};

function setUp(t) {
  const directory = temporaryDirectory(t);
  const [checkout, bin, bucket, site] = ["checkout", "bin", "bucket", "site"].map((name) =>
    join(directory, name),
  );
  for (const path of ["deploy/ci", "deploy/terraform/environments", "deploy/environments"])
    cpSync(join(root, path), join(checkout, path), { recursive: true });
  mkdirSync(join(checkout, "gateway/site"), { recursive: true });
  cpSync(join(root, "gateway/site/rules.json"), join(checkout, "gateway/site/rules.json"));
  for (const one of [bin, bucket, site]) mkdirSync(one);
  const calls = join(directory, "calls");
  const aws = `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, "bucket.mjs")}' "$@"\n`;
  writeFileSync(join(bin, "aws"), aws, { mode: 0o755 });
  const start = (args, env) =>
    run(join(checkout, "deploy/ci/publish-site"), args, {
      cwd: checkout,
      env: {
        PATH: `${bin}${delimiter}${process.env.PATH}`,
        CI: "true",
        CI_PIPELINE_ID: "42",
        CI_REGISTRY_IMAGE: "registry.triad.invalid/group/triad",
        CI_REGISTRY_USER: "user",
        CI_REGISTRY_PASSWORD: "password",
        TRIAD_AWS_TOKEN: "signed by GitLab",
        BUCKET: bucket,
        CALLS: calls,
        ...env,
      },
    });
  // Publishes these files, all of one age, and gives what was called.
  const publish = async (files) => {
    rmSync(site, { recursive: true });
    rmSync(calls, { force: true });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(site, path, ".."), { recursive: true });
      writeFileSync(join(site, path), text);
      utimesSync(join(site, path), 0, 0);
    }
    const { code, stdout, stderr } = await start(["dev", site]);
    assert.equal(code, 0, stderr);
    return { stdout, calls: callsIn(calls) };
  };
  return { bin, bucket, calls, checkout, directory, publish, start };
}

test("at first all is published, by the rules of the site, the page last", async (t) => {
  const { publish } = setUp(t);
  const { calls } = await publish(first);
  assert.deepEqual(calls, [
    `put assets/app-1.css text/css; charset=utf-8 ${always}`,
    `put assets/app-1.js text/javascript; charset=utf-8 ${always}`,
    "put favicon.ico image/x-icon no-cache",
    "put index.html text/html; charset=utf-8 no-cache",
    "forget E1234ABCD /*",
    "put .published text/plain no-cache",
  ]);
});

test("then what is different alone, even of the same size and age", async (t) => {
  const { bucket, publish } = setUp(t);
  await publish(first);
  const { "assets/app-1.js": gone, ...rest } = first;
  const second = { ...rest, "index.html": "<html>b</html>", "assets/app-2.js": "two" };
  const { calls } = await publish(second);
  assert.deepEqual(calls, [
    `put assets/app-2.js text/javascript; charset=utf-8 ${always}`,
    "put index.html text/html; charset=utf-8 no-cache",
    // What is new, nobody has kept; the old asset stays for pages that are open.
    "forget E1234ABCD /index.html /",
    "put .published text/plain no-cache",
  ]);
  assert.equal(readFileSync(join(bucket, "assets/app-1.js"), "utf8"), gone);
});

test("what is the same is not touched", async (t) => {
  const { publish } = setUp(t);
  await publish(first);
  const { calls, stdout } = await publish(first);
  assert.deepEqual(calls, ["put .published text/plain no-cache"]);
  assert.match(stdout, /0 files uploaded\nnothing that CloudFront has kept is another/);
});

test("a file that is no more goes, and from CloudFront too", async (t) => {
  const { bucket, publish } = setUp(t);
  await publish(first);
  const { "favicon.ico": icon, ...rest } = first;
  const { calls } = await publish(rest);
  assert.deepEqual(calls.slice(0, 2), ["rm favicon.ico", "forget E1234ABCD /favicon.ico"]);
  assert.ok(!existsSync(join(bucket, "favicon.ico")), icon);
});

test("what was interrupted is done again", async (t) => {
  const { bin, bucket, calls, publish, start, directory } = setUp(t);
  await publish(first);
  const page = { ...first, "index.html": "<html>b</html>" };
  const whole = readFileSync(join(bin, "aws"), "utf8");
  writeFileSync(join(directory, "site/index.html"), page["index.html"]);
  writeFileSync(
    join(bin, "aws"),
    whole.replace("exec", 'case "$*" in *create-inv*) exit 254 ;; esac\nexec'),
  );
  assert.notEqual((await start(["dev", join(directory, "site")])).code, 0);
  writeFileSync(join(bin, "aws"), whole);
  const again = await publish(page);
  assert.ok(again.calls.includes("forget E1234ABCD /index.html /"), calls);
  assert.equal(readFileSync(join(bucket, "index.html"), "utf8"), page["index.html"]);
});

// As the one image that a registry has, and dev runs.
async function makeImage({ bin, calls, checkout, directory }) {
  const image = join(directory, "image");
  mkdirSync(join(image, "root/srv/triad"), { recursive: true });
  writeFileSync(join(image, "root/srv/triad/index.html"), "<html>image</html>");
  await run("tar", ["-C", join(image, "root"), "-czf", join(image, "abc"), "srv"], { cwd: image });
  rmSync(join(image, "root"), { recursive: true });
  const manifest = { layers: [{ digest: "sha256:abc" }] };
  writeFileSync(join(image, "manifest.json"), JSON.stringify(manifest));
  stub(bin, "skopeo", calls, `for last in "$@"; do :; done\ncp -r '${image}' "\${last#dir:}"`);
  mkdirSync(join(checkout, "build/deployed"), { recursive: true });
  const deployed =
    'services:\n  gateway:\n    image:\n      tag: "g1"\n  frontend:\n    image:\n      tag: "f1"\n';
  writeFileSync(join(checkout, "build/deployed/dev.yaml"), deployed);
}

test("the files are those of the frontend image that the environment runs", async (t) => {
  const { bucket, calls, start, ...rest } = setUp(t);
  await makeImage({ calls, ...rest });
  const { code, stderr } = await start(["dev"]);
  assert.equal(code, 0, stderr);
  assert.match(
    callsIn(calls)[0],
    /^skopeo copy --quiet docker:\/\/registry\.triad\.invalid\/group\/triad\/frontend:f1 dir:/,
  );
  assert.equal(readFileSync(join(bucket, "index.html"), "utf8"), "<html>image</html>");
});

test("by hand they are, too, for whoever is signed in", async (t) => {
  const { calls, start, ...rest } = setUp(t);
  await makeImage({ calls, ...rest });
  const { code, stderr } = await start(["dev"], {
    CI: "",
    CI_REGISTRY_IMAGE: "",
    TRIAD_AWS_TOKEN: "",
    TRIAD_IMAGES: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/triad",
  });
  assert.equal(code, 0, stderr);
  assert.match(
    callsIn(calls)[0],
    / docker:\/\/123456789012\.dkr\.ecr\.\S+\/triad\/frontend:f1 dir:/,
  );
});

test("what cannot be published is said in one line", async (t) => {
  const { bin, directory, start } = setUp(t);
  stub(bin, "skopeo", join(directory, "none"));
  assert.match(
    (await start(["dev"])).stderr,
    /names no image of frontend: nothing was deployed yet/,
  );
  mkdirSync(join(directory, "odd"));
  appendFileSync(join(directory, "odd/a b.txt"), "x");
  assert.match(
    (await start(["dev", join(directory, "odd")])).stderr,
    /'a b\.txt' cannot be a path/,
  );
});
