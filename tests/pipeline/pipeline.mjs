// The pipeline as gitlab-ci-local understands it, in a repository that has a file
// for each of ours: what rules:changes looks at are names, not contents.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { commit, git, root, run, temporaryDirectory } from "./repository.mjs";

const tool = join(import.meta.dirname, "node_modules/.bin/gitlab-ci-local");

// Environments exist where their addresses are known.
const addresses = {
  TRIAD_DEV_URL: "https://dev.triad.invalid",
  TRIAD_STAGING_URL: "https://staging.triad.invalid",
  TRIAD_PRODUCTION_URL: "https://triad.invalid",
};

export async function repositoryFiles() {
  const list = await git(root, "ls-files", "--cached", "--others", "--exclude-standard");
  return list.split("\n").filter((path) => !path.startsWith("build/"));
}

const isPipeline = (path) => path === ".gitlab-ci.yml" || path.startsWith("deploy/ci/");

export async function pipelineRepository(t) {
  const directory = temporaryDirectory(t);
  await git(directory, "init", "--quiet", "--initial-branch=main");
  for (const path of await repositoryFiles()) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    if (isPipeline(path)) copyFileSync(join(root, path), join(directory, path));
    else writeFileSync(join(directory, path), "");
  }
  await commit(directory, "Begin", {});
  await git(directory, "remote", "add", "origin", "https://gitlab.invalid/group/triad.git");
  await git(directory, "update-ref", "refs/remotes/origin/main", "HEAD");
  await git(directory, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main");
  return directory;
}

async function gitlabCiLocal(cwd, args) {
  const env = { HOME: cwd };
  const { code, stdout, stderr } = await run(tool, args, { cwd, env });
  if (code !== 0) throw new Error(`gitlab-ci-local ${args.join(" ")}: ${stderr}${stdout}`);
  return stdout;
}

// The configuration with includes, inputs, extends and references resolved.
// Its schema is checked on the way.
export async function resolvedPipeline(directory) {
  return parse(await gitlabCiLocal(directory, ["--preview"]), { maxAliasCount: -1 });
}

// A variable that is undefined is one that GitLab does not set for the event.
function variableArguments(variables) {
  const all = Object.entries({ ...addresses, ...variables });
  return all.flatMap(([name, value]) =>
    value === undefined ? ["--unset-variable", name] : ["--variable", `${name}=${value}`],
  );
}

// The jobs of the pipeline that an event makes: name, and when.
export async function listJobs(directory, variables) {
  const names = Object.keys(variables).join(",");
  const args = ["--list-json", "--ignore-predefined-vars", names];
  const output = await gitlabCiLocal(directory, [...args, ...variableArguments(variables)]);
  return JSON.parse(output).filter(({ when }) => when !== "never");
}
