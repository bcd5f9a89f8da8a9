// triadctl for people: colours, questions, help and completion, on a terminal and without.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { Suite } from "../support/suite.mjs";
import { Triadctl } from "../support/triadctl.mjs";

const binaries = process.env.TRIAD_BIN_DIR;
assert.ok(binaries, "TRIAD_BIN_DIR is not set: run ctest -R e2e_triadctl_terminal_test");

const SECRET = "typed-in-the-dark";
const ESCAPE = "\x1b[";
const directory = mkdtempSync(join(tmpdir(), "triad-cli-"));
const suite = new Suite({ binaries, directory: join(directory, "suite") });
let cli;

before(async () => {
  await suite.start();
  cli = new Triadctl(binaries, { TRIADCTL_SERVER: suite.origin });
});
after(async () => {
  rmSync(cli.home, { recursive: true });
  await suite.stop();
  rmSync(directory, { recursive: true });
});

async function run(args, options) {
  const result = await cli.run(args, options);
  assert.equal(result.code, 0, `${args.join(" ")}: ${result.stderr}`);
  return result.stdout;
}

async function onTerminal(args, options) {
  const running = cli.startOnTerminal(args, options);
  running.finishInput("");
  return running.result();
}

it("asks for a secret without showing it", async () => {
  const args = ["config", "set", "shop/asked", "--secret"];
  const asked = cli.startOnTerminal(args);
  await asked.says(/Value of shop\/asked: /);
  asked.type(`${SECRET}\n`);
  await asked.says(/Once more: /);
  asked.type(`${SECRET}\n`);
  const { code, stdout } = await asked.result();
  assert.equal(code, 0, stdout);
  assert.ok(!stdout.includes(SECRET), stdout);
  assert.equal(await run(["config", "reveal", "shop/asked"]), SECRET);
});

it("sends nothing if the two answers differ, or Ctrl-C is pressed", async () => {
  for (const [second, expected] of [
    ["other\n", 2],
    ["\x03", 130],
  ]) {
    const asked = cli.startOnTerminal(["config", "set", "shop/never", "--secret"]);
    await asked.says(/Value of shop\/never: /);
    asked.type(`${SECRET}\n`);
    await asked.says(/Once more: /);
    asked.type(second);
    assert.equal((await asked.result()).code, expected);
    assert.equal((await cli.run(["config", "get", "shop/never"])).code, 3);
  }
});

it("asks before it destroys", async () => {
  await run(["config", "set", "shop/gone", "1"]);
  for (const [answer, code] of [
    ["n\n", 1],
    ["y\n", 0],
  ]) {
    const asked = cli.startOnTerminal(["config", "namespaces", "delete", "shop", "--force"]);
    await asked.says(/for good\? \[y\/N\] /);
    asked.type(answer);
    assert.equal((await asked.result()).code, code);
  }
});

it("is in colour on a terminal alone, and not with NO_COLOR", async () => {
  await run(["config", "set", "colour/a", "1"]);
  const { revision } = await JSON.parse(await run(["config", "list", "colour", "-o", "json"]));
  await run(["config", "set", "colour/a", "2"]);
  for (const args of [
    ["list", "colour"],
    ["get", "colour/a"],
    ["diff", `colour@${revision}`],
  ]) {
    const words = ["config", ...args];
    assert.ok((await onTerminal(words)).stdout.includes(ESCAPE), words.join(" "));
    const quiet = { environment: { NO_COLOR: "1" } };
    assert.ok(!(await onTerminal(words, quiet)).stdout.includes(ESCAPE));
    assert.ok(!(await run(words)).includes(ESCAPE));
  }
  const red = (await onTerminal(["config", "diff", `colour@${revision}`])).stdout;
  const lines = [`${ESCAPE}31m-value: 1${ESCAPE}0m`, `${ESCAPE}32m+value: 2${ESCAPE}0m`];
  assert.ok(red.includes(lines.join("\r\n")), red);
});

it("lets nothing that stands in an entry steer the terminal", async () => {
  await run(["config", "set", "colour/evil", "\x1b]0;owned\x07", "--description", "\x1b[2J"]);
  for (const words of [
    ["get", "colour/evil"],
    ["list", "colour"],
  ]) {
    const { stdout } = await onTerminal(["config", ...words]);
    assert.ok(stdout.includes("\\x1b]0;owned"), stdout);
    assert.ok(!stdout.includes("\x1b]0;"));
    assert.ok(!stdout.includes("\x1b[2J"));
  }
});

it("has help with examples for every command, wherever -h stands", async () => {
  const manual = await run(["help", "all"]);
  const commands = [...manual.matchAll(/^triadctl ([a-z ]+)$/gm)].map(([, words]) => words);
  assert.ok(commands.length > 20, manual);
  for (const words of commands) {
    const help = await run(["-h", ...words.split(" ")]);
    assert.match(help, new RegExp(`\nExamples\n(.*\n)*?.*triadctl ${words}`), words);
    assert.equal(await run([...words.split(" "), "--bogus", "--help"]), help);
    assert.equal(await run(["help", ...words.split(" ")]), help);
  }
  const alone = await cli.run(["config"]);
  assert.equal(alone.code, 2);
  assert.match(alone.stderr, /config set +Writes an entry/);
  const mistyped = await cli.run(["config", "wach"]);
  assert.equal(mistyped.code, 2);
  assert.match(mistyped.stderr, /did you mean 'watch'\?/);
});

