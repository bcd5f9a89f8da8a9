// Scripts of deploy/ci as their jobs run them against the mocked AWS: in the role for
// it, with a token in place of a key.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endpoint, s3, environment as variables } from "./mock.mjs";
import { root } from "./tree.mjs";

// A token as GitLab's, signed by nobody.
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const token = `${part({ alg: "none" })}.${part({ sub: "project_path:example/triad" })}.${part("")}`;

function job(script, args, more = {}) {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, ...others } = variables;
  const { status, stdout, stderr } = spawnSync(join(root, "deploy/ci", script), args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    env: {
      ...others,
      // Terraform's state asks for its credentials here alone.
      AWS_ENDPOINT_URL_STS: endpoint,
      ...{ CI: "true", CI_PIPELINE_ID: "42", CI_DEFAULT_BRANCH: "main", TRIAD_AWS_TOKEN: token },
      ...more,
    },
  });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

const publish = (environment, site) => job("publish-site", [environment, site]);

// Both give what was shown.
export function plansAndDrift(environment) {
  const main = { CI_COMMIT_BRANCH: "main" };
  assert.match(
    job("infrastructure", ["drift", environment, "network"], main),
    /is as it was planned/,
  );
  for (const branch of [main, {}]) {
    job("infrastructure", ["plan", environment, "network"], branch);
    const report = join(root, "build/aws", environment, "network.report.json");
    const counts = JSON.parse(readFileSync(report, "utf8"));
    assert.deepEqual(counts, { create: 0, update: 0, delete: 0 });
  }
  return "the pipeline's jobs plan and look for drift in their roles, with a token for a key";
}

export function publishes(environment, bucket) {
  const site = mkdtempSync(join(tmpdir(), "triad-site-"));
  try {
    mkdirSync(join(site, "assets"));
    writeFileSync(join(site, "index.html"), "<html>a</html>");
    writeFileSync(join(site, "assets/app-1.js"), "one");
    assert.match(publish(environment, site), /2 files uploaded\nCloudFront asks again for \/\*\n/);
    writeFileSync(join(site, "index.html"), "<html>b</html>");
    const second = publish(environment, site);
    assert.match(second, /1 files uploaded\nCloudFront asks again for \/index\.html \/\n/);
    assert.equal(s3(`/${bucket}/index.html`), "<html>b</html>");
    return "static files are published, and what changed is taken out of CloudFront's caches";
  } finally {
    rmSync(site, { recursive: true });
  }
}
