// Which jobs each event makes: no more, no less.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { stringify } from "yaml";
import { names, otherImages, suite } from "../../tools/suite.mjs";
import { listJobs, pipelineRepository, resolvedPipeline } from "./pipeline.mjs";
import { commit, git } from "./repository.mjs";

const quality = [
  "lint",
  "build",
  "unit",
  "e2e",
  "browser",
  "chart",
  "sanitizers: [asan]",
  "sanitizers: [tsan]",
  "coverage",
  "report",
];
const images = names(suite);
const everyImage = [...images, ...otherImages];
const imageJobs = (names) => names.flatMap((name) => [`image:${name}`, `scan:${name}`]);
const environment = (name) => [`deploy:${name}`, `verify:${name}`];
const environments = ["dev", "staging", "production"].flatMap(environment);

const mergeRequest = {
  CI_PIPELINE_SOURCE: "merge_request_event",
  CI_MERGE_REQUEST_IID: "1",
  CI_COMMIT_BRANCH: undefined,
};
const defaultBranch = { CI_COMMIT_BRANCH: "main" };
const tag = { CI_COMMIT_TAG: "v1.2.0", CI_COMMIT_BRANCH: undefined };
const docs = "docs/operations.md";
const ecr = { TRIAD_IMAGES: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/triad" };
const keep = ["keep:dev", "keep:staging", "keep:production"];

// The layers that a pipeline keeps, and their jobs.
const layers = { TRIAD_AWS_DEV: "network cluster data edge", TRIAD_AWS_STAGING: "network edge" };
const plans = (name, ...list) => list.map((layer) => `plan:${name}:${layer}`);
const applied = (name, ...list) =>
  list.flatMap((layer) => [`plan:${name}:${layer}`, `apply:${name}:${layer}`]);
const isManual = (name) => /^(apply|destroy):|^deploy:production$/.test(name);

// An event, the file that it changes, and the jobs.
const events = [
  ["a merge request that changes a document", mergeRequest, docs, quality],
  [
    "a merge request that changes storage",
    mergeRequest,
    "services/storage/main.cc",
    [...quality, ...imageJobs(["storage"])],
  ],
  ["a push to the default branch that changes a document", defaultBranch, docs, quality],
  [
    "a push to the default branch that changes config",
    defaultBranch,
    "services/config/main.cc",
    [...quality, ...imageJobs(["config"]), ...environments],
  ],
  [
    "one that changes the page",
    defaultBranch,
    "frontend/src/main.tsx",
    [...quality, ...imageJobs(["frontend"]), ...environments],
  ],
  [
    "one that changes the gateway",
    defaultBranch,
    "gateway/main.cc",
    [...quality, ...imageJobs(["gateway", "standalone-gateway"]), ...environments],
  ],
  [
    "one that changes the command line",
    defaultBranch,
    "cli/main.cc",
    [...quality, ...imageJobs(["gateway"]), ...environments],
  ],
  [
    "one that changes what all share",
    defaultBranch,
    "runtime/base/clock.h",
    [...quality, ...imageJobs(everyImage), ...environments],
  ],
  [
    "one that changes config, whose images are in ECR",
    { ...defaultBranch, ...ecr },
    "services/config/main.cc",
    [...quality, ...imageJobs(["config"]), ...environments, ...keep],
  ],
  [
    "one that changes the chart",
    defaultBranch,
    "helm/triad/values.yaml",
    [...quality, ...environments],
  ],
  [
    "one where production has no address",
    { ...defaultBranch, TRIAD_PRODUCTION_URL: undefined },
    "services/config/main.cc",
    [...quality, ...imageJobs(["config"]), ...environment("dev"), ...environment("staging")],
  ],
  [
    "one where runners reach the clusters of dev and production",
    { ...defaultBranch, TRIAD_DEV_RUNNER: "in-dev", TRIAD_PRODUCTION_RUNNER: "in-production" },
    "services/config/main.cc",
    [...quality, ...imageJobs(["config"]), ...environments, "policies:dev", "policies:production"],
  ],
  [
    "a pipeline that is started by hand",
    { ...defaultBranch, CI_PIPELINE_SOURCE: "web" },
    docs,
    [...quality, ...imageJobs(everyImage), ...environments],
  ],
  ["a push to another branch", { CI_COMMIT_BRANCH: "topic" }, "services/config/main.cc", quality],
  [
    "one where a runner may start an engine",
    { ...defaultBranch, TRIAD_ENGINE_RUNNER: "privileged" },
    docs,
    [...quality, "containers"],
  ],
  [
    "one where an environment keeps reports",
    { ...defaultBranch, TRIAD_REPORTS: "dev" },
    docs,
    [...quality, "publish-report"],
  ],
  [
    "a push to another branch, where an environment keeps reports",
    { CI_COMMIT_BRANCH: "topic", TRIAD_REPORTS: "dev" },
    docs,
    quality,
  ],
  ["a tag", tag, docs, [...quality, ...imageJobs(everyImage), "release"]],
  [
    "the night",
    { ...defaultBranch, CI_PIPELINE_SOURCE: "schedule" },
    "services/config/main.cc",
    ["fuzz", ...images.map((image) => `rescan: [${image}]`)],
  ],
  [
    "the night, where a runner may start an engine",
    {
      ...defaultBranch,
      CI_PIPELINE_SOURCE: "schedule",
      TRIAD_ENGINE_RUNNER: "privileged",
    },
    docs,
    ["fuzz", "power", "soak", ...images.map((image) => `rescan: [${image}]`)],
  ],
  [
    "a merge request that changes a layer",
    { ...mergeRequest, ...layers },
    "deploy/terraform/layers/network/vpc.tf",
    [
      ...quality,
      "validate",
      ...plans("dev", "network", "cluster", "data"),
      ...plans("staging", "network"),
    ],
  ],
  [
    "a merge request that changes a layer that nobody keeps",
    mergeRequest,
    "deploy/terraform/layers/network/vpc.tf",
    [...quality, "validate"],
  ],
  [
    "a push to the default branch that changes an environment's variables",
    { ...defaultBranch, ...layers },
    "deploy/terraform/environments/staging.tfvars",
    [...quality, "validate", ...applied("staging", "network", "edge")],
  ],
  [
    "one that changes a module",
    { ...defaultBranch, ...layers },
    "deploy/terraform/modules/key/main.tf",
    [
      ...quality,
      "validate",
      ...applied("dev", "network", "cluster", "data", "edge"),
      ...applied("staging", "network", "edge"),
    ],
  ],
  ["one that changes a document, with layers kept", { ...defaultBranch, ...layers }, docs, quality],
  [
    "one that changes the page, with static files at the edge",
    { ...defaultBranch, ...layers },
    "frontend/src/main.tsx",
    [...quality, ...imageJobs(["frontend"]), ...environments, "site:dev", "site:staging"],
  ],
  [
    "a revert of an environment's tags",
    { ...defaultBranch, ...layers },
    "deploy/environments/dev/images.yaml",
    [...quality, "site:dev"],
  ],
  [
    "a revert of an environment's tags, whose images are in ECR",
    { ...defaultBranch, ...ecr },
    "deploy/environments/dev/images.yaml",
    [...quality, "keep:dev"],
  ],
  [
    "one that takes the infrastructure down, started by hand",
    { ...defaultBranch, ...layers, CI_PIPELINE_SOURCE: "web", TRIAD_DESTROY: "dev" },
    docs,
    ["network", "cluster", "data", "edge"].map((layer) => `destroy:dev:${layer}`),
  ],
  [
    "the night, with layers kept",
    { ...defaultBranch, ...layers, CI_PIPELINE_SOURCE: "schedule" },
    docs,
    ["fuzz", ...images.map((image) => `rescan: [${image}]`), "drift:dev", "drift:staging"],
  ],
];

let directory;
before(async (t) => {
  directory = await pipelineRepository(t);
});

for (const [name, variables, path, expected] of events) {
  test(`the jobs of ${name}`, async () => {
    await git(directory, "reset", "--quiet", "--hard", "origin/main");
    await commit(directory, "Change", { [path]: "changed\n" });
    const jobs = await listJobs(directory, variables);
    assert.deepEqual(jobs.map((job) => job.name).sort(), [...expected].sort());
    const manual = jobs.filter((job) => job.when === "manual").map((job) => job.name);
    assert.deepEqual(manual.sort(), expected.filter(isManual).sort());
  });
}

// gitlab-ci-local does not look at workflow:rules, so a job with the same rules
// stands for the pipeline.
const pipelines = [
  ["a merge request", mergeRequest, true],
  ["the default branch", defaultBranch, true],
  ["another branch", { CI_COMMIT_BRANCH: "topic" }, true],
  [
    "another branch with an open merge request, which has a pipeline of its own",
    { CI_COMMIT_BRANCH: "topic", CI_OPEN_MERGE_REQUESTS: "group/triad!1" },
    false,
  ],
  ["a version's tag", tag, true],
  ["another tag", { ...tag, CI_COMMIT_TAG: "before-the-move" }, false],
  ["the night", { ...defaultBranch, CI_PIPELINE_SOURCE: "schedule" }, true],
];

test("each change has one pipeline", async (t) => {
  const { workflow } = await resolvedPipeline(directory);
  const rules = workflow.rules.map(({ auto_cancel, ...rule }) => rule);
  const probe = await pipelineRepository(t);
  const pipeline = { pipeline: { script: ["true"], rules } };
  writeFileSync(join(probe, ".gitlab-ci.yml"), stringify(pipeline));
  for (const [name, variables, expected] of pipelines) {
    const jobs = await listJobs(probe, variables);
    assert.equal(jobs.length, expected ? 1 : 0, name);
  }
});

test("a push to the default branch cancels nothing", async () => {
  const { workflow } = await resolvedPipeline(directory);
  const rule = workflow.rules.find((one) => one.if.endsWith("== $CI_DEFAULT_BRANCH"));
  assert.deepEqual(rule.auto_cancel, { on_new_commit: "none" });
});
