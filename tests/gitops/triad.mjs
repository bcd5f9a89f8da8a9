// Triad as Argo CD renders it from an application.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { run } from "../chart/helm.mjs";
import { Manifests } from "../chart/manifests.mjs";
import { applicationsOf } from "./application_set.mjs";
import { repository, root } from "./root.mjs";

// The one application of Triad in an environment.
export async function application(environment) {
  const manifests = await root(environment);
  const secrets = manifests
    .of("Secret")
    .filter(({ metadata }) => metadata.labels["argocd.argoproj.io/secret-type"] === "cluster");
  const [one, ...more] = await applicationsOf(manifests.get("ApplicationSet", "triad"), secrets);
  if (more.length > 0) throw new Error(`${environment} has several`);
  return one;
}

// The files that it names, in a checkout.
export function valueFiles({ spec: { source } }, checkout = repository) {
  return source.helm.valueFiles.map((file) => resolve(checkout, source.path, file));
}

// Its values files are those of `checkout`; the chart is this one.
export async function render(one, checkout = repository) {
  const { source, destination } = one.spec;
  const files = valueFiles(one, checkout);
  const missing = files.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`there is no ${missing}`);
  const directory = mkdtempSync(join(tmpdir(), "triad-values-"));
  try {
    const last = join(directory, "values.yaml");
    writeFileSync(last, source.helm.values);
    const { code, stdout, stderr } = await run(
      "template",
      source.helm.releaseName,
      resolve(repository, source.path),
      "--namespace",
      destination.namespace,
      ...[...files, last].flatMap((file) => ["-f", file]),
    );
    if (code !== 0) throw new Error(stderr);
    return Manifests.parse(stdout);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
