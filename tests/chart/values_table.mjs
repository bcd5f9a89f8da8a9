// The table of values in the chart's README, from the comments of values.yaml.
//
//   node values_table.mjs --write
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { isMap, parseDocument, stringify } from "yaml";
import { chart } from "./helm.mjs";

const START = "<!-- values: made by tests/chart/values_table.mjs -->\n";
const END = "<!-- end of values -->";

export const readme = resolve(chart, "README.md");

// Rows of what a user sets: { path, value, text }. A map with fixed keys is
// walked; a map of the user's own, like annotations, is one value.
export function rows(yaml) {
  const document = parseDocument(yaml);
  return walk(document.contents, "");
}

function walk(map, prefix) {
  return map.items.flatMap((pair, index) => {
    const path = prefix + pair.key.value;
    // The parser gives the comment of a map's first key to the map.
    const comment = (index === 0 ? map.commentBefore : undefined) ?? pair.key.commentBefore;
    const own = isMap(pair.value) && pair.value.items.length > 0;
    const row = { path, value: own ? undefined : pair.value.toJSON(), text: sentence(comment) };
    if (!own) return [row];
    return [...(row.text ? [row] : []), ...walk(pair.value, `${path}.`)];
  });
}

// A comment as one line: what stands above the key itself, not what a blank line
// sets apart from it.
function sentence(comment) {
  if (!comment) return "";
  return comment
    .split("\n\n")
    .at(-1)
    .split("\n")
    .map((line) => line.trim())
    .join(" ");
}

function cell(value) {
  if (value === undefined) return "";
  const text =
    typeof value === "string" ? value : stringify(value, { collectionStyle: "flow", lineWidth: 0 });
  const line = text.trim();
  if (line.includes("\n")) return "see values.yaml";
  return line === "" ? '`""`' : `\`${line.replaceAll("|", "\\|")}\``;
}

export function table(yaml) {
  const lines = rows(yaml).map(
    ({ path, value, text }) => `| \`${path}\` | ${cell(value)} | ${text.replaceAll("|", "\\|")} |`,
  );
  return ["| value | default | |", "|---|---|---|", ...lines, ""].join("\n");
}

// The README with the table of today.
export function updated(text, yaml) {
  const start = text.indexOf(START) + START.length;
  const end = text.indexOf(END);
  if (start < START.length || end < start) throw new Error(`${readme} has no place for the table`);
  return text.slice(0, start) + table(yaml) + text.slice(end);
}

if (process.argv[2] === "--write") {
  const yaml = readFileSync(resolve(chart, "values.yaml"), "utf8");
  writeFileSync(readme, updated(readFileSync(readme, "utf8"), yaml));
}
