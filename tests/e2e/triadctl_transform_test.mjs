// triadctl transform over gRPC, through the gateway and in its own process: the same is done, and
// the same is said.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { Suite } from "../support/suite.mjs";
import { Triadctl } from "../support/triadctl.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_triadctl_transform_test");

const directory = mkdtempSync(join(tmpdir(), "triad-cli-"));
const suite = new Suite({ binaries, directory: join(directory, "suite") });
const LARGE = randomBytes(3 * 2 ** 20);

before(() => suite.start());
after(async () => {
  await suite.stop();
  rmSync(directory, { recursive: true, force: true });
});

const ways = {
  grpc: { server: () => `grpc://${suite.transform.address}`, flags: [] },
  rest: { server: () => suite.origin, flags: [] },
  local: { server: () => "http://127.0.0.1:1", flags: ["--local"] },
};

for (const [way, { server, flags }] of Object.entries(ways)) {
  describe(`triadctl transform, ${way}`, () => {
    let cli;
    before(() => {
      cli = new Triadctl(binaries, { TRIADCTL_SERVER: server() });
    });
    after(() => rmSync(cli.home, { recursive: true, force: true }));

    const file = (name, content) => {
      const path = join(cli.home, name);
      writeFileSync(path, content);
      return path;
    };
    const transform = (args, options) => cli.run(["transform", ...args, ...flags], options);

    async function run(args, options) {
      const result = await transform(args, options);
      assert.equal(result.code, 0, `${args.join(" ")}: ${result.stderr}${suite.log}`);
      return result.stdout;
    }

    async function fails(code, args, pattern, options) {
      const result = await transform(args, options);
      assert.equal(result.code, code, `${args.join(" ")}: ${result.stdout}${result.stderr}`);
      assert.match(result.stderr, pattern);
    }

    it("runs a recipe on standard input", async () => {
      assert.equal(await run(["change-case | to-base64"], { input: "straße" }), "U1RSQVNTRQ==");
      assert.equal(await run(["to-hex"], { input: "" }), "");
    });

    it("streams what is larger than any message", async () => {
      const compressed = join(cli.home, "large.gz");
      await run(["gzip(level=1)", file("large", LARGE), "--to", compressed]);
      assert.ok(gunzipSync(readFileSync(compressed)).equals(LARGE));
      const hash = createHash("sha256").update(LARGE).digest("hex");
      assert.equal(await run(["gunzip | sha256", compressed]), hash);
    });

    it("gives output while the input goes on", async () => {
      const running = cli.start(["transform", "filter-lines(pattern=a)", ...flags]);
      running.type("an\nno\n");
      await running.says(/^an\n/);
      running.finishInput("and\n");
      assert.deepEqual((await running.result()).stdout, "an\nand\n");
    });

    it("keeps outputs of steps for later ones", async () => {
      const recipe = `to-hex as h | head(count=0) | replace(pattern='^', replacement='\${h}')`;
      assert.equal(await run([recipe], { input: "hi" }), "6869");
    });

    it("works on many files, each by itself", async () => {
      const [one, two] = [file("one", "1\n"), file("two", "2\n")];
      assert.equal(await run(["to-hex", one, two]), "310a320a");
      await run(["to-hex", one, two, "--to", join(cli.home, "out/")]);
      assert.equal(readFileSync(join(cli.home, "out/two"), "utf8"), "320a");
    });

    it("replaces files whole or not at all", async () => {
      mkdirSync(join(cli.home, "place"));
      const [good, bad] = [file("place/good", "4142"), file("place/bad", "zz")];
      chmodSync(good, 0o640);
      await fails(1, ["from-hex", good, bad, "-i"], /place\/bad: steps\[0\]: .*column 1 of/);
      assert.equal(readFileSync(good, "utf8"), "AB");
      assert.equal(statSync(good).mode & 0o777, 0o640);
      assert.equal(readFileSync(bad, "utf8"), "zz");
      assert.deepEqual(readdirSync(join(cli.home, "place")).toSorted(), ["bad", "good"]);
    });

    it("points at what is wrong in a recipe, before it reads anything", async () => {
      await fails(2, ["to-hex | gzip(level=)"], /RECIPE: must have a value .*line 1, column 21/);
      const unknown =
        /no operation 'gunzp'; 'triadctl transform list' lists them \(line 1, column 10 .*\); did you mean 'gunzip'\?/;
      await fails(2, ["to-hex | gunzp"], unknown);
      await fails(2, ["recipes/find"], /RECIPE: .*run it by 'triadctl transform recipes run find'/);
      await fails(2, ["to-hex | gzip(level=10)"], /level: .* 0 to 9 \(line 1, column 15 /);
      await fails(2, ["to-hex", "--in-place"], /--in-place: needs FILE/);
      await fails(3, ["to-hex", join(cli.home, "none")], /none: /);
    });

    it("says which step cannot work on its input", async () => {
      const problem =
        /steps\[1\]: the input of from-hex .* byte 2 \(line 1, column 15 of the recipe\)/;
      await fails(1, ["from-base64 | from-hex"], problem, { input: "NDF6eg==" });
    });

    it("takes secrets from files, and tells nobody", async () => {
      const key = Buffer.from("2b7e151628aed2a6abf7158809cf4f0a", "hex");
      const given = ["--secret-file", `key=${file("key", key)}`];
      const iv = "iv=hex:f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
      const encrypt = `aes-encrypt(key='\${key}', mode=ctr, ${iv}) | to-base64`;
      const sealed = await run([encrypt, ...given], { input: "Triad" });
      const decrypt = `from-base64 | aes-decrypt(key='\${key}', mode=ctr, ${iv})`;
      assert.equal(await run([decrypt, ...given], { input: sealed }), "Triad");
      await fails(2, [`hmac(key='\${key}')`], /variable 'key', which no earlier step keeps/);
      await fails(2, ["to-hex", ...given], /nothing in RECIPE takes \${key}/);
      await fails(2, [`hmac(key='\${key}')`, "--secret", "key"], /--secret-file NAME=FILE reads/);
    });

    it("lists and shows operations", async () => {
      const { operations } = JSON.parse(await run(["list", "-o", "json"]));
      assert.ok(operations.length > 50);
      assert.deepEqual(operations.map(({ id }) => id).includes("gunzip"), true);
      assert.match(await run(["list", "BASE64"]), /^OPERATION .*\nfrom-base64 .*\nto-base64 /);
      assert.match(await run(["list", "--family", "hashing"]), /^digest +hashing /m);
      assert.match(await run(["show", "sha256"]), /^operation +digest$/m);
      const shown = JSON.parse(await run(["show", "gzip", "-o", "json"]));
      assert.deepEqual(
        shown,
        operations.find(({ id }) => id === "gzip"),
      );
      await fails(3, ["show", "gunzp"], /did you mean 'gunzip'\?/);
    });
  });
}

const LEVEL = { name: "level", kind: "KIND_INTEGER", defaultValue: "6", min: "1", max: "9" };
const KEY = { name: "the_key", kind: "KIND_SECRET", required: true };

for (const way of ["grpc", "rest"]) {
  describe(`triadctl transform recipes, ${way}`, () => {
    let cli;
    before(() => {
      cli = new Triadctl(binaries, { TRIADCTL_SERVER: ways[way].server() });
    });
    after(() => rmSync(cli.home, { recursive: true, force: true }));

    // Names of their own: both ways lead to one service.
    const name = (text) => `${way}-${text}`;
    const recipes = (args, options) => cli.run(["transform", "recipes", ...args], options);

    async function run(args, options) {
      const result = await recipes(args, options);
      assert.equal(result.code, 0, `${args.join(" ")}: ${result.stderr}${suite.log}`);
      return result.stdout;
    }

    async function fails(code, args, pattern, options) {
      const result = await recipes(args, options);
      assert.equal(result.code, code, `${args.join(" ")}: ${result.stdout}${result.stderr}`);
      assert.match(result.stderr, pattern);
    }

    const file = (path, content) => {
      writeFileSync(join(cli.home, path), content);
      return path;
    };
    const saved = async (id, recipe) =>
      run(["save", name(id), "--from-file", "-"], { input: JSON.stringify(recipe) });

    it("makes, changes, publishes and deletes", async () => {
      const id = name("life");
      const first = await run(["save", id, "to-hex", "--title", "Hex", "--tag", "a"]);
      assert.equal(first, `${id}  version 1\n`);
      assert.equal(await run(["save", id, "reverse", "--dry-run"]), `${id}  would be version 2\n`);
      await fails(4, ["save", id, "reverse", "--if-absent"], /already/);
      await fails(4, ["save", id, "reverse", "--if-etag", "stale"], /has changed/);
      await run(["save", id, "reverse", "--tag", ""]);
      const shown = JSON.parse(await run(["show", id, "-o", "json"]));
      assert.deepEqual([shown.title, shown.tags, shown.recipe], ["Hex", [], "reverse"]);
      assert.equal(await run(["show", id, "--at-version", "1", "--raw"]), "to-hex");
      assert.equal(await run(["run", id], { input: "ab" }), "ba");
      const publish = ["publish", id, "--at-version", "1"];
      assert.equal(await run([...publish, "--dry-run"]), `${id}  would be published, version 1\n`);
      assert.equal(await run(publish), `${id}  published, version 1\n`);
      assert.equal(await run(["run", id], { input: "ab" }), "6162");
      assert.equal(await run(["run", id, "--at-version", "2"], { input: "ab" }), "ba");
      const versions = await run(["versions", id]);
      assert.match(versions, /^VERSION .*\n2 +newest .* reverse\n1 +published .* to-hex\n$/);
      await fails(4, ["delete", id, "--if-etag", "stale"], /has changed/);
      assert.equal(await run(["delete", id]), `${id}  deleted\n`);
      await fails(3, ["run", id], /not exist|no recipe|not found/i);
      await fails(3, ["save", id, "--title", "None"], /not exist|no recipe|not found/i);
    });

    it("lists by text and tags, and completes names", async () => {
      await run(["save", name("find"), "sort", "--title", `A to Z ${way}`, "--tag", "x"]);
      await run(["save", name("other"), "sort", "--tag", "x", "--tag", "y"]);
      const found = await run(["list", "--search", `a TO z ${way}`]);
      assert.match(found, new RegExp(`^NAME .*\n${name("find")} +1 +x .* A to Z ${way}\n$`));
      const tagged = JSON.parse(await run(["list", "--tag", "y", "--tag", "x", "-o", "json"]));
      assert.ok(tagged.recipes.some((one) => one.name === `recipes/${name("other")}`));
      assert.ok(tagged.recipes.every((one) => one.tags.includes("y")));
      const words = ["transform", "recipes", "run", name("f")];
      const { stdout } = await cli.run(["__complete", "--", ...words]);
      assert.deepEqual(stdout.split("\n").slice(1, 2), [`${name("find")}\t`]);
    });

    it("saves again what it has shown", async () => {
      const test = { inputText: "a", arguments: { level: "1" }, outputText: "61" };
      await saved("copy", { recipe: "to-hex", parameters: [LEVEL], tests: [] });
      file("copy.yaml", await run(["show", name("copy"), "-o", "yaml"]));
      const again = ["save", name("again"), "--from-file", "copy.yaml", "--title", "Again"];
      assert.equal(await run(again), `${name("again")}  version 1\n`);
      const shown = await run(["show", name("again")]);
      assert.match(shown, /^title +Again$/m);
      assert.match(shown, /^level +6 +1 to 9$/m);
      const failing = { recipe: "to-hex", parameters: [LEVEL], tests: [test, { inputText: "b" }] };
      file("failing.json", JSON.stringify(failing));
      await fails(1, ["save", name("again"), "--from-file", "failing.json"], /tests\[1\]/);
      file("none.json", '{"steps":[]}');
      await fails(2, ["save", name("again"), "--from-file", "none.json"], /is no Recipe/);
      await fails(2, ["save", name("again")], /RECIPE: give RECIPE, --from-file/);
      await fails(1, ["save", name("bad"), "sort | nope"], /line 1, column 8 .*recipe\)/);
      await fails(1, ["save", name("bad"), "hmac(key=00)"], /key: /);
    });

    it("runs on files, with arguments and secrets", async () => {
      await saved("pack", { recipe: `gzip(level=\${level})`, parameters: [LEVEL] });
      file("large", LARGE);
      await run(["run", name("pack"), "--arg", "level=1", "large", "--to", "out/"]);
      assert.ok(gunzipSync(readFileSync(join(cli.home, "out/large"))).equals(LARGE));
      await fails(1, ["run", name("pack"), "--arg", "level=10"], /level: .* 1 to 9/);
      await fails(2, ["run", name("pack"), "--arg", "levle=1"], /did you mean 'level'\?/);

      await saved("sign", { recipe: `hmac(key=\${the_key}, algorithm=md5)`, parameters: [KEY] });
      const given = ["--secret-file", `the_key=${file("key", "Jefe\n")}`];
      const input = "what do ya want for nothing?";
      const signature = await run(["run", name("sign"), ...given], { input });
      assert.equal(signature, "750c783e6ab0b503eaa86e310a5db738");
      await fails(2, ["run", name("sign")], /needs 'the_key'; give --secret the_key/);
      await fails(2, ["run", name("sign"), "--arg", "the_key=x"], /is a secret/);
    });

    it("says which step cannot work, and leaves the file as it was", async () => {
      await run(["save", name("unhex"), "sort | from-hex"]);
      file("bad", "zz");
      await fails(1, ["run", name("unhex"), "bad", "-i"], /bad: steps\[1\]: .*column 8 of/);
      assert.equal(readFileSync(join(cli.home, "bad"), "utf8"), "zz");
    });
  });
}

it("lists with and without a server the same", async () => {
  const cli = new Triadctl(binaries, { TRIADCTL_SERVER: suite.origin });
  const list = async (...flags) =>
    JSON.parse((await cli.run(["transform", "list", "-o", "json", ...flags])).stdout);
  assert.deepEqual(await list("--local"), await list());
  rmSync(cli.home, { recursive: true });
});

it("says where the reason is when an answer breaks off", async () => {
  const cli = new Triadctl(binaries, { TRIADCTL_SERVER: suite.origin });
  const broken = Buffer.concat([gzipSync(LARGE, { level: 0 }), Buffer.from("zz")]);
  writeFileSync(join(cli.home, "broken"), broken);
  const args = ["transform", "gunzip", "broken", "--to", "out"];
  const { code, stderr } = await cli.run(args);
  assert.equal(code, 1, stderr);
  assert.match(stderr, /--local, or grpc:\/\/ in --server, says why/);
  assert.match((await cli.run([...args, "--local"])).stderr, /steps\[0\]: the input of gunzip/);
  assert.deepEqual(readdirSync(cli.home), ["broken"]);
  rmSync(cli.home, { recursive: true });
});