it("keeps profiles, of which a flag or the environment is before", async () => {
  const env = { TRIADCTL_SERVER: "" };
  const grpc = `grpc://${suite.config.address}`;
  await run(["profile", "set", "near", "--server", grpc, "-n", "colour", "-o", "json"]);
  await run(["profile", "set", "far", "--server", "http://127.0.0.1:1"]);
  assert.equal(JSON.parse(await run(["config", "get", "a"], { environment: env })).secret, false);
  await run(["profile", "use", "far"]);
  const list = await run(["profile", "list"]);
  assert.match(list, /^\* +far +http:\/\/127\.0\.0\.1:1$/m);
  assert.equal((await cli.run(["config", "list", "colour"], { environment: env })).code, 6);
  const near = ["config", "list", "--profile", "near", "-o", "table"];
  assert.match(await run(near, { environment: env }), /^a +string/m);
  assert.match(await run(["profile", "show", "near"]), /^server +grpc:/m);
  await run(["profile", "delete", "far"]);
  assert.equal((await cli.run(["profile", "use", "far"])).code, 3);
  writeFileSync(join(cli.home, ".config/triad/config.yaml"), "current: gone\n");
  const { code, stderr } = await cli.run(["config", "list", "colour"]);
  assert.equal(code, 2);
  assert.match(stderr, /--profile: there is no profile 'gone'/);
  await run(["profile", "set", "gone", "--namespace", "colour"]);
});

// What bash would offer behind these words.
async function offered(...words) {
  const quoted = ["triadctl", ...words].map((word) => `'${word}'`).join(" ");
  const { code, stdout, stderr } = await cli.shell(
    "bash",
    `source <(triadctl completion bash)
    complete -p triadctl >/dev/null
    COMP_WORDS=(${quoted}) COMP_CWORD=${words.length}
    _triadctl
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
  assert.equal(code, 0, stderr);
  return stdout.trimEnd().split("\n");
}

it("completes in bash", async () => {
  assert.deepEqual(await offered("conf"), ["config"]);
  assert.deepEqual(await offered("config", "de"), ["delete", "destroy"]);
  assert.deepEqual(await offered("config", "set", "a/b", "--ge"), ["--generate"]);
  assert.deepEqual(await offered("config", "get", "colo"), ["colour/"]);
  assert.deepEqual(await offered("config", "get", "colour/e"), ["colour/evil"]);
  assert.deepEqual(await offered("config", "get", "-o", "y"), ["yaml"]);
  writeFileSync(join(cli.home, "operations.json"), "[]");
  assert.deepEqual(await offered("config", "commit", "oper"), ["operations.json"]);
});

it("completes in bash what it has cut at colons", async () => {
  await run(["storage", "mb", "pictures"]);
  await run(["storage", "cp", "-", "triad://pictures/a:b/c"], { input: "1" });
  const cat = ["storage", "cat", "triad", ":"];
  assert.deepEqual(await offered(...cat, "//pict"), ["//pictures/"]);
  assert.deepEqual(await offered(...cat, "//pictures/a", ":", "b/"), ["b/c"]);
  assert.deepEqual(await offered("storage", "cp", "oper"), ["operations.json"]);
  assert.deepEqual(await offered(...cat, "//pictures/a", "--ge"), ["--generation"]);
});

it("completes recipes in bash behind their quote", async () => {
  // What stands in quotes bash does not cut.
  const quoted = async (word) => {
    const { stdout } = await cli.shell(
      "bash",
      `source <(triadctl completion bash)
      COMP_WORDS=(triadctl transform "$WORD") COMP_CWORD=2
      _triadctl
      printf '%s\\n' "\${COMPREPLY[@]}"`,
      { WORD: word },
    );
    return stdout.trimEnd().split("\n");
  };
  assert.deepEqual(await quoted("'unhex | gunz"), ["unhex | gunzip", "unhex | gunzip |"]);
  assert.deepEqual(await quoted("'gzip(le"), ["gzip(level=", "gzip(level=6"]);
  const word = "hmac(key=hex:00, algorithm=sha25";
  assert.deepEqual(await quoted(`"${word}`), [`${word}6)`, `${word}6,`]);
});

// What zsh would offer, with its own functions that show it.
async function offeredByZsh(...words) {
  const quoted = ["triadctl", ...words].map((word) => `'${word}'`).join(" ");
  const { code, stdout, stderr } = await cli.shell(
    "zsh",
    `compdef() { :; }
    _describe() { print -rl -- "\${(@P)2}"; }
    _files() { print files; }
    source <(triadctl completion zsh)
    words=(${quoted}) CURRENT=${words.length + 1}
    _triadctl`,
  );
  assert.equal(code, 0, stderr);
  return stdout.trimEnd().split("\n");
}

it("completes in zsh, with what each word means", async () => {
  const [removal, destruction] = await offeredByZsh("config", "de");
  assert.equal(removal, "delete:Deletes an entry");
  assert.match(destruction, /^destroy:/);
  assert.match((await offeredByZsh("config", "get", "colour/e"))[0], /^colour\/evil/);
  assert.deepEqual(await offeredByZsh("config", "commit", "oper"), ["files"]);
  assert.deepEqual(await offeredByZsh("transform", "unhex | gunz"), [
    "unhex | gunzip:",
    "unhex | gunzip | :",
  ]);
});
