// The application of applications: what it makes is of the right types, resolves to
// files and charts, in an order that works, and nothing in it is open or guessable.
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { describe, test } from "node:test";
import { nameOf } from "../chart/manifests.mjs";
import { typeErrors } from "../chart/types.mjs";
import { cases, refused, set } from "./cases.mjs";
import { environments, factsOf, gitops, parse, read, repository, root, template } from "./root.mjs";

// AWS publishes no types of its own kinds; templates/aws.yaml has the fields.
const UNTYPED = ["IngressClassParams"];

// The chart that brings a kind: its objects come in a later wave.
const BRINGS = {
  "cert-manager.io": "cert-manager",
  "external-secrets.io": "external-secrets",
  "generators.external-secrets.io": "external-secrets",
  "elbv2.k8s.aws": "aws-load-balancer-controller",
};

const BUILT_IN = [
  "",
  "apps",
  "argoproj.io",
  "batch",
  "networking.k8s.io",
  "rbac.authorization.k8s.io",
  "storage.k8s.io",
];
// Auto Mode, and an add-on, bring these with the cluster.
const OF_EKS = ["eks.amazonaws.com", "snapshot.storage.k8s.io"];

function wave({ metadata }) {
  return Number(metadata.annotations?.["argocd.argoproj.io/sync-wave"] ?? 0);
}

function groupOf({ apiVersion }) {
  return apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
}

const charts = (manifests) => manifests.of("Application").filter(({ spec }) => spec.source.chart);

// Every text below a value, with its path.
function texts(value, path = []) {
  if (typeof value === "string") return [[path.join("."), value]];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, one]) => texts(one, [...path, key]));
}

