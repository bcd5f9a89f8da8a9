// A copy of the tree as git sees it, for what writes into it.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

export function copyOfTheTree() {
  const copy = mkdtempSync(join(tmpdir(), "triad-copy-"));
  const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const paths = execFileSync("git", list, { cwd: root, encoding: "utf8" }).split("\0");
  for (const path of paths.filter(Boolean)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path), { recursive: true, verbatimSymlinks: true });
  }
  const git = (...args) => execFileSync("git", args, { cwd: copy, stdio: "pipe" });
  git("init", "--quiet");
  git("add", "--all");
  return copy;
}
