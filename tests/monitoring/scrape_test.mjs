// The rules and the dashboards in front of the real suite: a Prometheus with our
// rules watches it, and is asked what every panel and every rule asks.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { dashboards } from "../../deploy/monitoring/generator/dashboards.mjs";
import { names, servers } from "../../tools/suite.mjs";
import { noRecipes } from "../chart/cases.mjs";
import { render, set } from "../chart/helm.mjs";
import { Suite } from "../support/suite.mjs";
import { Prometheus, scrape } from "./prometheus.mjs";
import { namesIn } from "./promql.mjs";
import { alerts, monitoring, recordings } from "./rules.mjs";
import { Traffic } from "./traffic.mjs";

const JOBS = names(servers);

// What is not in a scrape of Triad, and why it may be asked for.
const FROM_ELSEWHERE = {
  certmanager_certificate_expiration_timestamp_seconds: "cert-manager's, in a cluster that has it",
  ALERTS: "Prometheus's own, while an alert is there",
  kube_cronjob_created: "of kube-state-metrics",
  kube_cronjob_status_last_successful_time: "of kube-state-metrics",
  kube_pod_deletion_timestamp: "of kube-state-metrics",
  kube_pod_info: "of kube-state-metrics",
  kube_pod_owner: "of kube-state-metrics",
};
// Sends to nobody: what is dropped on the way is counted.
const REPORTING = {
  TRIAD_OTLP_ENDPOINT: "http://127.0.0.1:1",
  TRIAD_SENTRY_DSN: "http://key@127.0.0.1:1/1",
};
const LABELS_FROM_ELSEWHERE = {
  pod: "of Kubernetes, as namespace",
  node: "of Kubernetes, as namespace",
  namespace: "of Kubernetes; nothing has it outside, and matching `.*` there is right",
};

