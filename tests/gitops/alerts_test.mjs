// Who is told of alerts: Alertmanager's own amtool takes the configuration that the
// platform gives, says where each alert goes, and shows what is sent.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { cases, set } from "./cases.mjs";
import { root } from "./root.mjs";
import * as triad from "./triad.mjs";

const EVERYBODY = {
  "alerts.slack.channel": "#alerts",
  "alerts.email": {
    to: "operators@example.com",
    from: "triad@example.com",
    smarthost: "smtp.example.com:587",
    username: "triad",
  },
  "alerts.pagerduty.enabled": true,
  "alerts.webhook.enabled": true,
};
const FILES = "/etc/alertmanager/secrets/alerts";

async function alertmanagerOf(environment, values = {}) {
  const manifests = await root(environment, set(values));
  return manifests.get("Application", "monitoring").spec.source.helm.valuesObject.alertmanager;
}

function namesOf({ receivers }, name) {
  const { name: _, ...kinds } = receivers.find((one) => one.name === name);
  return Object.keys(kinds)
    .map((kind) => kind.replace("_configs", ""))
    .sort();
}

// The configuration as a file of a folder that goes with the test, its secrets beside
// it. Debian's Alertmanager reads every address from a file but a webhook's.
function written(t, config, secrets = {}) {
  const directory = mkdtempSync(join(tmpdir(), "triad-alerts-"));
  t.after(() => rmSync(directory, { recursive: true }));
  for (const name of ["slackUrl", "smtpPassword", "pagerdutyKey", "webhookUrl"]) {
    writeFileSync(join(directory, name), secrets[name] ?? "https://hooks.example.com/services/x");
  }
  const text = JSON.stringify(config)
    .replaceAll(
      `"url_file":"${FILES}/webhookUrl"`,
      `"url":${JSON.stringify(secrets.webhookUrl ?? "https://hooks.example.com/")}`,
    )
    .replaceAll(FILES, directory);
  const file = join(directory, "alertmanager.yml");
  writeFileSync(file, text);
  return { file, directory };
}

function amtool(...args) {
  const { status, stdout, stderr, error } = spawnSync("amtool", args, { encoding: "utf8" });
  if (error) throw new Error(`amtool: ${error.message} (./dev test fetches it)`);
  return { status, output: status === 0 ? stdout : stdout + stderr };
}

describe("Alertmanager", () => {
  for (const [name, [environment, args]] of Object.entries({
    ...cases,
    everybody: ["production", set(EVERYBODY)],
  })) {
    test(`takes the configuration: ${name}`, async (t) => {
      const { config } = (await root(environment, args)).get("Application", "monitoring").spec
        .source.helm.valuesObject.alertmanager;
      const { status, output } = amtool("check-config", written(t, config).file);
      assert.equal(status, 0, output);
    });
  }

  test("sends what is critical to whom it wakes, the rest to others, signals to nobody", async (t) => {
    const { file } = written(t, (await alertmanagerOf("production", EVERYBODY)).config);
    const receiver = (...labels) =>
      amtool("config", "routes", "test", `--config.file=${file}`, ...labels).output.trim();
    assert.equal(receiver("alertname=TriadServiceDown", "severity=critical"), "on-call");
    assert.equal(receiver("alertname=TriadDiskFillsUp", "severity=warning"), "operators");
    assert.equal(receiver("alertname=Watchdog", "severity=none"), "nobody");
  });
});

