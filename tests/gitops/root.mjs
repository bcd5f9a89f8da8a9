// deploy/gitops as Argo CD sees it: rendered by helm for an environment.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { run } from "../chart/helm.mjs";
import { Manifests } from "../chart/manifests.mjs";

export const repository = resolve(import.meta.dirname, "../..");
export const gitops = join(repository, "deploy/gitops");
export const environments = ["dev", "staging", "production"];

export function read(path) {
  return readFileSync(join(repository, path), "utf8");
}

export function parse(text) {
  return Manifests.parse(text).objects;
}

// What deploy/aws says of a cluster.
export function factsOf(environment) {
  return {
    environment,
    repository: "https://gitlab.com/example/triad.git",
    revision: "main",
    domain: `${environment}.triad.example.com`,
    region: "eu-west-1",
    cluster: `triad-${environment}`,
    vpcId: "vpc-0123456789abcdef0",
    autoMode: environment === "production",
    certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1a2b",
    frontCidrs: ["10.10.144.0/22", "10.10.148.0/22", "10.10.152.0/22"],
    cloudfrontPrefixList: "pl-0123456789abcdef0",
    registry: "123456789012.dkr.ecr.eu-west-1.amazonaws.com",
    uploadsBucket: `triad-${environment}-uploads-123456789012`,
    namespace: "triad",
    release: "triad",
  };
}

export function valuesOf(environment) {
  return ["-f", join(repository, `deploy/environments/${environment}/gitops.yaml`)];
}

const rendered = new Map();

// What the root makes in an environment, with further arguments for helm.
export async function root(environment, args = []) {
  const key = JSON.stringify([environment, args]);
  if (!rendered.has(key)) rendered.set(key, await renderRoot(factsOf(environment), args));
  return rendered.get(key);
}

export async function template(facts, args) {
  const set = Object.entries(facts).flatMap(([name, value]) => [
    "--set-json",
    `facts.${name}=${JSON.stringify(value)}`,
  ]);
  const values = facts.environment ? valuesOf(facts.environment) : [];
  return run("template", "root", gitops, "--namespace", "argocd", ...values, ...set, ...args);
}

async function renderRoot(facts, args) {
  const { code, stdout, stderr } = await template(facts, args);
  if (code !== 0) throw new Error(stderr);
  return Manifests.parse(stdout);
}

// Texts with Go's braces, filled in by Go: helm has Argo CD's functions. `values`
// are what a dot is in them.
export async function fillIn(text, values) {
  const chart = mkdtempSync(join(tmpdir(), "triad-template-"));
  try {
    mkdirSync(join(chart, "templates"));
    writeFileSync(join(chart, "Chart.yaml"), "apiVersion: v2\nname: text\nversion: 0.1.0\n");
    writeFileSync(join(chart, "values.yaml"), JSON.stringify(values));
    // A definition of its own, so that $ is what it is in Argo CD.
    const body = `{{ define "text" }}${text}{{ end }}{{ include "text" .Values }}`;
    writeFileSync(join(chart, "templates/text.yaml"), body);
    const { code, stdout, stderr } = await run("template", "text", chart);
    if (code !== 0) throw new Error(`${stderr}\n${text}`);
    return stdout;
  } finally {
    rmSync(chart, { recursive: true });
  }
}
