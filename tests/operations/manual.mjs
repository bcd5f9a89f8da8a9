// docs/operations.md as data: its tables and its commands.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");
const text = readFileSync(join(root, "docs/operations.md"), "utf8");

// The text below a heading such as "## Limits", to the next one of its level.
export function section(heading) {
  const level = heading.split(" ")[0];
  const start = text.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`docs/operations.md has no "${heading}"`);
  const body = text.slice(start + heading.length + 2);
  const end = body.search(new RegExp(`^#{1,${level.length}} `, "m"));
  return end < 0 ? body : body.slice(0, end);
}

// Rows of the tables in a section, each a list of cells without back quotes.
export function tableRows(heading) {
  return section(heading)
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("|---"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
}

// What stands in the fenced blocks of a section: commands ("sh") or output ("").
export function blocks(heading, language) {
  const fence = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "gm");
  return [...section(heading).matchAll(fence)].map(([, block]) => block);
}

// A line of output in which "…" stands for anything, as what it matches.
export function pattern(line) {
  const literal = line.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(literal.replaceAll("…", ".*"));
}

// "ConfigServiceTest.AFullDatabaseIs507AndLosesNothing": tests of GoogleTest.
export function testsNamed(heading) {
  return [...section(heading).matchAll(/`([A-Z]\w+)\.([A-Z]\w+)`/g)].map(([, suite, name]) => ({
    suite,
    name,
  }));
}
