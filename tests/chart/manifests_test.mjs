// The chart, rendered with every values file and every switch: helm's own lint,
// Kubernetes' types, and every check.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { services } from "../../tools/suite.mjs";
import { beside, cases, RUNBOOKS } from "./cases.mjs";
import { checks } from "./checks/all.mjs";
import { deviations, excused } from "./deviations.mjs";
import { chart, NAMESPACE, REGISTRY, RELEASE, render, run, set, values } from "./helm.mjs";
import { nameOf } from "./manifests.mjs";
import { typeErrors } from "./types.mjs";

const monitoring = resolve(chart, "../../deploy/monitoring");

async function wrongTypes(manifests) {
  const found = await Promise.all(
    manifests.objects.map(async (object) =>
      (await typeErrors(object)).map((error) => `${nameOf(object)}: ${error}`),
    ),
  );
  return found.flat();
}

function findings(name, manifests) {
  return checks.flatMap((check) =>
    check
      .find(manifests)
      .filter((finding) => !excused(check.name, name, finding))
      .map(({ object, problem }) => `${check.name}: ${object}: ${problem}`),
  );
}

describe("rendered with", () => {
  for (const [name, args] of Object.entries(cases)) {
    test(name, async () => {
      const manifests = await render(args);
      assert.deepEqual(await wrongTypes(manifests), []);
      assert.deepEqual(findings(name, manifests), []);
    });
  }

  test("every deviation excuses something", () => {
    const unused = deviations.filter(({ used }) => !used).map(({ check }) => check);
    assert.deepEqual(unused, []);
  });
});

describe("helm lint", () => {
  for (const name of [
    "values.yaml",
    "values-dev.yaml",
    "values-staging.yaml",
    "values-production.yaml",
  ]) {
    test(name, async () => {
      const { code, stdout, stderr } = await run(
        "lint",
        "--strict",
        chart,
        "--namespace",
        NAMESPACE,
        ...REGISTRY,
        ...cases[name],
      );
      assert.equal(code, 0, stdout + stderr);
      assert.doesNotMatch(stdout, /\[(WARNING|ERROR)\]/);
    });
  }
});

describe("the notes after an install", () => {
  async function notes(args) {
    const install = ["install", RELEASE, chart, "--dry-run=client", "--namespace", NAMESPACE];
    const { code, stdout, stderr } = await run(...install, ...REGISTRY, ...args);
    assert.equal(code, 0, stderr);
    return stdout.slice(stdout.indexOf("\nNOTES:"));
  }

  test("say how to reach it, to test it, and what to keep safe", async () => {
    const text = await notes([]);
    assert.match(text, /kubectl port-forward service\/triad-frontend 8080:80 -n triad-prod/);
    assert.match(text, /helm test triad -n triad-prod/);
    assert.match(text, /Keep a copy of Secret triad-config-key/);
    assert.match(text, /Whoever reaches the gateway may write/);
  });

  test("name the public address, and warn of what is open", async () => {
    const production = await notes(values("production"));
    assert.match(production, /^ {2}https:\/\/triad\.example\.com$/m);
    assert.doesNotMatch(production, /Keep a copy|Whoever|policies are off/);
    assert.match(await notes(cases["no network policies"]), /every pod in the cluster reaches/);
    const gateway = await notes(set({ "services.frontend.enabled": false }));
    assert.match(gateway, /port-forward service\/triad-gateway/);
  });
});

