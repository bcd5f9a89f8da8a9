// Helm, as a function of its arguments.
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { Manifests } from "./manifests.mjs";

export const chart = resolve(import.meta.dirname, "../../helm/triad");
export const RELEASE = "triad";
export const NAMESPACE = "triad-prod";
// The one value without which there is no chart. Any later argument wins over it.
export const REGISTRY = ["--set-json", 'image.registry="registry.example.com"'];

const helm =
  process.env.TRIAD_HELM ?? resolve(import.meta.dirname, "../../.dev/kubernetes/bin/helm");
const AT_A_TIME = 2; // one helm keeps a processor busy
const waiting = [];
let running = 0;

// Runs helm to its end: { code, stdout, stderr }.
export async function run(...args) {
  if (running === AT_A_TIME) await new Promise((go) => waiting.push(go));
  running += 1;
  try {
    return await start(args);
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

function start(args) {
  return new Promise((done, fail) => {
    execFile(helm, args, { maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") fail(error); // there is no helm
      done({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}

const rendered = new Map();

// The manifests that helm makes with these further arguments, such as --set.
// Rendered once for each list of arguments.
export function render(args = []) {
  const key = JSON.stringify(args);
  if (!rendered.has(key)) rendered.set(key, renderOnce(args));
  return rendered.get(key);
}

async function renderOnce(args) {
  const { code, stdout, stderr } = await template(args);
  if (code !== 0) throw new Error(`helm template ${args.join(" ")}: ${stderr}`);
  return Manifests.parse(stdout);
}

export function template(args) {
  return run("template", RELEASE, chart, "--namespace", NAMESPACE, ...REGISTRY, ...args);
}

// The arguments for values files of the chart, by the end of their names.
export function values(...names) {
  return names.flatMap((name) => ["-f", resolve(chart, `values-${name}.yaml`)]);
}

// The arguments that set values, as JSON: { "services.config.replicas": 2 }.
export function set(paths) {
  return Object.entries(paths).flatMap(([path, value]) => [
    "--set-json",
    `${path}=${JSON.stringify(value)}`,
  ]);
}
