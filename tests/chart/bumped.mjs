// The pipeline's commit of new images, made by its own script.
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

export const root = resolve(import.meta.dirname, "../..");
export const images = (environment) => `deploy/environments/${environment}/images.yaml`;
const execute = promisify(execFile);

// What the pipeline leaves after it gave the environment these images.
export async function bumped(t, environment, ...tags) {
  const directory = mkdtempSync(join(tmpdir(), "triad-environment-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const run = (command, ...args) => execute(command, args, { cwd: directory });
  mkdirSync(join(directory, "deploy/environments", environment), { recursive: true });
  copyFileSync(join(root, images(environment)), join(directory, images(environment)));
  await run("git", "init", "--quiet", "--initial-branch=main");
  await run("git", "add", "--all");
  const identity = ["-c", "user.name=A", "-c", "user.email=a@triad.invalid"];
  await run("git", ...identity, "commit", "--quiet", "--message=Begin");
  await run("git", "clone", "--quiet", "--bare", ".", "remote.git");
  await run("git", "-C", "remote.git", "config", "receive.advertisePushOptions", "true");
  await run("git", "remote", "add", "origin", join(directory, "remote.git"));
  await run(join(root, "deploy/ci/bump-tags"), environment, ...tags);
  return join(directory, "build/deployed", `${environment}.yaml`);
}