describe("the manifests", () => {
  function flags(manifests, name, kind = "Deployment") {
    const { args } = manifests.get(kind, `triad-${name}`).spec.template.spec.containers[0];
    return args;
  }

  test("the gateway is told where each service is", async () => {
    const args = flags(await render(cases["one more service"]), "gateway");
    for (const upstream of [
      ...services.map(({ name, service, port }) => `${service}=triad-${name}:${port}`),
      "shop.v1.Orders=triad-orders:4600",
    ]) {
      assert.ok(args.includes(`--upstream=${upstream}`), args.join("\n"));
    }
  });

  test("public hosts are the ones that the gateway accepts, and its own", async () => {
    const args = flags(await render(values("production")), "gateway");
    const allowed = args.find((one) => one.startsWith("--allowed_hosts="));
    for (const host of ["triad.example.com", "triad-gateway", "triad-frontend"]) {
      assert.match(allowed, new RegExp(`[=,]${host}(,|$)`));
    }
    assert.ok(!flags(await render(), "gateway").some((one) => one.startsWith("--allowed_hosts")));
  });

  test("what stands in front of the gateway says who the client is", async () => {
    const believed = async (values) =>
      flags(await render(values), "gateway").find((one) => one.startsWith("--trusted_proxies="));
    // A cluster's blocks are not known, but they are private.
    assert.equal(
      await believed(),
      "--trusted_proxies=10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7",
    );
    assert.equal(
      await believed(set({ trustedProxies: ["10.1.0.0/16"] })),
      "--trusted_proxies=10.1.0.0/16",
    );
    assert.equal(await believed(set({ trustedProxies: [] })), undefined);
  });

  test("further flags come last, whole numbers whole", async () => {
    const args = flags(await render(cases["one more service"]), "orders");
    assert.equal(args.at(-1), "--max_value_bytes=4194304");
  });

  test("long names are cut to what Kubernetes takes", async () => {
    const fullnameOverride = `a${"b".repeat(80)}`;
    const more = { protocol: "grpc", port: 4600, database: "sqlite", replicas: 1 };
    const manifests = await render(set({ fullnameOverride, [`services.${"c".repeat(19)}`]: more }));
    for (const { kind, metadata } of manifests.objects) {
      const longest = kind === "StatefulSet" ? 52 : 63;
      assert.ok(metadata.name.length <= longest, `${kind}/${metadata.name}`);
    }
  });

  test("without a delay nothing waits before it ends", async () => {
    const manifests = await render(set({ "common.drain.delaySeconds": 0 }));
    for (const { container } of manifests.containers) assert.equal(container.lifecycle, undefined);
  });

  test("a service is a StatefulSet only while it keeps data in a volume", async () => {
    const kinds = (manifests) =>
      Object.fromEntries(manifests.workloads.map(({ kind, metadata }) => [metadata.name, kind]));
    assert.deepEqual(kinds(await render()), {
      "triad-config": "StatefulSet",
      "triad-frontend": "Deployment",
      "triad-gateway": "Deployment",
      "triad-storage": "StatefulSet",
      "triad-transform": "StatefulSet",
    });
    const scaledOut = kinds(await render(cases["no volumes"]));
    assert.ok(
      Object.values(scaledOut).every((kind) => kind === "Deployment"),
      scaledOut,
    );
  });

  test("transform keeps recipes in its volume, or is told that it has none", async () => {
    const kept = await render();
    const [container] = kept.get("StatefulSet", "triad-transform").spec.template.spec.containers;
    assert.ok(container.args.includes("--data_dir=/var/lib/triad"));
    assert.ok(!container.args.some((one) => one.startsWith("--database")));
    for (const without of [
      await render(cases["no recipes"]),
      await render(values("staging")),
      await render(values("production")),
    ]) {
      const args = flags(without, "transform");
      assert.ok(args.includes("--database=none"), args.join(" "));
      assert.ok(!args.some((one) => one.startsWith("--data_dir")));
    }
    for (const { name, args } of kept.containers.map(({ container }) => container)) {
      assert.ok(!args?.includes("--database=none"), name);
    }
  });

  test("Argo CD finds secrets first, then services, then what is in front of them", async () => {
    const waves = (await render(cases.everything)).objects.map((object) => [
      object.kind,
      object.metadata.labels?.["app.kubernetes.io/component"],
      Number(object.metadata.annotations?.["argocd.argoproj.io/sync-wave"] ?? 0),
    ]);
    for (const [kind, component, wave] of waves) {
      const inFront = ["gateway", "frontend"].includes(component) && kind === "Deployment";
      const last = [
        "HorizontalPodAutoscaler",
        "ScaledObject",
        "Ingress",
        "HTTPRoute",
        "Certificate",
      ];
      const expected = kind === "ExternalSecret" ? -1 : inFront || last.includes(kind) ? 1 : 0;
      assert.equal(wave, expected, `${kind} ${component}`);
    }
  });

  test("secrets are files, and no variable or flag holds one", async () => {
    const manifests = await render(cases["secrets that exist"]);
    const config = manifests.get("StatefulSet", "triad-config").spec.template.spec;
    const [container] = config.containers;
    assert.ok(container.args.includes("--secret_key_file=/run/secrets/triad/configKey/secret.key"));
    assert.ok(container.args.includes("--auth_token_file=/run/secrets/triad/authToken/token"));
    const env = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
    assert.equal(env.SECRET_KEY_FILE, "/run/secrets/triad/settings/SECRET_KEY");
    for (const [entry, name] of [
      ["configKey", "key"],
      ["authToken", "token"],
      ["settings", "app"],
    ]) {
      const { name: volume } = container.volumeMounts.find(
        ({ mountPath }) => mountPath === `/run/secrets/triad/${entry}`,
      );
      const { secret } = config.volumes.find((one) => one.name === volume);
      assert.deepEqual(secret, { secretName: name, defaultMode: 0o440 });
    }
    assert.deepEqual(manifests.of("Secret"), []);
  });

  test("the generated key is 32 random bytes that nothing overwrites or removes", async () => {
    const secret = (await render()).get("Secret", "triad-config-key");
    const encoded = Buffer.from(secret.data["secret.key"], "base64").toString();
    assert.equal(Buffer.from(encoded, "base64").length, 32);
    assert.equal(secret.immutable, true);
    assert.equal(secret.metadata.annotations["helm.sh/resource-policy"], "keep");
    const again = (await render(["--set", "logLevel=info"])).get("Secret", "triad-config-key");
    assert.notEqual(again.data["secret.key"], secret.data["secret.key"]);
  });

  test("a change of a configuration file rolls the pods, and no others", async () => {
    const annotations = async (args, name) =>
      (await render(args)).get("Deployment", name).spec.template.metadata.annotations;
    const port = cases["another port of the service"];
    assert.notDeepEqual(
      await annotations([], "triad-frontend"),
      await annotations(port, "triad-frontend"),
    );
    assert.equal(await annotations([], "triad-gateway"), undefined);
  });

  test("a new image of one service changes the pods of no other", async () => {
    const pods = async (args) =>
      Object.fromEntries(
        (await render(args)).workloads.map(({ metadata, spec }) => [metadata.name, spec.template]),
      );
    const before = await pods([]);
    const after = await pods(["--set", "services.transform.image.tag=1a2b3c4d"]);
    const changed = Object.keys(before).filter(
      (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
    );
    assert.deepEqual(changed, ["triad-transform"]);
  });

  test("what a pod has beside its service is in that pod, and in no other", async () => {
    const manifests = await render(cases["what a pod has beside its service"]);
    const { spec, metadata } = manifests.get("StatefulSet", "triad-transform").spec.template;
    assert.deepEqual(
      [...spec.initContainers, ...spec.containers].map(({ name }) => name),
      ["mesh", "transform", "tail"],
    );
    assert.equal(spec.containers[1].securityContext.runAsUser, 1000650000);
    const [container] = spec.containers;
    assert.deepEqual(container.env, [{ name: "NODE", ...beside["services.transform.env.NODE"] }]);
    assert.deepEqual(container.envFrom, beside["services.transform.envFrom"]);
    assert.deepEqual(container.volumeMounts.at(-1), { name: "shared", mountPath: "/var/shared" });
    assert.deepEqual(spec.volumes.at(-1), { name: "shared", emptyDir: { sizeLimit: "8Mi" } });
    assert.deepEqual(spec.dnsConfig, { options: [{ name: "ndots", value: "1" }] });
    assert.equal(spec.dnsPolicy, "ClusterFirst");
    assert.equal(spec.priorityClassName, "important");
    assert.equal(metadata.labels.team, "platform");
    const [zones, racks] = spec.topologySpreadConstraints;
    assert.equal(zones.topologyKey, "topology.kubernetes.io/zone");
    assert.equal(racks.topologyKey, "example.com/rack");
    assert.deepEqual(racks.labelSelector, zones.labelSelector);
    assert.ok(spec.affinity.nodeAffinity && spec.affinity.podAntiAffinity);
    const other = (name) => (all) => all.get("StatefulSet", name).spec.template;
    for (const of of [other("triad-config"), other("triad-storage")]) {
      assert.deepEqual(of(manifests), of(await render()));
    }
  });

  test("rules and dashboards are the files of deploy/monitoring", async () => {
    const read = (folder) =>
      readdirSync(resolve(monitoring, folder)).map((file) => [
        file,
        readFileSync(resolve(monitoring, folder, file), "utf8"),
      ]);
    const rules = (await render(cases.rules)).of("PrometheusRule");
    // Links lead somewhere for whoever is woken, who has no checkout at hand.
    const linked = (text) =>
      text.replaceAll("runbook_url: docs/operations.md#", `runbook_url: ${RUNBOOKS}#`);
    assert.deepEqual(
      rules.map(({ spec }) => spec),
      read("rules").map(([, text]) => parse(linked(text))),
    );
    const dashboards = (await render(cases.dashboards))
      .of("ConfigMap")
      .filter(({ metadata }) => metadata.labels.grafana_dashboard === "1");
    assert.deepEqual(
      dashboards.map(({ data }) => data),
      read("dashboards").map((entry) => Object.fromEntries([entry])),
    );
    assert.ok(rules.length > 0 && dashboards.length > 0);
  });

  test("the job of every metric is the service", async () => {
    const manifests = await render(cases["a service monitor"]);
    const [monitor] = manifests.of("ServiceMonitor");
    assert.equal(monitor.spec.jobLabel, "app.kubernetes.io/component");
    const scraped = manifests
      .of("Service")
      .filter(({ metadata }) => metadata.labels["triad/scrape"])
      .map(({ metadata }) => metadata.labels[monitor.spec.jobLabel]);
    assert.deepEqual(scraped.sort(), ["config", "gateway", "storage", "transform"]);
  });

  test("the gateway's paths lead to it, everything else to the page", async () => {
    const manifests = await render(cases.everything);
    const gatewayPaths = ["/api", "/config", "/docs", "/openapi.json"];
    for (const { http } of manifests.of("Ingress")[0].spec.rules) {
      const targets = http.paths.map(({ path, backend }) => [path, backend.service.name]);
      assert.deepEqual(targets, [
        ...gatewayPaths.map((path) => [path, "triad-gateway"]),
        ["/", "triad-frontend"],
      ]);
    }
    const [toGateway, toPage] = manifests.of("HTTPRoute")[0].spec.rules;
    assert.deepEqual(
      toGateway.matches.map(({ path }) => path.value),
      gatewayPaths,
    );
    assert.equal(toGateway.backendRefs[0].name, "triad-gateway");
    assert.deepEqual(
      toPage.matches.map(({ path }) => path.value),
      ["/"],
    );
  });
});
