// The rule files, their tests and the runbook, as data.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";

export const root = resolve(import.meta.dirname, "../..");
export const monitoring = join(root, "deploy/monitoring");

function filesIn(directory) {
  return readdirSync(directory).map((name) => join(directory, name));
}

export const ruleFiles = filesIn(join(monitoring, "rules"));
export const ruleTestFiles = filesIn(join(monitoring, "rules_test"));

const readYaml = (path) => parse(readFileSync(path, "utf8"));

const rules = ruleFiles.flatMap((path) => readYaml(path).groups).flatMap((group) => group.rules);
export const alerts = rules.filter((rule) => rule.alert);
export const recordings = rules.filter((rule) => rule.record);

// Every expectation of an alert in the unit tests of the rules.
export const expectations = ruleTestFiles
  .flatMap((path) => readYaml(path).tests)
  .flatMap((one) => one.alert_rule_test ?? []);

// The names below "## Runbook" in docs/operations.md that have a section there, as
// "### TriadServiceDown", with the text of each.
export function runbook() {
  const text = readFileSync(join(root, "docs/operations.md"), "utf8");
  const chapter = text.split(/^## /m).find((one) => one.startsWith("Runbook\n")) ?? "";
  const sections = chapter.split(/^### /m).slice(1);
  return new Map(
    sections.map((one) => {
      const [name, ...lines] = one.split("\n");
      return [name.trim(), lines.join("\n").trim()];
    }),
  );
}
