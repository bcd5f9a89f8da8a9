// deploy/ci/publish-site as its job runs it, by AWS's own CLI against the mocked AWS:
// in the role site, with a token in place of a key.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { s3, environment as variables } from "./mock.mjs";
import { root } from "./tree.mjs";

const missing = ["aws", "jq"].find((tool) => spawnSync(tool, ["--version"]).status !== 0);

// A token as GitLab's, signed by nobody.
const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const token = `${part({ alg: "none" })}.${part({ sub: "project_path:example/triad" })}.${part("")}`;

function publish(environment, site) {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, ...others } = variables;
  const { status, stdout, stderr } = spawnSync(
    join(root, "deploy/ci/publish-site"),
    [environment, site],
    {
      cwd: root,
      encoding: "utf8",
      env: { ...others, CI: "true", CI_PIPELINE_ID: "42", TRIAD_AWS_TOKEN: token },
    },
  );
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

// Gives what was shown, or why nothing was.
export function publishes(environment, bucket) {
  if (missing) return `SKIPPED: publishing static files needs ${missing}`;
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
