// docs/adr: every decision is a page of the same form, and in the index.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "docs/adr");
const read = (name) => readFileSync(join(folder, name), "utf8");
const SECTIONS = ["## Context", "## Decision", "## Consequences", "## Alternatives"];
const A_PAGE = 45; // lines

const pages = readdirSync(folder)
  .filter((name) => name !== "README.md")
  .sort()
  .map((name) => ({ name, text: read(name), title: read(name).split("\n")[0] }));

// What stands below a heading.
const section = (text, heading) => text.split(`\n${heading}\n`)[1].split("\n## ")[0].trim();

test("pages are numbered one after the other, and named so", () => {
  assert.ok(pages.length >= 10);
  for (const [i, { name, title }] of pages.entries()) {
    assert.match(name, /^\d{4}-[a-z0-9-]+\.md$/);
    assert.equal(Number(name.slice(0, 4)), i + 1, name);
    assert.ok(title.startsWith(`# ${i + 1}. `), `${name}: ${title}`);
  }
});

test("each is a page long at most, and has the four sections in order", () => {
  for (const { name, text } of pages) {
    assert.ok(text.split("\n").length <= A_PAGE, `${name} is longer than a page`);
    const headings = text.split("\n").filter((line) => line.startsWith("## "));
    assert.deepEqual(headings, SECTIONS, name);
    for (const heading of SECTIONS) assert.ok(section(text, heading), `${name}: ${heading}`);
  }
});

test("each weighs two alternatives at least, and says what follows", () => {
  for (const { name, text } of pages) {
    const rows = section(text, "## Alternatives").match(/^\| [^|]+\S \| [^|]+\S \|$/gm) ?? [];
    assert.ok(rows.length >= 2, `${name} has ${rows.length} alternatives`);
    const points = section(text, "## Consequences").match(/^- /gm) ?? [];
    assert.ok(points.length >= 2, `${name} has ${points.length} consequences`);
  }
});

test("the index has every page by its title, and no other", () => {
  const rows = [...read("README.md").matchAll(/^\| \[(\d+)\]\((.+)\) \| (.+) \|$/gm)];
  assert.deepEqual(
    rows.map(([, number, name, title]) => [name, `# ${number}. ${title}`]),
    pages.map(({ name, title }) => [name, title]),
  );
});

test("what pages link to and name is there", () => {
  for (const { name, text } of [...pages, { name: "README.md", text: read("README.md") }]) {
    for (const [, target] of text.matchAll(/\]\(([^)#…]+)(?:#[\w-]+)?\)/g))
      assert.ok(existsSync(resolve(folder, target)), `${name}: ${target}`);
    const paths = /`((?:deploy|docs|gateway|helm|runtime|services|tests|tools)\/[\w./-]+)`/g;
    for (const [, path] of text.matchAll(paths))
      assert.ok(existsSync(join(root, path.replace("ENV", "dev"))), `${name}: ${path}`);
  }
});