describe("rendered for", () => {
  for (const [name, [environment, args]] of Object.entries(cases)) {
    test(name, async () => {
      const manifests = await root(environment, args);
      for (const object of manifests.objects) {
        if (UNTYPED.includes(object.kind)) continue;
        assert.deepEqual(await typeErrors(object), [], nameOf(object));
      }
    });

    test(`${name}: every application is in a project that lets it`, async () => {
      const manifests = await root(environment, args);
      for (const { metadata, spec } of manifests.of("Application")) {
        const project = manifests.get("AppProject", spec.project).spec;
        assert.ok(project.sourceRepos.includes(spec.source.repoURL), metadata.name);
        const allowed = project.destinations.some(
          ({ server, namespace }) =>
            [server, "*"].includes(spec.destination.server) &&
            namespace === spec.destination.namespace,
        );
        assert.ok(allowed, `${metadata.name} may not be in ${spec.destination.namespace}`);
      }
    });

    test(`${name}: what the root makes itself is in its project`, async () => {
      const manifests = await root(environment, args);
      const { destinations, clusterResourceWhitelist } = manifests.get(
        "AppProject",
        "default",
      ).spec;
      const namespaces = destinations.map(({ namespace }) => namespace);
      for (const object of manifests.objects) {
        if (object.metadata.namespace) {
          assert.ok(namespaces.includes(object.metadata.namespace), nameOf(object));
        } else {
          const listed = clusterResourceWhitelist.some(
            ({ group, kind }) => group === groupOf(object) && kind === object.kind,
          );
          assert.ok(listed, nameOf(object));
        }
      }
    });

    test(`${name}: kinds are there before objects of them`, async () => {
      const manifests = await root(environment, args);
      for (const object of manifests.objects) {
        const group = groupOf(object);
        if (BUILT_IN.includes(group) || OF_EKS.includes(group)) continue;
        const chart = manifests.get("Application", BRINGS[group]);
        assert.ok(wave(object) > wave(chart), `${nameOf(object)} comes with or before its kind`);
        assert.equal(
          object.metadata.annotations["argocd.argoproj.io/sync-options"],
          "SkipDryRunOnMissingResource=true",
          nameOf(object),
        );
      }
    });

    test(`${name}: versions of charts are exact, from places of their own`, async () => {
      for (const { metadata, spec } of charts(await root(environment, args))) {
        const { repoURL, targetRevision } = spec.source;
        assert.match(targetRevision, /^v?\d+\.\d+\.\d+$/, metadata.name);
        assert.match(repoURL, /^https:\/\//, metadata.name);
      }
    });

    test(`${name}: no password, and none that everybody knows`, async () => {
      const manifests = await root(environment, args);
      for (const { metadata, spec } of charts(manifests)) {
        for (const [path, text] of texts(spec.source.helm.valuesObject)) {
          if (!/(password|secret|token)$/i.test(path)) continue;
          const reference = path.endsWith(".existingSecret") || text.startsWith("$__file{");
          assert.ok(reference, `${metadata.name}: ${path} is ${text}`);
        }
      }
      assert.deepEqual(Object.keys(manifests.get("Secret", "in-cluster").stringData), [
        "name",
        "server",
        "config",
      ]);
    });
  }
});

for (const [name, [values, sentence]] of Object.entries(refused)) {
  test(`refused: ${name}`, async () => {
    const { code, stderr } = await template(factsOf("dev"), set(values));
    assert.notEqual(code, 0);
    assert.match(stderr, sentence);
  });
}

test("without facts it says who gives them", async () => {
  const { code, stderr } = await template({}, []);
  assert.notEqual(code, 0);
  assert.match(stderr, /facts\.repository: deploy\/aws says it/);
});

describe("the root", () => {
  test("is made of this folder again, as the application that it makes says", async () => {
    for (const environment of environments) {
      const { source } = (await root(environment)).get("Application", "root").spec;
      assert.equal(resolve(repository, source.path), gitops);
      for (const file of source.helm.valueFiles) {
        assert.ok(existsSync(resolve(gitops, file)), file);
      }
      assert.deepEqual(source.helm.valuesObject.facts, {
        ...factsOf(environment),
        repositoryPath: "triad",
      });
    }
  });

  test("keeps the platform as the repository has it", async () => {
    for (const { metadata, spec } of (await root("production")).of("Application")) {
      assert.deepEqual(spec.syncPolicy.automated, { prune: true, selfHeal: true }, metadata.name);
    }
  });

  test("has values for each chart, and no others", () => {
    const [{ charts }] = parse(read("deploy/gitops/values.yaml"));
    const files = readdirSync(join(gitops, "platform")).filter((name) => name.endsWith(".yaml"));
    assert.deepEqual(
      files.map((name) => basename(name, ".yaml")).sort(),
      Object.keys(charts).sort(),
    );
  });

  test("installs what the environment lacks, and nothing twice", async () => {
    const names = async (environment, args) =>
      charts(await root(environment, args)).map(({ metadata }) => metadata.name);
    const dev = await names("dev");
    assert.ok(!dev.includes("metrics-server"), "EKS has it as an add-on");
    for (const name of ["aws-load-balancer-controller", "cluster-autoscaler"]) {
      assert.ok(dev.includes(name), name);
      assert.ok(!(await names("production")).includes(name), "Auto Mode");
    }
    const [, args] = cases["logs in CloudWatch"];
    const without = await names("staging", args);
    const logs = (await names("staging")).filter((name) => !without.includes(name));
    assert.deepEqual(logs.sort(), ["alloy", "loki"]);
  });
});

// Whoever else runs in the cluster is kept out by these alone.
describe("NetworkPolicies", () => {
  const name = "amazon-vpc-cni";

  test("are enforced with Auto Mode, before Triad comes", async () => {
    const manifests = await root("production");
    const map = manifests.get("ConfigMap", name);
    assert.equal(map.metadata.namespace, "kube-system");
    assert.deepEqual(map.data, { "enable-network-policy-controller": "true" });
    assert.ok(wave(map) < wave(manifests.get("ApplicationSet", "triad")));
  });

  test("are enforced on node groups by the add-on, which has that object itself", async () => {
    const manifests = await root("dev");
    assert.ok(manifests.of("ConfigMap").every(({ metadata }) => metadata.name !== name));
    assert.match(
      read("deploy/terraform/layers/cluster/addons.tf"),
      /configuration_values = each\.value == "vpc-cni" \? jsonencode\(\{ enableNetworkPolicy = "true" \}\)/,
    );
  });
});

test("an environment collects its logs and metrics once", async () => {
  for (const environment of environments) {
    const settings = read(`deploy/terraform/environments/${environment}.tfvars`);
    const insights = /^container_insights *= *true/m.test(settings);
    const loki = (await root(environment))
      .of("Application")
      .some(({ metadata }) => metadata.name === "loki");
    assert.equal(loki, !insights, environment);
  }
});

test("nodes are of the version that the autoscaler is", () => {
  const [, version] = /variable "kubernetes_version"[^}]*default *= "([\d.]+)"/.exec(
    read("deploy/terraform/layers/cluster/cluster.tf"),
  );
  const [, tag] = /tag: v(\d+\.\d+)\./.exec(read("deploy/gitops/platform/cluster-autoscaler.yaml"));
  assert.equal(tag, version);
});

