// Every command of 'triadctl storage' against a running suite, over gRPC and through the
// gateway: the same is done, and the same is said.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually } from "../support/eventually.mjs";
import { Suite } from "../support/suite.mjs";
import { Triadctl } from "../support/triadctl.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_triadctl_storage_test");

const MIB = 1024 * 1024;
// What a path, a query, a shell or a pattern could take for something else.
const NAMES = ["a:metadata", "50%", "a%2Fb", "1+1", "what?", "#1", "with space", "ü/é/日本", "*"];
const suite = new Suite({ binaries });

const transports = {
  grpc: () => `grpc://${suite.storage.address}`,
  rest: () => suite.origin,
};

before(() => suite.start());
after(() => suite.stop());

// The most memory that a process has had, in bytes; it ends between two looks.
function peakOf(pid) {
  try {
    return 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
  } catch {
    return 0;
  }
}

for (const [transport, server] of Object.entries(transports)) {
  describe(`triadctl storage over ${transport}`, () => {
    const bucket = `${transport}-main`;
    const root = `triad://${bucket}`;
    let cli;

    before(async () => {
      cli = new Triadctl(binaries, { TRIADCTL_SERVER: server() });
      await run(["mb", root, "--versioning", "--description", "for a test"]);
    });
    after(() => rmSync(cli.home, { recursive: true, force: true }));

    async function run(args, options) {
      const result = await cli.run(["storage", ...args], options);
      assert.equal(result.code, 0, `${args.join(" ")}: ${result.stderr}${suite.log}`);
      return result.stdout;
    }
    const json = async (args, options) => JSON.parse(await run([...args, "-o", "json"], options));

    async function fails(code, args, pattern, options) {
      const result = await cli.run(["storage", ...args], options);
      assert.equal(result.code, code, `${args.join(" ")}: ${result.stdout}${result.stderr}`);
      assert.match(result.stderr, pattern);
      return result;
    }

    const put = (path, input) => run(["cp", "-", path], { input });
    const namesOf = ({ objects }) => objects.map(({ name }) => name.replace(/^.*?\/objects\//, ""));
    const file = (name, content) => {
      const path = join(cli.home, name);
      writeFileSync(path, content);
      return path;
    };

    it("makes, shows and deletes buckets", async () => {
      const other = `${transport}-other`;
      assert.equal(await run(["mb", other, "--dry-run"]), `triad://${other}/  would be created\n`);
      assert.equal(await run(["mb", other]), `triad://${other}/  created\n`);
      await fails(4, ["mb", other], /other/);
      await fails(1, ["mb", "X"], /bucket_id/);
      await fails(2, ["mb", "a/b"], /BUCKET: expected a bucket/);
      assert.match(
        await run(["ls"]),
        new RegExp(`^${root}/ +\\d+ +\\d+ +on +\\S+ +for a test`, "m"),
      );
      const { buckets } = await json(["ls"]);
      assert.ok(buckets.some(({ name }) => name === `buckets/${other}`));
      assert.equal((await json(["stat", root])).versioning, "VERSIONING_ON");
      assert.match(await run(["stat", root]), /^versioning +on$/m);
      await put(`triad://${other}/a`, "1");
      await fails(4, ["rb", other], /objects/);
      await fails(2, ["rb", other, "--force"], /--yes/);
      assert.match(await run(["rb", other, "--force", "--yes"]), /deleted\n$/);
      await fails(3, ["stat", `triad://${other}`], /other/);
    });

    it("takes names as they are", async () => {
      for (const name of NAMES) {
        const path = `${root}/names/${name}`;
        await put(path, `content of ${name}`);
        assert.equal(await run(["cat", path]), `content of ${name}`);
        assert.equal((await json(["stat", path])).name, `buckets/${bucket}/objects/names/${name}`);
        await run(["cp", path, `${path}.copy`]);
        await run(["mv", `${path}.copy`, `${path}.moved`]);
        assert.match(await run(["versions", path]), /current/);
        assert.equal(await run(["rm", `${path}.moved`]), `${path}.moved  deleted\n`);
      }
      const listed = namesOf(await json(["ls", `${root}/names/`, "-r"]));
      assert.deepEqual(listed.sort(), NAMES.map((name) => `names/${name}`).sort());
      const directory = join(cli.home, "names");
      await run(["cp", "-r", `${root}/names`, directory]);
      for (const name of NAMES) {
        assert.equal(readFileSync(join(directory, name), "utf8"), `content of ${name}`);
      }
      await run(["cp", "-r", directory, `${root}/again/`]);
      assert.equal(await run(["cat", `${root}/again/ü/é/日本`]), "content of ü/é/日本");
      await fails(1, ["cp", file("odd", ""), `${root}/a//b`], /name: .*segment/);
    });

    it("lists folders, names and details, however many pages", async () => {
      const directory = join(cli.home, "many");
      mkdirSync(join(directory, "sub"), { recursive: true });
      for (let i = 0; i < 1010; ++i)
        writeFileSync(join(directory, "sub", `${i}`.padStart(4, "0")), "x");
      writeFileSync(join(directory, "top"), "xyz");
      const { copied } = await json(["cp", "-r", directory, `${root}/many`, "--parallel", "16"]);
      assert.equal(copied.length, 1011);
      const { objects, prefixes } = await json(["ls", `${root}/many/`]);
      assert.deepEqual([objects.length, prefixes], [1, ["many/sub/"]]);
      assert.equal(namesOf(await json(["ls", `${root}/many/`, "-r"])).length, 1011);
      assert.equal(await run(["ls", `${root}/many/`]), "NAME\nmany/sub/\nmany/top\n");
      assert.match(await run(["ls", `${root}/many/t`, "-l"]), /^NAME +BYTES .*\nmany\/top +3 /);
      assert.match(await run(["du", `${root}/many/`]), /many\/ +1011 +1013\n$/);
      const { usage } = await json(["du", root]);
      assert.ok(Number(usage[0].objectCount) >= 1011);
      assert.match(await run(["ls", `${root}/many/`, "-o", "yaml"]), /^objects:\n- name: /);
      await run(["mv", "-r", `${root}/many/sub`, `${root}/moved`]);
      assert.match(await run(["du", `${root}/moved/`]), / 1010 +1010\n$/);
      await fails(2, ["rm", "-r", `${root}/moved/`], /--yes/);
      await fails(2, ["rm", "-r", root, "--yes"], /storage rb --force/);
      assert.match(await run(["rm", "-r", `${root}/moved`, "--yes"]), /1010 objects deleted/);
      assert.deepEqual(namesOf(await json(["ls", `${root}/moved/`, "-r"])), []);
    });

    it("copies files and objects, whole and alike", async () => {
      const content = randomBytes(5 * MIB + 3);
      const path = file("large", content);
      const said = await run(["cp", path, `${root}/copies/`]);
      assert.equal(said, `${path} -> ${root}/copies/large  ${content.length} bytes\n`);
      await run(["cp", `${root}/copies/large`, "back/again"]);
      assert.deepEqual(readFileSync(join(cli.home, "back/again")), content);
      assert.deepEqual(readdirSync(join(cli.home, "back")), ["again"]);
      const [copy] = (await json(["cp", `${root}/copies/large`, `${root}/copies/b`])).copied;
      assert.deepEqual(copy, {
        source: `${root}/copies/large`,
        destination: `${root}/copies/b`,
        size: `${content.length}`,
      });
      await run(["cp", file("typed", "{}"), `${root}/copies/c`, "--content-type", "x/y"]);
      assert.equal((await json(["stat", `${root}/copies/c`])).contentType, "x/y");
      await run(["cp", file("empty", ""), `${root}/copies/`]);
      assert.equal(await run(["cat", `${root}/copies/empty`]), "");
      await fails(4, ["cp", path, `${root}/copies/c`, "--if-absent"], /copies\/c/);
      await fails(4, ["cp", `${root}/copies/c`, path, "--if-absent"], /there already/);
      await fails(4, ["mv", `${root}/copies/b`, `${root}/copies/c`, "--if-absent"], /copies\/c/);
      await fails(3, ["cp", `${root}/copies/none`, path], /none/);
      await fails(3, ["cp", "none", `${root}/copies/`], /none/);
      assert.deepEqual(readFileSync(path), content);
      await fails(2, ["cp", path, path], /DESTINATION: expected triad:/);
      await fails(2, ["mv", path, `${root}/x`], /expected objects/);
      await fails(2, ["cp", path, `${root}/x`, "--parallel", "65"], /--parallel: expected 1 to 64/);
    });

    it("reads parts and versions, and brings versions back", async () => {
      const path = `${root}/versions/a`;
      await put(path, "first");
      await put(path, "second");
      const { versions } = await json(["versions", path]);
      assert.deepEqual(
        versions.map(({ size }) => size),
        ["6", "5"],
      );
      const { generation } = versions[1];
      assert.equal(await run(["cat", path, "--generation", generation]), "first");
      assert.equal((await json(["stat", path, "--generation", generation])).size, "5");
      assert.equal(await run(["cat", path, "--range", "1-3"]), "eco");
      assert.equal(await run(["cat", path, "--range", "-2"]), "nd");
      await fails(1, ["cat", path, "--range", "6-"], /--range: nothing of 6-/);
      await fails(2, ["cat", path, "--range", "x"], /--range: expected FIRST-LAST/);
      await run(["rm", path]);
      await fails(3, ["cat", path], /versions\/a/);
      assert.match(await run(["ls", `${root}/versions/`, "--versions"]), /\(deleted\)\n/);
      assert.match(await run(["restore", path]), /restored, generation \d+\n$/);
      assert.equal(await run(["cat", path]), "second");
      await run(["restore", path, "--generation", generation]);
      assert.equal(await run(["cat", path]), "first");
      await run(["rm", path, "--generation", generation]);
      await fails(3, ["cat", path, "--generation", generation], /generation|version/);
    });

    it("deletes several, and says which are not there", async () => {
      for (const name of ["a", "b"]) await put(`${root}/several/${name}`, name);
      const paths = ["a", "none", "b"].map((name) => `${root}/several/${name}`);
      const { stdout } = await fails(3, ["rm", ...paths], /none/);
      assert.match(stdout, /^\S+\/a {2}deleted\n\S+none {2}\S.*\n\S+\/b {2}deleted\n$/);
      assert.deepEqual(namesOf(await json(["ls", `${root}/several/`])), []);
      await fails(2, ["rm", ...paths, "--generation", "1"], /--generation: is of one object/);
    });

    it("moves what is larger than its memory, both ways and through pipes", async () => {
      const size = 256 * MIB;
      const block = randomBytes(MIB);
      const path = join(cli.home, "huge");
      for (let i = 0; i < size / MIB; ++i) writeFileSync(path, block, { flag: "a" });
      async function peak(args, pipe) {
        const running = cli.start(["storage", ...args]);
        let most = 0;
        const look = setInterval(() => (most = Math.max(most, peakOf(running.pid))), 5);
        if (pipe) for (let i = 0; i < 128; ++i) running.type(block);
        running.finishInput("");
        const { code, stderr } = await running.result();
        clearInterval(look);
        assert.equal(code, 0, stderr);
        return most;
      }
      for (const most of [
        await peak(["cp", path, `${root}/huge`]),
        await peak(["cp", `${root}/huge`, "huge.back"]),
        await peak(["cp", "-", `${root}/piped`], true),
      ]) {
        assert.ok(most > 0 && most < 96 * MIB, `${most} bytes`);
      }
      assert.equal((await json(["stat", `${root}/piped`])).size, `${128 * MIB}`);
      assert.ok(readFileSync(path).equals(readFileSync(join(cli.home, "huge.back"))));
      rmSync(path);
      rmSync(join(cli.home, "huge.back"));
    });

    it("leaves nothing of a file that it could not get whole", async () => {
      await run(["cp", file("cut", Buffer.alloc(256 * MIB)), `${root}/cut`]);
      const halves = join(cli.home, "halves");
      mkdirSync(halves);
      writeFileSync(join(halves, "a"), "as it was");
      const running = cli.start(["storage", "cp", `${root}/cut`, "halves/a"]);
      running.finishInput("");
      const open = `/proc/${running.pid}/fd`;
      const isOfHalves = (fd) => readlinkSync(join(open, fd)).startsWith(halves);
      await eventually("it writes", () => {
        try {
          return readdirSync(open).some(isOfHalves);
        } catch {
          return false; // a descriptor was closed meanwhile
        }
      });
      assert.equal((await running.end("SIGKILL")).code, "SIGKILL");
      assert.deepEqual(readdirSync(halves), ["a"]);
      assert.equal(readFileSync(join(halves, "a"), "utf8"), "as it was");
    });

    it("makes folders alike, both ways, and moves what differs alone", async () => {
      const folder = `${root}/sync`;
      const at = (name) => join(cli.home, "sync", name);
      mkdirSync(at("sub"), { recursive: true });
      for (const name of ["a", "b", "sub/c:d"]) writeFileSync(at(name), `content of ${name}`);
      const up = ["sync", "sync", folder];
      const tried = await run([...up, "--dry-run"]);
      assert.equal(tried.match(/^sync\S+ -> \S+ {2}would be copied, \d+ bytes$/gm).length, 3);
      assert.deepEqual(namesOf(await json(["ls", `${folder}/`])), []);
      assert.equal((await json(up)).copied.length, 3);
      assert.deepEqual((await json(up)).copied, []);
      writeFileSync(at("a"), "CONTENT of a");
      const [changed] = (await json(up)).copied;
      assert.deepEqual(changed, { source: "sync/a", destination: `${folder}/a`, size: "12" });
      rmSync(at("b"));
      assert.equal(await run([...up, "--delete", "--dry-run"]), `${folder}/b  would be deleted\n`);
      assert.deepEqual((await json([...up, "--delete"])).deleted, [`${folder}/b`]);
      const down = ["sync", folder, "down"];
      assert.equal((await json(down)).copied.length, 2);
      assert.equal(readFileSync(join(cli.home, "down/sub/c:d"), "utf8"), "content of sub/c:d");
      writeFileSync(join(cli.home, "down/more"), "");
      writeFileSync(join(cli.home, "down/a"), "content of A");
      assert.equal(
        await run([...down, "--delete"]),
        `${folder}/a -> down/a  12 bytes\ndown/more  deleted\n`,
      );
      assert.deepEqual(readdirSync(join(cli.home, "down")).sort(), ["a", "sub"]);
      const across = ["sync", folder, `${root}/across`];
      assert.equal((await json(across)).copied.length, 2);
      assert.deepEqual(await json([...across, "--delete"]), { copied: [] });
      mkdirSync(join(cli.home, "nothing"));
      await fails(4, ["sync", "nothing", folder, "--delete"], /nothing: has nothing/);
      await fails(2, ["sync", "none", folder], /SOURCE: expected a directory/);
    });

    it("completes buckets, folders and names", async () => {
      await put(`${root}/complete/one`, "1");
      const offered = async (...words) =>
        (await cli.run(["__complete", "--", "storage", ...words])).stdout;
      assert.equal(await offered("cat", `${root}/compl`), `words\n${root}/complete/\t\n`);
      assert.equal(await offered("stat", `${root}/complete/o`), `words\n${root}/complete/one\t\n`);
      assert.equal(await offered("rb", `triad://${transport}-m`), `words\n${root}/\t\n`);
      assert.match(await offered("cp", "fi"), /^files\n/);
    });

    it("says what is wrong by exit code, and waits for who is away", async () => {
      const gone = transport === "grpc" ? "grpc://127.0.0.1:1" : "http://127.0.0.1:1";
      await fails(2, ["cat", "photos/a"], /PATH: expected triad:\/\/BUCKET\/NAME/);
      await fails(3, ["ls", `triad://${transport}-none/`], /none/);
      await fails(6, ["ls", "--server", gone], /127\.0\.0\.1:1/);
      await fails(6, ["cp", "-", `${root}/x`, "--server", gone, "--wait", "300ms"], /127\.0\.0\.1/);
      await suite.storage.kill();
      const patient = run(["cp", "-", `${root}/patient`, "--wait", "60s"], { input: "here" });
      await suite.storage.start();
      await patient;
      assert.equal(await run(["cat", `${root}/patient`, "--wait", "60s"]), "here");
    });
  });
}
