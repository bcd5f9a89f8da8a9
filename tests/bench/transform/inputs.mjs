// What is transformed: ten million bytes of each kind, the same in every run.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

export const INPUT_BYTES = 10_000_000;

// Numbers from 0 to 2^32 - 1 (xorshift32), so that no run has others.
function numbers(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const WORDS = readWords();

function readWords() {
  const next = numbers(7);
  const letters = "etaoinshrdlucmfwypvbgkjqxz";
  const letter = () => letters[Math.min(next() % 26, next() % 26)];
  const word = () => Array.from({ length: 2 + (next() % 8) }, letter).join("");
  return Array.from({ length: 5000 }, word);
}

function lines(seed, makeLine) {
  const next = numbers(seed);
  const parts = [];
  for (let size = 0; size < INPUT_BYTES; ) {
    const line = `${makeLine(next)}\n`;
    parts.push(line);
    size += line.length;
  }
  return Buffer.from(parts.join(""));
}

// The first of few words is more frequent.
const word = (next) => WORDS[Math.min(next() % WORDS.length, next() % WORDS.length)];

// One of ten lines was there before.
function logLine(next) {
  const id = next() % 10 === 0 ? next() % 100 : next() % 1_000_000;
  return `${id} ${word(next)}@${word(next)} ${word(next)} ${word(next)} ${word(next)}: ${word(next)}`;
}

const record = (next) => [
  next() % 1_000_000,
  word(next),
  `${word(next)}@example.com`,
  next() % 1000,
];

function bytes() {
  const next = numbers(1);
  const words = Uint32Array.from({ length: INPUT_BYTES / 4 }, next);
  return Buffer.from(words.buffer);
}

function json() {
  const next = numbers(3);
  const objects = [];
  for (let size = 0; size < INPUT_BYTES; size += objects.at(-1).length + 1) {
    const [id, name, mail, amount] = record(next);
    const tags = [word(next), word(next)];
    objects.push(
      JSON.stringify({ id, name, mail, amount, active: id % 2 === 0, tags, at: { x: 1 } }),
    );
  }
  return Buffer.from(`[${objects.join(",")}]`);
}

const MAKE = {
  bytes,
  lines: () => lines(2, logLine),
  json,
  csv: () => Buffer.from(`id,name,mail,amount\n${lines(4, (next) => record(next).join(","))}`),
  base64: () => Buffer.from(bytes().toString("base64")),
  hex: () => Buffer.from(bytes().toString("hex").toUpperCase()),
  gzip: () => gzipSync(lines(2, logLine)),
  mixed: () => Buffer.from(gzipSync(lines(2, logLine)).toString("base64")),
  nothing: () => Buffer.alloc(0),
  "nothing of gzip": () => gzipSync(""),
  "nothing of mixed": () => Buffer.from(gzipSync("").toString("base64")),
  "nothing of csv": () => Buffer.from("id,name,mail,amount\n"),
};

// The file of one kind in `directory`.
export function inputFile(directory, kind) {
  const file = join(directory, `transform-${kind}`.replaceAll(" ", "-"));
  if (!existsSync(file)) writeFileSync(file, MAKE[kind]());
  return file;
}

// One of which nothing comes.
export function emptyFile(directory, kind) {
  const name = `nothing of ${kind}`;
  return inputFile(directory, name in MAKE ? name : "nothing");
}

// Of a kind of output, what is the same whoever wrote it.
const NORMAL = {
  same: (file) => readFileSync(file, "latin1").trimEnd(),
  hash: (file) => readFileSync(file, "latin1").split(" ")[0].trim(),
  json: (file) => JSON.stringify(JSON.parse(readFileSync(file, "utf8"))),
  gzip: (file) => execFileSync("gzip", ["-dc", file], { maxBuffer: 2 ** 30, encoding: "latin1" }),
};

export const normalOutput = (file, kind) => NORMAL[kind](file);
