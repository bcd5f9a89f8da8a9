// The chart with the gateway alone: what is there of Triad, and what the gateway is told.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { names, suite } from "../../tools/suite.mjs";
import { alone, cases, RUNBOOKS } from "./cases.mjs";
import { render, set } from "./helm.mjs";
import { nameOf } from "./manifests.mjs";

const others = names(suite).filter((name) => name !== "gateway");
const podOf = (manifests) => manifests.get("Deployment", "triad-gateway").spec.template.spec;
const rulesOf = (manifests) =>
  manifests
    .of("PrometheusRule")
    .flatMap(({ spec }) => spec.groups)
    .flatMap(({ rules }) => rules);

describe("the gateway alone", () => {
  test("is all that there is of Triad", async () => {
    const manifests = await render(cases["the gateway alone, with everything around it"]);
    assert.deepEqual(manifests.workloads.map(nameOf), ["Deployment/triad-gateway"]);
    assert.deepEqual(manifests.of("Secret", "ExternalSecret").map(nameOf), []);
    assert.deepEqual(manifests.of("Pod").map(nameOf), ["Pod/triad-test-health"]);
    for (const object of manifests.objects) {
      const component = object.metadata.labels["app.kubernetes.io/component"];
      assert.ok([undefined, "gateway", "test"].includes(component), nameOf(object));
    }
    const { image } = podOf(manifests).containers[0];
    assert.match(image, /^registry\.example\.com\/triad\/standalone-gateway:/);
  });

  test("has alerts of its own, and none about what does not run", async () => {
    const rules = rulesOf(await render(cases["the gateway alone, with everything around it"]));
    const alerts = rules.map(({ alert }) => alert);
    assert.ok(alerts.includes("TriadUpstreamUnreachable"));
    assert.ok(!alerts.some((name) => /^Triad(Disk|Database|Snapshot|PodStuck)/.test(name)));
    const missing = rules.find(({ alert }) => alert === "TriadServiceMissing");
    assert.equal(missing.expr.trim(), 'absent(up{job="gateway"})');
  });

  test("answers every path, and is told of the services", async () => {
    const manifests = await render(cases["the gateway alone, with everything around it"]);
    const [{ http }] = manifests.get("Ingress", "triad").spec.rules;
    assert.deepEqual(
      http.paths.map(({ path, backend }) => [path, backend.service.name]),
      [["/", "triad-gateway"]],
    );
    const { args } = podOf(manifests).containers[0];
    for (const flag of [
      "--descriptor_set=/etc/triad/descriptors/shop.pb",
      "--upstream=acme.notes.v1.Notes=notes.shop:9090",
      "--upstream=acme.notes.v1.Search=search.shop:9091",
      "--http_rules=/etc/more/http_rules.yaml",
      "--unannotated_methods=true",
    ])
      assert.ok(args.includes(flag), `${flag}\n${args.join("\n")}`);
    assert.ok(!args.some((one) => one.startsWith("--upstream=triad.")), args.join("\n"));
  });

  test("sees its descriptors as a directory, so that it sees them change", async () => {
    const volumeOf = (spec) => {
      const mount = spec.containers[0].volumeMounts.find(({ name }) => name === "descriptors");
      assert.deepEqual([mount.mountPath, mount.subPath], ["/etc/triad/descriptors", undefined]);
      const { name, ...source } = spec.volumes.find((one) => one.name === mount.name);
      return source;
    };
    assert.deepEqual(volumeOf(podOf(await render(cases["the gateway alone"]))), {
      configMap: { name: "notes-protos" },
    });
    const all = await render(cases["the gateway alone, with everything around it"]);
    assert.deepEqual(volumeOf(podOf(all)), {
      secret: { secretName: "protos", defaultMode: 0o440 },
    });
  });

  test("has its rules in a ConfigMap, as they were given", async () => {
    const braces = { http: { rules: [{ selector: "a.B.C", get: "/{{x}}" }] } };
    const { data } = (await render(set({ ...alone, "standalone.httpRules": braces }))).get(
      "ConfigMap",
      "triad-gateway",
    );
    assert.match(data["http_rules.yaml"], /get: \/\{\{x\}\}$/m);
    const all = await render(cases["the gateway alone, with everything around it"]);
    const files = all.get("ConfigMap", "triad-gateway").data;
    assert.deepEqual(Object.keys(files), ["a.txt", "http_rules.yaml"]);
    assert.match(files["http_rules.yaml"], /get: \/v1\/\{name=notes\/\*\}/);
  });

  test("has no set of descriptors where it asks the servers for them", async () => {
    const manifests = await render(
      set({
        ...alone,
        "standalone.descriptorSet": {},
        "services.gateway.args": { reflection: true },
      }),
    );
    const { args } = podOf(manifests).containers[0];
    assert.ok(!args.some((one) => one.startsWith("--descriptor_set")), args.join("\n"));
    assert.equal(args.at(-1), "--reflection=true");
  });

  test("stands in front of what else `services` has", async () => {
    const manifests = await render([...set(alone), ...cases["one more service"]]);
    const components = manifests.workloads.map(({ metadata }) => metadata.name);
    assert.deepEqual(components.sort(), ["triad-gateway", "triad-orders"]);
    const { args } = podOf(manifests).containers[0];
    assert.ok(args.includes("--upstream=shop.v1.Orders=triad-orders:4600"));
  });
});

test("nobody waits for the metrics of a service that was switched off", async () => {
  const manifests = await render(
    set({
      "services.transform.enabled": false,
      "monitoring.prometheusRule": { enabled: true, runbooks: RUNBOOKS },
    }),
  );
  const missing = rulesOf(manifests).find(({ alert }) => alert === "TriadServiceMissing");
  for (const name of others.filter((one) => !["frontend", "transform"].includes(one)))
    assert.ok(missing.expr.includes(`absent(up{job="${name}"})`), missing.expr);
  assert.ok(!missing.expr.includes("transform"), missing.expr);
});
