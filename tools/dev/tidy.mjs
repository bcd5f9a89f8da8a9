// Runs clang-tidy on our own sources, on all cores. A file is skipped if neither
// it, nor what it includes of ours, nor the rules have changed since it passed.
//
//   node tools/dev/tidy.mjs BUILD_DIRECTORY CACHE_DIRECTORY
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative, resolve } from "node:path";

const tidy = "clang-tidy-14";
const [build, cache] = process.argv.slice(2).map((path) => resolve(path));
const root = process.cwd();

// Tests are written to be read: a copy, or a string of megabytes, is fine there.
function extraArguments(file) {
  return /_test\.cc$|\/testing\/|^tests\//.test(relative(root, file))
    ? ["--checks=-performance-*,-bugprone-string-constructor"]
    : [];
}

const contents = new Map();
function read(file) {
  if (!contents.has(file)) contents.set(file, existsSync(file) ? readFileSync(file, "utf8") : null);
  return contents.get(file);
}

// Generated headers stand for the .proto they come from.
function sourceOf(include) {
  return include.replace(/(\.grpc)?\.pb\.h$/, ".proto");
}

// Every file of ours that `file` includes, itself included.
function closure(file, seen = new Set()) {
  const text = read(file);
  if (text === null || seen.has(file)) return seen;
  seen.add(file);
  for (const [, include] of text.matchAll(/^\s*(?:#include|import) "([^"]+)"/gm)) {
    for (const base of [root, join(root, "proto")]) closure(join(base, sourceOf(include)), seen);
  }
  return seen;
}

// The same wherever the sources are: a runner of the pipeline has many places.
function keyOf({ file, command }) {
  const hash = createHash("sha256")
    .update(read(join(root, ".clang-tidy")))
    .update(command.replaceAll(root, "."));
  for (const extra of extraArguments(file)) hash.update(extra);
  for (const part of [...closure(file)].sort())
    hash.update(relative(root, part)).update(read(part));
  return hash.digest("hex");
}

function check({ file, key }) {
  return new Promise((done) => {
    execFile(
      tidy,
      ["--quiet", "-p", build, ...extraArguments(file), file],
      { maxBuffer: 1 << 26 },
      (error, stdout, stderr) => {
        if (!error) writeFileSync(join(cache, key), "");
        done(error ? stdout || stderr : null);
      },
    );
  });
}

mkdirSync(cache, { recursive: true });
const sources = JSON.parse(readFileSync(join(build, "compile_commands.json"), "utf8"))
  .filter(({ file }) => !relative(root, file).startsWith("build/"))
  .map((entry) => ({ file: entry.file, key: keyOf(entry) }));
const keys = new Set(sources.map(({ key }) => key));
for (const key of readdirSync(cache)) if (!keys.has(key)) unlinkSync(join(cache, key));

const queue = sources.filter(({ key }) => !existsSync(join(cache, key)));
const total = queue.length;
let failures = 0;
async function work() {
  for (let next = queue.shift(); next; next = queue.shift()) {
    const problem = await check(next);
    if (process.stdout.isTTY)
      process.stdout.write(
        `\r\x1b[K[${total - queue.length}/${total}] ${relative(root, next.file)}`,
      );
    if (!problem) continue;
    failures++;
    console.log(`${process.stdout.isTTY ? "\r\x1b[K" : ""}${problem.trim()}`);
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, work));
if (process.stdout.isTTY) process.stdout.write("\r\x1b[K");
console.log(`clang-tidy: ${sources.length} files, ${total} looked at, ${failures} with findings`);
process.exit(failures ? 1 : 0);