function variable(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set: run ctest -R monitoring_scrape_test`);
  return value;
}

// Loki is asked too, in a language of its own: tests/gitops/collector_test.mjs.
function ofPrometheus(targets) {
  return targets.filter(({ datasource }) => datasource.type === "prometheus");
}

// Every query of every dashboard, with its variables as Grafana fills them in.
const queries = dashboards()
  .map(({ text }) => JSON.parse(text))
  .flatMap(({ uid, panels }) =>
    panels.flatMap(({ title, targets = [] }) =>
      ofPrometheus(targets).map(({ expr, legendFormat }) => ({
        where: `${uid}: ${title}`,
        expr: expr.replaceAll("$__rate_interval", "10s").replaceAll(/"\$\w+"/g, '".*"'),
        legend: legendFormat,
      })),
    ),
  );

const choices = dashboards()
  .map(({ text }) => JSON.parse(text))
  .flatMap(({ uid, templating }) => templating.list.map((one) => ({ uid, ...one })))
  .filter((one) => one.type === "query");

// What Argo Rollouts asks about new pods: the chart says it. There are no pods here.
const canaries = (
  await render(
    set({
      ...noRecipes,
      "services.gateway.canary.enabled": true,
      "services.transform.canary.enabled": true,
    }),
  )
)
  .of("AnalysisTemplate")
  .flatMap(({ metadata, spec }) =>
    spec.metrics.map(({ name, provider }) => ({
      where: `${metadata.name}: ${name}`,
      expr: provider.prometheus.query.replaceAll(/(namespace=|pod=~)"[^"]*"/g, '$1""'),
    })),
  );

const asked = [
  ...canaries,
  ...queries.map(({ where, expr }) => ({ where, expr })),
  ...alerts.map(({ alert, expr }) => ({ where: alert, expr })),
  ...recordings.map(({ record, expr }) => ({ where: record, expr })),
];

describe("a Prometheus that watches the suite", { timeout: 170_000 }, () => {
  const prometheus = new Prometheus();
  const labelsOf = new Map(); // by metric, of all its series
  let suite;
  let traffic;

  before(async () => {
    const binaries = variable("TRIAD_BIN_DIR");
    suite = new Suite({ binaries, environment: { config: REPORTING } });
    await suite.start();
    traffic = new Traffic(suite.origin);
    const targets = Object.fromEntries(JOBS.map((job) => [job, suite[job].admin]));
    await prometheus.start(join(monitoring, "rules"), targets);
    await prometheus.until(`count(up == 1) == ${JOBS.length}`);
    for (const job of JOBS) {
      await prometheus.until(`namespace_job:triad_requests:rate5m{job="${job}"} > 0`);
      await prometheus.until(`namespace_job:triad_latency:burnrate3d{job="${job}"}`);
    }
    await prometheus.until("count_over_time(triad_data_free_bytes[1m]) > 5");
    for (const series of await prometheus.get("series", { "match[]": '{__name__=~".+"}' })) {
      const { __name__: name, ...labels } = series;
      if (!labelsOf.has(name)) labelsOf.set(name, new Set());
      for (const label of Object.keys(labels)) labelsOf.get(name).add(label);
    }
  });

  after(async () => {
    await traffic?.stop();
    await prometheus.stop();
    await suite?.stop();
  });

  it("is shown traffic that is answered as expected", () => {
    assert.deepEqual(traffic.surprises, []);
  });

  it("finds every target up and every rule in order", async () => {
    assert.equal((await prometheus.series("up == 1")).length, JOBS.length);
    const { groups } = await prometheus.get("rules");
    const rules = groups.flatMap((group) => group.rules);
    assert.equal(rules.length, alerts.length + recordings.length);
    for (const { name, health, lastError } of rules) assert.equal(health, "ok", lastError ?? name);
  });

  it("has every metric and label that a panel or a rule names", () => {
    for (const { where, expr } of asked) {
      for (const { metric, labels, text } of namesIn(expr).selectors) {
        assert.ok(metric, `${where}: ${text} has no name`);
        if (metric in FROM_ELSEWHERE) continue;
        assert.ok(labelsOf.has(metric), `${where}: there is no ${metric}`);
        for (const label of labels) {
          const known = labelsOf.get(metric).has(label) || label in LABELS_FROM_ELSEWHERE;
          assert.ok(known, `${where}: ${metric} has no label ${label}`);
        }
      }
    }
  });

  it("has every label that a panel or a rule groups by, on a metric that it names", () => {
    for (const { where, expr } of asked) {
      const { selectors, groupings } = namesIn(expr);
      if (selectors.every(({ metric }) => metric in FROM_ELSEWHERE)) continue;
      const known = selectors.flatMap(({ metric }) => [...(labelsOf.get(metric) ?? [])]);
      for (const label of groupings) {
        const there = known.includes(label) || label in LABELS_FROM_ELSEWHERE;
        assert.ok(there, `${where}: nothing has a label ${label}`);
      }
    }
  });

  it("has a series for every selector, so that no value is one that never comes", async () => {
    const selectors = asked
      .flatMap(({ where, expr }) => namesIn(expr).selectors.map((one) => ({ where, ...one })))
      .filter(({ metric }) => !(metric in FROM_ELSEWHERE));
    for (const { where, text } of selectors) {
      const found = await prometheus.series(text);
      assert.ok(found.length > 0, `${where}: ${text} matches nothing`);
    }
  });

  for (const { where, expr, legend } of queries) {
    it(`shows ${where}: ${legend}`, async () => {
      const series = await prometheus.series(expr);
      assert.ok(series.length > 0, expr);
      for (const [, label] of legend.matchAll(/\{\{(\w+)\}\}/g)) {
        for (const { metric } of series) assert.ok(label in metric, `no label ${label}: ${expr}`);
      }
    });
  }

  for (const { where, expr } of canaries) {
    // A ratio: nobody has failed at a method that nobody failed at.
    it(`tells Argo Rollouts ${where}`, async () => {
      const series = await prometheus.series(expr);
      assert.ok(series.length <= 1, expr);
      if (series.length === 0) return;
      const value = Number(series[0].value[1]);
      assert.ok(value >= 0 && value <= 1, `${value}: ${expr}`);
    });
  }

  it("can fill every choice of a dashboard", async () => {
    for (const { uid, name, definition } of choices) {
      const [, metric, label] = /^label_values\((\w+), (\w+)\)$/.exec(definition);
      assert.equal(label, name);
      assert.ok(labelsOf.has(metric), `${uid}: there is no ${metric}`);
      if (label in LABELS_FROM_ELSEWHERE) continue;
      assert.ok(labelsOf.get(metric).has(label), `${uid}: ${metric} has no label ${label}`);
    }
  });

  it("finds nothing to alert about", async () => {
    assert.deepEqual(await prometheus.series('ALERTS{alertstate="firing"}'), []);
  });

  // Nobody has changed the key: what tells somebody who does that it is done.
  it("knows that no secret is sealed with an old key", async () => {
    const series = await prometheus.series("triad_config_secrets_sealed_with_old_key");
    assert.deepEqual(
      series.map(({ metric, value: [, count] }) => [metric.job, count]),
      [["config", "0"]],
    );
  });

  it("scrapes metrics that say what they are and in which unit", async () => {
    for (const job of JOBS) {
      const families = [...(await scrape(suite[job].admin)).matchAll(/^# TYPE (\S+) (\S+)$/gm)];
      assert.ok(families.length > 10, job);
      for (const [, name, type] of families) {
        assert.match(name, /^(triad|process)_[a-z_]+$/, job);
        assert.equal(type === "counter", name.endsWith("_total"), `${name} is a ${type}`);
      }
    }
  });

  it("notices at once what is killed", async () => {
    await suite.storage.kill();
    await prometheus.until('ALERTS{alertname="TriadServiceDown", job="storage"}');
    await prometheus.until(`ALERTS{alertname="TriadUpstreamUnreachable",
      target="${suite.storage.address}"}`);
    assert.deepEqual(
      await prometheus.series('ALERTS{alertname=~"Triad.*Down", job!="storage"}'),
      [],
    );
    await suite.storage.start();
    await prometheus.until('absent(ALERTS{alertname="TriadServiceDown"})');
    await prometheus.until('absent(ALERTS{alertname="TriadUpstreamUnreachable"})');
  });
});
