// docs/gitops.md and the runbooks say what is there.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { environments, parse, read, repository, root } from "./root.mjs";

const text = read("docs/gitops.md");

test("every file that it names is there", () => {
  const paths = [...text.matchAll(/`((?:deploy|helm|tests)\/[\w./-]+)`/g)]
    .map(([, path]) => path.replace("/NAME.yaml", "/argocd.yaml"))
    .flatMap((path) =>
      path.includes("ENV") ? environments.map((name) => path.replace("ENV", name)) : [path],
    );
  assert.ok(paths.length > 8);
  assert.deepEqual(
    paths.filter((path) => !existsSync(join(repository, path))),
    [],
  );
});

test("every value that it names is one", () => {
  const [values] = parse(read("deploy/gitops/values.yaml"));
  const [chart] = parse(read("helm/triad/values.yaml"));
  const at = (object, path) => path.split(".").reduce((one, name) => one?.[name], object);
  const named = [...text.matchAll(/`((?:sso|logs|ingress|acme|alerts|backup)\.\w+)(?::[^`]*)?`/g)];
  assert.ok(named.length >= 5);
  for (const [, path] of named) assert.notEqual(at(values, path), undefined, path);
  assert.match(text, /`services\.gateway\.canary\.enabled`/);
  assert.equal(chart.common.canary.enabled, false);
});

test("the redirects of single sign-on are those of the hosts that it makes", async () => {
  const manifests = await root("dev");
  const of = (name) => manifests.get("Application", name).spec.source.helm.valuesObject;
  const grafana = of("monitoring").grafana["grafana.ini"].server.root_url;
  assert.equal(of("argocd").configs.cm.url, "https://argocd.dev.triad.example.com");
  assert.match(text, /`https:\/\/argocd\.DOMAIN\/auth\/callback`/);
  assert.equal(grafana, "https://grafana.dev.triad.example.com");
  assert.match(text, /`https:\/\/grafana\.DOMAIN\/login\/generic_oauth`/);
});

test("what the runbooks restart and look at is what the chart makes", () => {
  const runbooks = read("docs/operations.md");
  const [{ services }] = parse(read("helm/triad/values.yaml"));
  const names = [...runbooks.matchAll(/(?:statefulset|deployment|rollout)[/ ]triad-(\w+)/g)];
  assert.ok(names.length >= 4);
  for (const [, name] of names) assert.ok(name in services, name);
  assert.match(runbooks, /externalsecret triad-auth-token/);
});