describe("what people see", () => {
  for (const [name, tls] of [
    ["staging", "the load balancer"],
    ["an Ingress controller of its own, with certificates of Let's Encrypt", "cert-manager"],
  ]) {
    test(`is behind TLS by ${tls}, and SSO`, async () => {
      const manifests = await root(...cases[name]);
      const of = (chart) => manifests.get("Application", chart).spec.source.helm.valuesObject;
      const argocd = of("argocd");
      const { grafana } = of("monitoring");
      for (const [host, ingress] of [
        ["argocd.staging.triad.example.com", argocd.server.ingress],
        ["grafana.staging.triad.example.com", grafana.ingress],
      ]) {
        assert.equal(ingress.enabled, true);
        assert.equal(ingress.hostname ?? ingress.hosts[0], host);
        if (tls === "cert-manager") {
          assert.equal(ingress.annotations["cert-manager.io/cluster-issuer"], "letsencrypt");
          assert.ok(ingress.tls === true || ingress.tls[0].hosts[0] === host);
        } else {
          const ports = ingress.annotations["alb.ingress.kubernetes.io/listen-ports"];
          assert.deepEqual(JSON.parse(ports), [{ HTTPS: 443 }]);
        }
      }
      assert.equal(argocd.configs.cm["admin.enabled"], false);
      assert.equal(argocd.configs.rbac["policy.default"], "");
      assert.match(argocd.configs.cm["oidc.config"], /^clientSecret: \$sso:clientSecret$/m);
      assert.match(argocd.configs.rbac["policy.csv"], /^g, example\/operators, role:admin$/m);
      assert.equal(grafana["grafana.ini"].auth.disable_login_form, true);
      assert.equal(grafana["grafana.ini"]["auth.generic_oauth"].role_attribute_strict, true);
    });
  }

  test("Grafana's own administrator has a password that nobody wrote down", async () => {
    const manifests = await root("staging");
    const { admin, ...grafana } = manifests.get("Application", "monitoring").spec.source.helm
      .valuesObject.grafana;
    assert.equal(grafana.adminPassword, undefined);
    const secret = manifests.get("ExternalSecret", admin.existingSecret).spec;
    const keys = Object.keys(secret.target.template.data);
    assert.deepEqual(keys.sort(), [admin.passwordKey, admin.userKey].sort());
    const { generatorRef } = secret.dataFrom[0].sourceRef;
    assert.ok(manifests.get(generatorRef.kind, generatorRef.name).spec.length >= 32);
    assert.equal(secret.refreshInterval, "0", "drawn once");
  });

  test("the load balancer of an environment is one, with its certificate", async () => {
    for (const environment of environments) {
      const manifests = await root(environment);
      const { spec } = manifests.get("IngressClassParams", "alb");
      const { certificateArn, autoMode } = factsOf(environment);
      assert.deepEqual(spec.certificateARNs ?? spec.certificateArn, [certificateArn]);
      assert.equal(spec.group.name, `triad-${environment}`);
      assert.equal(spec.scheme, "internal");
      assert.deepEqual(spec.prefixListsIDs, [factsOf(environment).cloudfrontPrefixList]);
      const { controller, parameters } = manifests.get("IngressClass", "alb").spec;
      assert.equal(controller, autoMode ? "eks.amazonaws.com/alb" : "ingress.k8s.aws/alb");
      assert.equal(
        `${parameters.apiGroup}/`,
        manifests.get("IngressClassParams", "alb").apiVersion.replace(/[^/]*$/, ""),
      );
    }
  });

  test("no Ingress opens the load balancer to others", async () => {
    for (const environment of environments) {
      for (const { spec } of charts(await root(environment))) {
        for (const [path, text] of texts(spec.source.helm.valuesObject)) {
          assert.doesNotMatch(`${path} ${text}`, /inbound-cidrs|internet-facing|\/scheme/);
        }
      }
    }
    assert.doesNotMatch(read("deploy/environments/platform.yaml"), /inbound-cidrs|\/scheme/);
  });

  test("CloudFront finds the load balancer by what its controllers tag it with", async () => {
    const origin = read("deploy/terraform/layers/edge/origin.tf");
    for (const stack of ["ingress.eks.amazonaws.com/stack", "ingress.k8s.aws/stack"]) {
      assert.match(origin, new RegExp(`"${stack.replaceAll(".", "\\.")}" += local\\.prefix`));
    }
  });
});

describe("what Terraform made", () => {
  const terraform = read("deploy/terraform/layers/cluster/pod_identity.tf");

  test("is used by the accounts that Pod Identity knows", async () => {
    const manifests = await root("dev");
    for (const [name, account] of [
      ["external-secrets", "external-secrets"],
      ["aws-load-balancer-controller", "aws-load-balancer-controller"],
      ["cluster-autoscaler", "cluster-autoscaler"],
    ]) {
      const { destination, source } = manifests.get("Application", name).spec;
      const { serviceAccount, rbac } = source.helm.valuesObject;
      assert.equal((serviceAccount ?? rbac.serviceAccount).name, account);
      const line = new RegExp(`namespace = "${destination.namespace}", account = "${account}"`);
      assert.match(terraform, line);
    }
  });

  test("the store is where Terraform put the secrets, for whoever needs them", async () => {
    const manifests = await root("dev");
    const { provider, conditions } = manifests.get("ClusterSecretStore", "triad").spec;
    assert.deepEqual(provider.aws, { service: "SecretsManager", region: "eu-west-1" });
    const namespaces = manifests.of("ExternalSecret").map(({ metadata }) => metadata.namespace);
    for (const namespace of [...namespaces, "triad"]) {
      assert.ok(conditions[0].namespaces.includes(namespace), namespace);
    }
    for (const { spec } of manifests.of("ExternalSecret")) {
      for (const { remoteRef } of spec.data ?? []) assert.match(remoteRef.key, /^triad\/dev\//);
    }
  });
});
