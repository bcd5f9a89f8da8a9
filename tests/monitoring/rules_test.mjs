// The rules by themselves: Prometheus takes them, each alert is tested both ways and
// has its place in the runbook, and Grafana's files are what the generator writes.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { parse } from "yaml";
import { dashboards } from "../../deploy/monitoring/generator/dashboards.mjs";
import { servers } from "../../tools/suite.mjs";
import { alerts, expectations, monitoring, ruleFiles, ruleTestFiles, runbook } from "./rules.mjs";

const run = promisify(execFile);
const promtool = (...args) => run("promtool", args);

describe("rules", () => {
  it("are rules for Prometheus", () => promtool("check", "rules", ...ruleFiles));

  it("do what their tests expect", () => promtool("test", "rules", ...ruleTestFiles));

  for (const { alert, labels, annotations } of alerts) {
    it(`${alert} is tested both ways`, () => {
      const counts = expectations
        .filter((one) => one.alertname === alert)
        .map((one) => (one.exp_alerts ?? []).length);
      assert.ok(
        counts.some((count) => count > 0),
        "no test in which it fires",
      );
      assert.ok(counts.includes(0), "no test in which it does not fire");
    });

    it(`${alert} says what is wrong, how bad it is, and where to read on`, () => {
      assert.ok(["critical", "warning"].includes(labels.severity), labels.severity);
      assert.match(annotations.summary, /\S/);
      assert.match(annotations.description, /\.$/);
      assert.equal(annotations.runbook_url, `docs/operations.md#${alert.toLowerCase()}`);
    });
  }

  it("each have a section in the runbook, and it has no other", () => {
    const sections = runbook();
    assert.deepEqual([...sections.keys()].sort(), alerts.map((one) => one.alert).sort());
    for (const [name, text] of sections) assert.ok(text.length > 100, `${name} has no advice`);
  });
});

describe("files that Prometheus and Grafana read", () => {
  it("are dashboards as the generator writes them, and no others", () => {
    const expected = dashboards();
    for (const { path, text } of expected) {
      assert.equal(readFileSync(path, "utf8"), text, "node deploy/monitoring/generator/main.mjs");
    }
    assert.equal(readdirSync(join(monitoring, "dashboards")).length, expected.length);
  });

  it("have panels that explain themselves", () => {
    for (const { text } of dashboards()) {
      const { uid, panels, templating } = JSON.parse(text);
      for (const panel of panels.filter((one) => one.type !== "row")) {
        const where = `${uid}: ${panel.title}`;
        assert.match(panel.description, /\.$/, where);
        assert.ok(panel.fieldConfig.defaults.unit, where);
        assert.ok(panel.fieldConfig.defaults.thresholds.steps.length > 0, where);
      }
      for (const variable of templating.list) assert.match(variable.description, /\.$/, uid);
    }
  });

  it("name the suite's parts by job, and their admin ports", async () => {
    await promtool("check", "config", "--syntax-only", join(monitoring, "prometheus.yml"));
    const { scrape_configs: jobs } = parse(
      readFileSync(join(monitoring, "prometheus.yml"), "utf8"),
    );
    assert.deepEqual(
      Object.fromEntries(jobs.map((job) => [job.job_name, job.static_configs[0].targets])),
      Object.fromEntries(servers.map(({ name, admin_port }) => [name, [`${name}:${admin_port}`]])),
    );
  });
});
