// Which names are near to one that there is not: node near.mjs WORD <NAMES
// Writes at most five, the nearest first, and nothing if none is near.
import { readFileSync } from "node:fs";

const MOST = 5;
const SEPARATOR = "_";

// How many letters have to be put in, taken out or changed.
function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, wanted] of [...other].entries()) {
      next.push(Math.min(row[j + 1] + 1, next[j] + 1, row[j] + (letter === wanted ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1);
}

// "a_b_c" and all that stands together in it: "a", "a_b", "b", …
function parts(name) {
  const words = name.split(SEPARATOR);
  return words.flatMap((_, from) =>
    words.slice(from).map((_, length) => words.slice(from, from + length + 1).join(SEPARATOR)),
  );
}

const [word] = process.argv.slice(2);
const wanted = word.toLowerCase();
// A third of its letters may be wrong.
const most = Math.ceil(wanted.length / 3);
const near = readFileSync(0, "utf8")
  .split("\n")
  .filter(Boolean)
  .map((name) => ({ name, far: Math.min(...parts(name).map((part) => distance(wanted, part))) }))
  .filter(({ far }) => far <= most)
  .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name));
console.log(
  near
    .slice(0, MOST)
    .map(({ name }) => name)
    .join(", "),
);
