// Every command of triadctl against a running suite, over gRPC and through the gateway: the
// same is done, and the same is said.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { eventually } from "../support/eventually.mjs";
import { Suite } from "../support/suite.mjs";
import { Triadctl } from "../support/triadctl.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_triadctl_test");

const NOBODY = "http://127.0.0.1:1";
const SECRET = "correct-horse-battery";
const directory = mkdtempSync(join(tmpdir(), "triad-cli-"));
const tokenFile = join(directory, "token");
writeFileSync(tokenFile, "open-sesame\n");
const suite = new Suite({
  binaries,
  directory: join(directory, "suite"),
  args: { config: [`--auth_token_file=${tokenFile}`] },
});

const transports = {
  grpc: () => `grpc://${suite.config.address}`,
  rest: () => suite.origin,
};

before(() => suite.start());
after(async () => {
  await suite.stop();
  rmSync(directory, { recursive: true, force: true });
});

for (const [transport, server] of Object.entries(transports)) {
  describe(`triadctl over ${transport}`, () => {
    const ns = transport;
    let cli;

    before(() => {
      cli = new Triadctl(binaries, { TRIADCTL_SERVER: server(), TRIAD_TOKEN_FILE: tokenFile });
    });
    after(() => rmSync(cli.home, { recursive: true, force: true }));

    async function run(args, options) {
      const result = await cli.run(args, options);
      assert.equal(result.code, 0, `${args.join(" ")}: ${result.stderr}${suite.log}`);
      return result.stdout;
    }
    const json = async (args, options) => JSON.parse(await run([...args, "-o", "json"], options));

    async function fails(code, args, pattern, options) {
      const result = await cli.run(args, options);
      assert.equal(result.code, code, `${args.join(" ")}: ${result.stdout}${result.stderr}`);
      assert.match(result.stderr, pattern);
      return result;
    }

    it("sets and gets values of every type", async () => {
      const values = {
        string: ["héllo wörld", { stringValue: "héllo wörld" }],
        int: ["-9007199254740993", { intValue: "-9007199254740993" }],
        double: ["0.25", { doubleValue: 0.25 }],
        bool: ["false", { boolValue: false }],
        json: ['{"b":1,"a":[null]}', { jsonValue: '{"b":1,"a":[null]}' }],
      };
      for (const [type, [text, value]] of Object.entries(values)) {
        const name = `${ns}/types/${type}`;
        assert.match(await run(["config", "set", name, text, "--type", type]), /version 1/);
        assert.equal(await run(["config", "get", name, "--raw"]), text);
        assert.deepEqual((await json(["config", "get", name])).value, value);
        const yaml = await run(["config", "get", name, "-o", "yaml"]);
        assert.match(yaml, new RegExp(`^value:\\n {2}${Object.keys(value)[0]}: `, "m"));
      }
      assert.match(await run(["config", "get", `${ns}/types/int`]), /^type +int$/m);
    });

    it("says that it has asked another service", async () => {
      const other = ["--server", `grpc://${suite.transform.address}`];
      await fails(
        1,
        ["config", "list", ns, ...other],
        /it is another service, or older than triadctl/,
      );
    });

    it("puts in the place of a reference what it names", async () => {
      const space = `${ns}-resolve`;
      await run(["config", "set", `${space}/host`, "db"]);
      await run(["config", "set", `${space}/password`, "--secret", "--from-file", "-"], {
        input: SECRET,
      });
      const to = (key) => `\${namespaces/${space}/entries/${key}}`;
      const url = `pg://${to("password")}@${to("host")}`;
      await run(["config", "set", `${space}/url`, url]);
      const raw = ["config", "get", `${space}/url`, "--raw"];
      assert.equal(await run(raw), url);
      assert.equal(await run([...raw, "--resolve"]), "pg://********@db");
      assert.match(await run(["config", "list", space, "--resolve"]), /pg:\/\/\*{8}@db/);
      const revealed = await run(["config", "reveal", `${space}/url`, "--resolve"]);
      assert.equal(revealed, `pg://${SECRET}@db`);
    });

    it("keeps what it is not asked to change", async () => {
      const name = `${ns}/kept`;
      await run(["config", "set", name, "1", "--description", "why", "--label", "team=web"]);
      await run(["config", "set", name, "2"]);
      const entry = await json(["config", "get", `namespaces/${ns}/entries/kept`]);
      assert.equal(entry.description, "why");
      assert.deepEqual(entry.labels, { team: "web" });
      await run(["config", "set", name, "--label", "", "--ttl", "1h"]);
      const later = await json(["config", "get", "kept", "-n", ns]);
      assert.equal(later.value.stringValue, "2");
      assert.deepEqual(later.labels, {});
      assert.ok(later.expireTime);
    });

    it("writes on conditions, and tries without writing", async () => {
      const name = `${ns}/conditions`;
      await run(["config", "set", name, "1", "--if-absent"]);
      await fails(4, ["config", "set", name, "2", "--if-absent"], /conditions/);
      await fails(4, ["config", "set", name, "2", "--if-etag", "stale"], /has changed/);
      await fails(4, ["config", "delete", name, "--if-etag", "stale"], /has changed/);
      const { etag } = await json(["config", "get", name]);
      assert.match(await run(["config", "set", name, "2", "--dry-run"]), /would be version 2\n/);
      assert.equal(await run(["config", "get", name, "--raw"]), "1");
      await run(["config", "set", name, "2", "--if-etag", etag]);
    });

    it("deletes and brings back, and has the history", async () => {
      const name = `${ns}/history`;
      await run(["config", "set", name, "old"]);
      await run(["config", "set", name, "new"]);
      await run(["config", "delete", name]);
      await fails(3, ["config", "get", name], /does not exist/);
      await run(["config", "undelete", name]);
      const { versions } = await json(["config", "history", name]);
      assert.deepEqual(
        versions.map(({ version, deleteTime }) => [version, Boolean(deleteTime)]),
        [
          ["4", false],
          ["3", true],
          ["2", false],
          ["1", false],
        ],
      );
      assert.match(await run(["config", "history", name]), /^3 .*\(deleted\)$/m);
      assert.equal(await run(["config", "get", name, "--at-version", "1", "--raw"]), "old");
      const { revision } = versions[3];
      assert.equal(await run(["config", "get", name, "--at-revision", revision, "--raw"]), "old");
    });

    it("shows what differs as git does, and rolls back", async () => {
      const at = async () => (await json(["config", "list", ns])).revision;
      await run(["config", "set", `${ns}/diff/a`, "1", "--type", "int"]);
      const past = await at();
      await run(["config", "set", `${ns}/diff/a`, "2", "--type", "int"]);
      await run(["config", "set", `${ns}/diff/b`, "one\ntwo"]);
      const since = ["config", "diff", `${ns}@${past}`, "--prefix", "diff/"];
      const shown = await run(since);
      assert.match(
        shown,
        /^diff .*\n--- .*diff\/a .*\n\+\+\+ .*\n@@ .*\n type: int\n-value: 1\n\+value: 2$/m,
      );
      assert.match(shown, /^--- \/dev\/null$/m);
      assert.match(shown, /^\+ {2}two$/m);
      assert.deepEqual(
        (await json(since)).differences.map(({ key, type }) => [key, type]),
        [
          ["diff/a", "TYPE_CHANGED"],
          ["diff/b", "TYPE_ADDED"],
        ],
      );
      assert.equal((await cli.run([...since, "--exit-code"])).code, 7);
      const back = ["config", "rollback", ns, "--to-revision", past, "--prefix", "diff/"];
      assert.match(await run([...back, "--dry-run"]), /diff\/b {2}would be deleted/);
      await run([...back]);
      assert.equal((await cli.run([...since, "--exit-code"])).code, 0);
      await run(["config", "rollback", `${ns}/diff/a`, "--to-version", "2"]);
      assert.equal(await run(["config", "get", `${ns}/diff/a`, "--raw"]), "2");
      await fails(2, ["config", "rollback", ns, "--to-version", "1"], /--to-revision/);
      await fails(2, ["config", "diff", ns], /NS@REVISION/);
    });

    it("commits all or nothing, from JSON and YAML", async () => {
      const operations = [
        { put: { name: `${ns}/commit/a`, value: { intValue: 5 } }, absent: true },
      ];
      const input = JSON.stringify(operations);
      const [result] = (await json(["config", "commit", "-"], { input })).results;
      assert.equal(result.entry.name, `namespaces/${ns}/entries/commit/a`);
      const refused = await fails(4, ["config", "commit", "-"], /operations\[0\]: ./, { input });
      assert.equal(refused.stdout, "");
      const file = join(cli.home, "operations.yaml");
      writeFileSync(file, `operations:\n- copy: {source: ${ns}/commit/a, name: ${ns}/commit/b}\n`);
      assert.match(await run(["config", "commit", file]), /commit\/b {2}version 1/);
      const wrong = '[{"put":{"name":"a/b","valu":{"stringValue":"hidden-value"}}}]';
      const { stderr } = await fails(2, ["config", "commit", "-"], /FILE: operations\[0\]/, {
        input: wrong,
      });
      assert.doesNotMatch(stderr, /hidden-value/);
    });

    it("lists everything, however many pages", async () => {
      const count = 1100;
      const size = 100;
      for (let i = 0; i < count; i += size) {
        const operations = Array.from({ length: size }, (_, n) => ({
          put: {
            name: `${ns}/many/${String(i + n).padStart(4, "0")}`,
            value: { stringValue: `v${i + n}` },
            labels: { part: `p${(i + n) % 2}` },
          },
        }));
        await run(["config", "commit", "-"], { input: JSON.stringify(operations) });
      }
      const list = ["config", "list", ns, "--prefix", "many/"];
      const { entries, revision } = await json(list);
      assert.equal(entries.length, count);
      assert.equal(entries[1099].value.stringValue, "v1099");
      assert.ok(Number(revision) > 0);
      const yaml = await run([...list, "-o", "yaml"]);
      assert.match(yaml, /^entries:\n- name: /);
      assert.equal(yaml.match(/^- name: /gm).length, count);
      const rows = (await run(list)).trimEnd().split("\n");
      assert.equal(rows.length, count + 1);
      assert.match(rows[0], /^KEY +TYPE +VALUE/);
      assert.equal((await json([...list, "-l", "part=p1"])).entries.length, count / 2);
      assert.equal((await json([...list, "--search", "1099"])).entries.length, 1);
      assert.equal((await json([...list, "--type", "int"])).entries.length, 0);
      const { prefixes } = await json(["config", "list", ns, "--delimiter", "/"]);
      assert.ok(prefixes.some(({ prefix, count: n }) => prefix === "many/" && n === `${count}`));
      assert.equal((await json([...list, "--reverse"])).entries[0].value.stringValue, "v1099");
    });

    it("takes secrets from a file or standard input, and never from an argument", async () => {
      const name = `${ns}/secrets/a`;
      const file = join(cli.home, "secret");
      writeFileSync(file, `${SECRET}\n`);
      const refused = ["config", "set", name, SECRET, "--secret"];
      const { stderr } = await fails(2, [...refused, "--server", NOBODY], /VALUE: a secret/);
      assert.doesNotMatch(stderr, new RegExp(SECRET));
      await fails(2, ["config", "set", name, "--secret"], /no terminal.*--from-file -/);
      await run(["config", "set", name, "--secret", "--from-file", file]);
      await fails(2, ["config", "set", name, "other"], /VALUE: a secret/);
      for (const format of ["table", "json", "yaml"]) {
        for (const words of [
          ["get", name],
          ["list", ns],
          ["history", name],
        ]) {
          const shown = await run(["config", ...words, "-o", format]);
          assert.doesNotMatch(shown, new RegExp(SECRET));
          assert.match(shown, /\*{8}/);
        }
      }
      assert.equal(await run(["config", "reveal", name]), SECRET);
      await run(["config", "set", name, "--secret", "--from-file", "-"], { input: "second" });
      assert.equal(await run(["config", "reveal", name, "--at-version", "1"]), SECRET);
      const drawn = `${ns}/secrets/drawn`;
      await run(["config", "set", drawn, "--generate", "--length", "20", "--alphabet", "ab"]);
      assert.match(await run(["config", "reveal", drawn]), /^[ab]{20}$/);
    });

    it("destroys what leaked", async () => {
      const name = `${ns}/secrets/leaked`;
      await run(["config", "set", name, "--secret", "--from-file", "-"], { input: "leaked" });
      const destroy = ["config", "destroy", name, "--versions", "1"];
      await fails(2, destroy, /--yes/);
      await fails(4, [...destroy, "--yes"], /value/);
      const replaced = [...destroy, "--yes", "--new-value-from", "-"];
      assert.match(await run(replaced, { input: "fresh\n" }), /1 values destroyed/);
      assert.equal(await run(["config", "reveal", name]), "fresh");
      assert.match(await run(["config", "history", name]), /^1 .*\(destroyed\)$/m);
    });

    it("tells the audit log, and follows it", async () => {
      const name = `${ns}/audited`;
      await run(["config", "set", name, "1"]);
      const { lines } = await json([
        "config",
        "audit",
        "--resource",
        `namespaces/${ns}/entries/aud`,
      ]);
      assert.equal(lines[0].method, "triad.config.v1.ConfigService/UpdateEntry");
      assert.match(
        await run(["config", "audit", "--limit", "1", "--since", "1h"]),
        /^TIME .*\n.*OK\n$/,
      );
      const follow = cli.start(["config", "audit", "--follow", "-o", "json"]);
      try {
        await eventually("a line comes", async () => {
          await run(["config", "set", name, "again"]);
          return follow.stdout.includes("\n");
        });
        assert.match(JSON.parse(follow.stdout.split("\n")[0]).resource, /audited$/);
      } finally {
        assert.equal((await follow.end()).code, 130);
      }
    });

    it("makes and deletes namespaces", async () => {
      const name = `${ns}-spare`;
      await run(["config", "namespaces", "create", name, "--description", "for a test"]);
      await fails(4, ["config", "namespaces", "create", name], /spare/);
      const { namespaces } = await json(["config", "namespaces", "list"]);
      assert.ok(namespaces.some((one) => one.name === `namespaces/${name}`));
      assert.match(await run(["config", "namespaces", "list"]), /for a test/);
      await run(["config", "set", `${name}/a`, "1"]);
      await fails(4, ["config", "namespaces", "delete", name], /entries/);
      await fails(2, ["config", "namespaces", "delete", name, "--force"], /--yes/);
      await run(["config", "namespaces", "delete", name, "--force", "--yes"]);
    });

    it("watches on when the service goes and returns: nothing is left out, nothing twice", async () => {
      const watch = cli.start([
        "config",
        "watch",
        ns,
        "--prefix",
        "watched/",
        "--initial",
        "-o",
        "json",
      ]);
      const set = (n) => run(["config", "set", `${ns}/watched/${n}`, `${n}`, "--wait", "60s"]);
      try {
        await watch.says(/snapshotEnd/);
        await set(0);
        await watch.says(/watched\/0"/);
        await suite.config.kill();
        const written = set(1);
        await suite.config.start();
        await written;
        await set(2);
        await watch.says(/watched\/2"/);
      } finally {
        assert.equal((await watch.end()).code, 130, watch.stderr);
      }
      const messages = watch.stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      const values = messages
        .flatMap(({ events }) => events)
        .map(({ entry }) => entry.value.stringValue);
      assert.deepEqual(values, ["0", "1", "2"]);
      assert.match(watch.stderr, /broke off and goes on/);
      const after = ["config", "watch", ns, "--prefix", "watched/", "--after", messages[1].resume];
      const again = cli.start(after);
      await again.says(/put +\S*watched\/2 {2}2\n/);
      assert.deepEqual(again.stdout.trimEnd().split("\n").length, 2);
      await again.end();
    });

    it("exports and imports files, and shows before what would change", async () => {
      const copy = `${ns}-copy`;
      await run(["config", "set", `${ns}/moved/a`, "1", "--type", "int", "--label", "team=web"]);
      const long = { input: "x".repeat(600_000) }; // several messages of an upload
      await run(["config", "set", `${ns}/moved/b`, "--from-file", "-"], long);
      const file = join(cli.home, "moved.yaml");
      const name = `${ns}/moved/secret`;
      await run(["config", "set", name, "--secret", "--from-file", "-"], { input: SECRET });
      assert.doesNotMatch(await run(["config", "export", ns]), new RegExp(SECRET));
      await run(["config", "export", ns, "--prefix", "moved/", "--reveal", "--file", file]);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const tried = await run(["config", "import", file, copy, "--dry-run"]);
      assert.match(tried, /^--- \/dev\/null\n\+\+\+ .*moved\/a/m);
      assert.match(tried, /would be imported: 3 added, 0 changed, 0 removed/);
      assert.doesNotMatch(tried, new RegExp(SECRET));
      await run(["config", "import", file, copy]);
      assert.equal(await run(["config", "reveal", `${copy}/moved/secret`]), SECRET);
      assert.equal((await run(["config", "get", `${copy}/moved/b`, "--raw"])).length, 600_000);
      await run(["config", "set", `${copy}/more`, "1"]);
      const replaced = ["config", "import", file, copy, "--replace"];
      const { added, removed } = await json(replaced);
      assert.deepEqual([added, removed], ["0", "1"]);
      await fails(1, ["config", "import", "-", copy], /line 1/, { input: "{" });
    });

    it("holds values to schemas", async () => {
      const limits = JSON.stringify({ type: "integer", maximum: 10 });
      const set = ["config", "schema", "set", `${ns}/limits`, "-", "--pattern", "limits/*"];
      const entry = ["config", "set", `${ns}/limits/a`, "--type", "int"];
      await run([...entry, "50"]);
      await fails(4, set, /limits\/a.* does not fit: maximum/, { input: limits });
      await run([...set, "--force"], { input: limits });
      await run([...entry, "5"]);
      await fails(1, [...entry, "50"], /maximum/);
      assert.equal(await run(["config", "schema", "get", `${ns}/limits`, "--raw"]), limits);
      assert.equal((await json(["config", "schema", "for", `${ns}/limits/b`])).pattern, "limits/*");
      assert.match(await run(["config", "schema", "list", ns]), /limits +limits\/\*/);
      await run(["config", "schema", "delete", `${ns}/limits`]);
      await fails(3, ["config", "schema", "for", `${ns}/limits/b`], /./);
    });

    it("says what is wrong by exit code, and names the field", async () => {
      const set = ["config", "set", `${ns}/a`, "1"];
      await fails(1, ["config", "set", `${ns}/a//b`, "1"], /name: .*segment/);
      await fails(1, [...set, "--label", "-=x"], /entry\.labels/);
      await fails(2, [...set, "--type", "it"], /--type: must be .*did you mean 'int'/);
      await fails(2, ["config", "get", "alone"], /NS\/KEY: 'alone' names no namespace/);
      await fails(3, ["config", "namespaces", "delete", "nowhere"], /nowhere/);
      await fails(5, set, /token/, { environment: { TRIAD_TOKEN_FILE: "" } });
      const gone = transport === "grpc" ? "grpc://127.0.0.1:1" : NOBODY;
      await fails(6, [...set, "--server", gone], /127\.0\.0\.1:1.*\n.*--wait/);
      await fails(6, [...set, "--server", gone, "--wait", "300ms"], /127\.0\.0\.1:1/);
    });

    it("says what was built", async () => {
      const { builds } = await json(["version"]);
      assert.equal(builds[0].name, "triadctl");
      assert.equal(builds[1].version, builds[0].version);
      assert.match(await run(["version", "--client", "--server", NOBODY]), /^triadctl /m);
    });

    it("completes namespaces and keys", async () => {
      const { stdout } = await cli.run(["__complete", "--", "config", "get", `${ns}/ty`]);
      assert.equal(stdout, `words\n${ns}/types/\t\n`);
    });
  });
}
