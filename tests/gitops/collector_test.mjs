// The collector of logs: its parts fit together, it reads what Triad writes, and
// what it makes of it is what Loki and the dashboards are asked for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dashboards } from "../../deploy/monitoring/generator/dashboards.mjs";
import { read, root } from "./root.mjs";

const config = read("deploy/gitops/platform/collector.alloy")
  .replace(/\/\/.*$/gm, "")
  // Not the slashes of an address.
  .replace(/^\s*url = "http:$/m, "");
const blocks = [...config.matchAll(/^([a-z_.]+) "(\w+)" \{/gm)].map(
  ([, component, label]) => `${component}.${label}`,
);

function valuesIn(stage) {
  const text = new RegExp(
    `stage\\.${stage} \\{\\s*(?:values|expressions)\\s*= [{[]([^}\\]]*)[}\\]]`,
  );
  return [...text.exec(config)[1].matchAll(/"?(\w+)"?/g)].map(([, name]) => name);
}

test("every part that another names is there, and each is named but the last", () => {
  const named = [
    ...config.matchAll(/\b((?:discovery|local|loki)\.[a-z_]+\.\w+)\.(?:output|receiver|targets)/g),
  ];
  for (const [, part] of named) {
    // local.file_match.pods has .targets, discovery.kubernetes.pods too.
    assert.ok(blocks.includes(part), `there is no ${part}`);
  }
  const first = "loki.source.file.pods";
  const used = new Set(named.map(([, part]) => part));
  assert.deepEqual(
    blocks.filter((block) => !used.has(block) && block !== first),
    [],
  );
});

test("braces and brackets close", () => {
  const open = [];
  const pairs = { "}": "{", "]": "[", ")": "(" };
  for (const [char] of config.replace(/"[^"\n]*"/g, '""').matchAll(/[{}[\]()]/g)) {
    if (char in pairs) assert.equal(open.pop(), pairs[char]);
    else open.push(char);
  }
  assert.deepEqual(open, []);
});

test("Alloy is given it whole, on every node, and takes it as it is", async () => {
  const { alloy, controller } = (await root("dev")).get("Application", "alloy").spec.source.helm
    .valuesObject;
  const lines = (text) => text.split("\n").map((line) => line.trim());
  assert.deepEqual(
    lines(alloy.configMap.content.trim()),
    lines(read("deploy/gitops/platform/collector.alloy").trim()),
  );
  // The chart expands templates in it.
  assert.doesNotMatch(alloy.configMap.content, /\{\{/);
  assert.equal(controller.type, "daemonset");
  assert.deepEqual(controller.tolerations, [{ operator: "Exists" }]);
  assert.equal(alloy.mounts.varlog, true);
});

test("it reads fields that Triad's lines have", () => {
  const log = read("runtime/telemetry/logs/log.cc");
  const trace = ["level", "request_id", "trace_id"];
  assert.deepEqual(
    valuesIn("json").filter((name) => name !== ""),
    trace,
  );
  assert.match(log, /\\"level\\"|"level"/);
});

test("labels are few, and what differs in each line is none", () => {
  assert.deepEqual(valuesIn("labels"), ["level"]);
  assert.deepEqual(valuesIn("structured_metadata"), ["pod", "request_id", "trace_id"]);
  assert.ok(valuesIn("label_drop").includes("pod"));
});

test("it writes to the Loki that Grafana reads", async () => {
  const manifests = await root("dev");
  const { grafana } = manifests.get("Application", "monitoring").spec.source.helm.valuesObject;
  const [source] = grafana.additionalDataSources;
  const { destination, source: loki } = manifests.get("Application", "loki").spec;
  assert.equal(source.url, `http://${loki.helm.releaseName}.${destination.namespace}.svc:3100`);
  const { alloy } = manifests.get("Application", "alloy").spec.source.helm.valuesObject;
  assert.ok(alloy.configMap.content.includes(`"${source.url}/loki/api/v1/push"`));
});

test("log panels of the dashboards ask for labels that it gives", () => {
  const targets = dashboards()
    .flatMap(({ text }) => JSON.parse(text).panels)
    .flatMap(({ targets = [] }) => targets)
    .filter(({ datasource }) => datasource.type === "loki");
  assert.ok(targets.length >= 3);
  const given = ["namespace", "job", "container", "level"];
  for (const { expr } of targets) {
    const [, selector] = /\{([^}]*)\}/.exec(expr);
    for (const [, label] of selector.matchAll(/(\w+)\s*(?:=~|!~|=|!=)/g)) {
      assert.ok(given.includes(label), `${expr}: the collector gives no label ${label}`);
    }
  }
});