describe("who is told", () => {
  const critical = ["email", "pagerduty", "slack", "webhook"];
  for (const [name, values, onCall, operators] of [
    ["everybody", EVERYBODY, critical, ["email", "slack", "webhook"]],
    ["Slack", { "alerts.slack.channel": "#a" }, ["slack"], ["slack"]],
    ["a webhook", { "alerts.webhook.enabled": true }, ["webhook"], ["webhook"]],
    // Nobody else is there to be told of a warning.
    ["PagerDuty", { "alerts.pagerduty.enabled": true }, ["pagerduty"], ["pagerduty"]],
    ["nobody, outside production", {}, [], []],
  ]) {
    test(name, async () => {
      const { config } = await alertmanagerOf("dev", values);
      assert.deepEqual(namesOf(config, "on-call"), onCall);
      assert.deepEqual(namesOf(config, "operators"), operators);
      assert.deepEqual(namesOf(config, "nobody"), []);
    });
  }

  test("in production is somebody, as its file says", async () => {
    const { config } = await alertmanagerOf("production");
    assert.ok(namesOf(config, "operators").length > 0);
    assert.ok(namesOf(config, "on-call").length > 0);
  });

  test("secrets are mounted from the store, those that are needed and no others", async () => {
    for (const [values, keys] of [
      [EVERYBODY, ["slackUrl", "smtpPassword", "pagerdutyKey", "webhookUrl"]],
      [{ "alerts.webhook.enabled": true }, ["webhookUrl"]],
    ]) {
      const manifests = await root("staging", set(values));
      const { spec } = manifests.get("ExternalSecret", "alerts");
      assert.deepEqual(
        spec.data.map(({ secretKey, remoteRef }) => [secretKey, remoteRef.key, remoteRef.property]),
        keys.map((key) => [key, "triad/staging/alerts", key]),
      );
      const { config, alertmanagerSpec } = await alertmanagerOf("staging", values);
      assert.deepEqual(alertmanagerSpec.secrets, [spec.target.name]);
      const read = JSON.stringify(config).match(new RegExp(`${FILES}/\\w+`, "g"));
      assert.deepEqual([...new Set(read)].sort(), keys.map((key) => `${FILES}/${key}`).sort());
    }
    const silent = await root("dev");
    assert.ok(!silent.of("ExternalSecret").some(({ metadata }) => metadata.name === "alerts"));
  });
});

test("the link of every alert is absolute, to this repository or where a value says", async () => {
  const linksIn = async (runbooks) => {
    const one = await triad.application("production");
    if (runbooks)
      one.spec.source.helm.values += `\nmonitoring: {prometheusRule: {runbooks: ${runbooks}}}`;
    return JSON.stringify((await triad.render(one)).of("PrometheusRule")).match(
      /(?<="runbook_url":")[^"]*/g,
    );
  };
  const links = await linksIn();
  assert.ok(links.length > 20);
  const base = "https://gitlab.com/example/triad/-/blob/main/docs/operations.md#";
  for (const link of links) assert.ok(link.startsWith(base), link);
  const said = await root("dev", set({ "alerts.runbooks": "https://wiki.example.com/triad" }));
  const { annotations } = said.get("Secret", "in-cluster").metadata;
  assert.equal(annotations.runbooks, "https://wiki.example.com/triad");
});

test("what is sent says what is wrong, and leads to the runbook", async (t) => {
  const { config } = await alertmanagerOf("dev", EVERYBODY);
  const rules = (await triad.render(await triad.application("dev"))).of("PrometheusRule");
  const { alert, labels, annotations } = rules
    .flatMap(({ spec }) => spec.groups.flatMap((group) => group.rules))
    .find((rule) => rule.alert === "TriadServiceDown");
  const { directory, file } = written(t, config);
  const data = join(directory, "data.json");
  const all = { alertname: alert, namespace: "triad", ...labels };
  const one = { status: "firing", labels: all, annotations };
  writeFileSync(data, JSON.stringify({ status: "firing", alerts: [one], commonLabels: all }));
  const shown = (text) =>
    amtool(
      ...["template", "render", `--template.glob=${file}`],
      ...[`--template.text=${text}`, `--template.data=${data}`],
    ).output.trim();
  const [slack] = config.receivers.find(({ name }) => name === "on-call").slack_configs;
  assert.equal(shown(slack.title), "[FIRING] TriadServiceDown triad");
  const { summary, description, runbook_url: link } = annotations;
  assert.equal(shown(slack.text), `${summary}: ${description} <${link}|runbook>`);
  const [page] = config.receivers.find(({ name }) => name === "on-call").pagerduty_configs;
  assert.equal(shown(page.severity), "critical");
  assert.equal(shown(page.links[0].href), link);
});
