// Temporary git repositories, and the scripts of the pipeline run in them.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

const gitEnvironment = {
  // No configuration of whoever runs this.
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "A",
  GIT_AUTHOR_EMAIL: "a@triad.invalid",
  GIT_COMMITTER_NAME: "A",
  GIT_COMMITTER_EMAIL: "a@triad.invalid",
};

// Resolves whatever the exit code is.
export function run(command, args, { cwd, env = {} }) {
  const options = { cwd, env: { ...process.env, ...gitEnvironment, ...env }, maxBuffer: 1 << 26 };
  return new Promise((done) => {
    execFile(command, args.map(String), options, (error, stdout, stderr) => {
      done({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}

export async function git(cwd, ...args) {
  const { code, stdout, stderr } = await run("git", args, { cwd });
  if (code !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}

export function temporaryDirectory(t) {
  const directory = mkdtempSync(join(tmpdir(), "triad-pipeline-"));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

// Writes files, given as path and content, and commits them.
export async function commit(directory, message, files) {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  await git(directory, "add", "--all");
  await git(directory, "commit", "--quiet", "--message", message);
}
