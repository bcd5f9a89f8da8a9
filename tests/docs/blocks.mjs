// The command blocks of README and docs: fenced blocks of the languages sh (lines to
// run) and console (lines after "$ " to run, and what they write).
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");
const COMMANDS = ["sh", "console"];
const PROMPT = "$ ";

export const pages = [
  "README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
  "helm/triad/README.md",
];

// "$ a", "b", "$ c" as [{ command: "a", output: ["b"] }, { command: "c", output: [] }].
function commandsOf(language, lines) {
  if (language === "sh") return [{ command: lines.join("\n"), output: [] }];
  const commands = [];
  for (const line of lines) {
    if (line.startsWith(PROMPT)) commands.push({ command: line.slice(PROMPT.length), output: [] });
    else commands.at(-1).output.push(line);
  }
  for (const { output } of commands) while (output.at(-1) === "") output.pop();
  return commands;
}

// Blocks of a page, in order: { page, line, language, text, commands, reason }. The
// reason is that of a comment right above, <!-- not run: REASON -->, if there is one.
export function blocksIn(page, text = readFileSync(join(root, page), "utf8")) {
  const fence = /^(?:<!-- not run: (.+) -->\n)?```(\w*)\n([\s\S]*?)^```$/gm;
  return [...text.matchAll(fence)]
    .filter(([, , language]) => COMMANDS.includes(language))
    .map(({ index, 1: reason, 2: language, 3: body }) => ({
      page,
      line: text.slice(0, index).split("\n").length,
      language,
      text: body,
      commands: commandsOf(language, body.trimEnd().split("\n")),
      reason,
    }));
}

export const blocks = pages.flatMap((page) => blocksIn(page));

export const place = ({ page, line }) => `${page}:${line}`;
