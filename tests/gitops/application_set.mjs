// Argo CD's ApplicationSet controller, as far as deploy/gitops/triad.yaml needs it:
// clusters by label, a file of the repository for each, a template and its patch.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "../chart/manifests.mjs";
import { fillIn, parse, repository } from "./root.mjs";

function selected(secret, { matchExpressions }) {
  return matchExpressions.every(({ key, operator }) => {
    if (operator !== "Exists") throw new Error(`no idea of ${operator}`);
    return key in secret.metadata.labels;
  });
}

// The parameters that the generators give for the clusters that Argo CD knows,
// which are Secrets: an object each.
async function parameters({ generators }, secrets) {
  const [{ matrix }] = generators;
  const [{ clusters }, { git }] = matrix.generators;
  const all = [];
  for (const secret of secrets.filter((one) => selected(one, clusters.selector))) {
    const { labels, annotations } = secret.metadata;
    const { name, server } = secret.stringData;
    const cluster = { name, server, metadata: { labels, annotations } };
    const [{ path }] = parse(await fillIn(stringify(git.files[0]), cluster));
    const [file] = parse(readFileSync(join(repository, path), "utf8"));
    all.push({ ...cluster, ...file });
  }
  return all;
}

function merge(target, patch) {
  for (const [key, value] of Object.entries(patch ?? {})) {
    if (value === null) delete target[key];
    else if (typeof value === "object" && !Array.isArray(value)) {
      target[key] = merge(target[key] ?? {}, value);
    } else target[key] = value;
  }
  return target;
}

// The applications that come of it.
export async function applicationsOf({ spec, metadata }, secrets) {
  const applications = [];
  for (const one of await parameters(spec, secrets)) {
    const [{ template }] = parse(await fillIn(stringify({ template: spec.template }), one));
    const [patch] = parse(await fillIn(spec.templatePatch, one));
    const kind = { apiVersion: "argoproj.io/v1alpha1", kind: "Application" };
    template.metadata.namespace = metadata.namespace;
    applications.push({ ...kind, ...merge(template, patch) });
  }
  return applications;
}
