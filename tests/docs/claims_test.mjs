// Every command block of README and docs is run by a test, or says why not; and what
// it asks of ./dev, ./dev takes.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { blocks, blocksIn, pages, place, root } from "./blocks.mjs";
import { blocksOf, runners, runnersOf } from "./claims.mjs";

test("a block has one runner, or a reason", () => {
  assert.ok(blocks.length > 40);
  for (const block of blocks) {
    const found = block.reason === undefined ? runnersOf(block) : [block.reason];
    assert.equal(
      found.length,
      1,
      `${place(block)}: ${found.join(", ") || "nobody runs it"}\n${block.text}`,
    );
  }
  for (const name of Object.keys(runners)) assert.ok(blocksOf(name).length > 0, name);
});

test("a block that nobody runs is seen, and a reason counts right above it alone", () => {
  const [one, other] = blocksIn(
    "x.md",
    "```sh\nnew-tool\n```\n\n<!-- not run: it is not here -->\n```console\n$ a\nb\n```\n",
  );
  assert.deepEqual(runnersOf(one), []);
  assert.deepEqual(
    [other.reason, other.commands],
    ["it is not here", [{ command: "a", output: ["b"] }]],
  );
  const [apart] = blocksIn("x.md", "<!-- not run: too far -->\n\n```sh\na\n```\n");
  assert.equal(apart.reason, undefined);
});

// "./dev up --port N" of blocks and of running text, as [verb, ...flags].
function usesOfDev(text) {
  const uses = [...text.matchAll(/\.\/dev ([a-z]+)((?:[ \n][^\s`;&|()#,]+)*)/g)];
  return uses.map(([, verb, rest]) => [verb, ...(rest.match(/--[a-z][a-z-]*/g) ?? [])]);
}

test("./dev takes the commands and the flags that pages give it", () => {
  const help = execFileSync("./dev", ["help"], { cwd: root, encoding: "utf8" });
  const verbs = new Map();
  let verb;
  for (const line of help.split("\n")) {
    verb = /^ {2}\.\/dev ([a-z]+)/.exec(line)?.[1] ?? verb;
    if (verb)
      verbs.set(verb, new Set([...(verbs.get(verb) ?? []), ...(line.match(/--[a-z-]+/g) ?? [])]));
  }
  let seen = 0;
  for (const page of pages) {
    for (const [used, ...flags] of usesOfDev(readFileSync(join(root, page), "utf8"))) {
      seen += 1;
      assert.ok(verbs.has(used), `${page}: ./dev ${used}`);
      for (const flag of flags)
        assert.ok(verbs.get(used).has(flag), `${page}: ./dev ${used} ${flag}`);
    }
  }
  assert.ok(seen > 50);
});

test("README's figures are those that ./dev tells", () => {
  const figures = readFileSync(join(root, "tools/dev/figures.sh"), "utf8");
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const of = (name) => new RegExp(`\\b${name}='?([^' \n]+(?: to [^' \n]+)?)'?`).exec(figures)[1];
  for (const text of [
    `\`./dev up\` takes ${of("up_minutes")} minutes`,
    `first \`./dev test\` takes ${of("test_minutes")} minutes`,
    `${of("up_gigabytes")} GB of disk`,
    `${of("up_memory_gigabytes")} GB of memory`,
  ])
    assert.ok(readme.replaceAll("\n", " ").includes(text), text);
});
