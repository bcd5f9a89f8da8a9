// What stands before the gateway passes on by path, each in its own language.
// The gateway's own table and the annotations of its services meet in the OpenAPI
// document; every copy of them is held to it here.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");
const document = JSON.parse(readFileSync(process.env.TRIAD_OPENAPI, "utf8"));
const read = (file) => readFileSync(join(root, file), "utf8");
const quoted = (text) => [...text.matchAll(/"(\/[^"]*)"/g)].map((match) => match[1]);

// Paths of services yet to come, which the proxies know already.
const reserved = ["/docs"];

// Prefixes that a file passes on to the gateway.
const lists = {
  "helm/triad/templates/_names.tpl": (text) =>
    quoted(/define "triad\.gatewayPaths" -}}[^]*?(\["\/api.*\])/.exec(text)[1]),
  "deploy/terraform/layers/ecs/services.tf": (text) =>
    quoted(/paths +=( \["\/api.*\])/.exec(text)[1]),
  "deploy/terraform/layers/edge/cdn.tf": (text) => quoted(/from_gateway += (\[.*\])/.exec(text)[1]),
  "frontend/vite.config.ts": (text) =>
    quoted(/fromEntries\(\s*(\[[^\]]*\])\.map\(\(path/.exec(text)[1]),
  "frontend/nginx/nginx.conf": (text) =>
    /location ~ \^\/\(([^)]*)\)\(\/\|\$\)/
      .exec(text)[1]
      .split("|")
      .map((name) => `/${name.replaceAll("\\", "")}`),
};

const covers = (prefix, path) => path === prefix || path.startsWith(`${prefix}/`);

for (const [file, find] of Object.entries(lists)) {
  test(`${file} passes on what the gateway answers, and nothing else`, () => {
    const prefixes = find(read(file)).map((prefix) => prefix.replace(/\/\*$/, ""));
    const paths = Object.keys(document.paths);
    const missing = paths.filter((path) => !prefixes.some((prefix) => covers(prefix, path)));
    assert.deepEqual(missing, []);
    const idle = prefixes.filter(
      (prefix) => !reserved.includes(prefix) && !paths.some((path) => covers(prefix, path)),
    );
    assert.deepEqual(idle, []);
  });
}

const pathOf = (operationId) =>
  Object.keys(document.paths).find((path) => document.paths[path].get?.operationId === operationId);

// Where the health endpoint is asked for, or left out of a count.
for (const file of [
  "deploy/ci/verify",
  "deploy/gitops/platform/monitoring.yaml",
  "deploy/monitoring/dashboards/triad-overview.json",
  "deploy/monitoring/generator/overview.mjs",
  "deploy/monitoring/rules/requests.yaml",
  "frontend/src/features/health/health.ts",
  "helm/triad/templates/_canary.tpl",
  "helm/triad/templates/tests/roundtrips.yaml",
  "tools/dev/target.sh",
]) {
  test(`${file} calls the health endpoint as the gateway does`, () => {
    const named = [...read(file).matchAll(/\/[\w./]*health\b(?!\/|\.ts)/g)].map(([path]) => path);
    const asked = named.filter(
      (path) => path.startsWith("/api/") || path === pathOf("Gateway_Health"),
    );
    assert.ok(asked.length > 0, "no longer names it: take the file out of this test");
    assert.deepEqual([...new Set(asked)], [pathOf("Gateway_Health")]);
  });
}

test("the page links to the documents that there are", () => {
  const page = read("frontend/src/app/Overview.tsx");
  assert.ok(page.includes(`href="${pathOf("Gateway_OpenApi")}"`));
  assert.ok(page.includes(`href="${pathOf("Gateway_Health")}?verbose"`));
});
