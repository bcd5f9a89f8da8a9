// deploy/terraform as the checks see it.
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, withoutComments } from "./hcl.mjs";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const terraform = join(root, "deploy/terraform");
export const environments = ["dev", "staging", "production"];

// A folder of .tf files: { name, files: [{ name, path, source, code, body, link }] }.
export function readFolder(path) {
  const names = readdirSync(path).filter((name) => name.endsWith(".tf"));
  const files = names.sort().map((name) => {
    const whole = join(path, name);
    const shown = relative(root, whole);
    const link = lstatSync(whole).isSymbolicLink() ? readlinkSync(whole) : undefined;
    return readSource(shown, readFileSync(whole, "utf8"), link);
  });
  return { name: relative(terraform, path), files };
}

export function readSource(name, source, link) {
  return { name, source, code: withoutComments(source), body: parse(source, name), link };
}

const below = (kind) =>
  readdirSync(join(terraform, kind)).map((name) => readFolder(join(terraform, kind, name)));

export const layers = below("layers");
export const modules = below("modules");
export const folders = [...layers, ...modules];

export function settingsOf(environment) {
  const path = join(terraform, "environments", `${environment}.tfvars`);
  return readSource(relative(root, path), readFileSync(path, "utf8"));
}
