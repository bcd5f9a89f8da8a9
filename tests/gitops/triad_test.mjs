// Triad as Argo CD deploys it: the ApplicationSet for each environment, the chart
// with its values, and what a commit of the pipeline changes.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { bumped, images } from "../chart/bumped.mjs";
import { checks } from "../chart/checks/all.mjs";
import { excused } from "../chart/deviations.mjs";
import { nameOf } from "../chart/manifests.mjs";
import { typeErrors } from "../chart/types.mjs";
import { applicationsOf } from "./application_set.mjs";
import { environments, factsOf, read, repository, root } from "./root.mjs";
import { application, render, valueFiles } from "./triad.mjs";

const AUTOMATED = { dev: true, staging: true, production: false };

// A checkout's values files, with another environment's images.yaml in it.
function checkout(t, environment, file) {
  const directory = mkdtempSync(join(tmpdir(), "triad-checkout-"));
  t.after(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, "helm"));
  cpSync(join(repository, "helm/triad"), join(directory, "helm/triad"), { recursive: true });
  cpSync(join(repository, "deploy/environments"), join(directory, "deploy/environments"), {
    recursive: true,
  });
  cpSync(file, join(directory, images(environment)));
  return directory;
}

function different(before, after) {
  const text = (manifests) =>
    new Map(manifests.objects.map((object) => [nameOf(object), JSON.stringify(object)]));
  const [old, now] = [text(before), text(after)];
  assert.deepEqual([...old.keys()].sort(), [...now.keys()].sort());
  return [...old.keys()].filter((name) => old.get(name) !== now.get(name));
}

for (const environment of environments) {
  describe(environment, () => {
    test("is one application, of the right type, in its project", async () => {
      const one = await application(environment);
      assert.deepEqual(await typeErrors(one), []);
      assert.equal(one.metadata.name, `triad-${environment}`);
      const project = (await root(environment)).get("AppProject", one.spec.project).spec;
      assert.deepEqual(project.sourceRepos, [one.spec.source.repoURL]);
      assert.deepEqual(project.destinations, [
        { server: "*", namespace: one.spec.destination.namespace },
      ]);
    });

    test("is made of files that are there, the images last", async () => {
      const one = await application(environment);
      assert.ok(existsSync(resolve(repository, one.spec.source.path, "Chart.yaml")));
      const files = valueFiles(one);
      for (const file of files) assert.ok(existsSync(file), file);
      assert.equal(files.at(-1), join(repository, images(environment)));
      // Whatever it is made of makes it anew.
      const paths =
        one.metadata.annotations["argocd.argoproj.io/manifest-generate-paths"].split(";");
      for (const file of [...files, join(repository, "deploy/monitoring/rules")]) {
        const seen = paths.some((path) => file.startsWith(join(repository, path)));
        assert.ok(seen, `${file} is not in manifest-generate-paths`);
      }
    });

    test(`is ${AUTOMATED[environment] ? "automated, and heals itself" : "synced by hand"}`, async () => {
      const { automated } = (await application(environment)).spec.syncPolicy;
      const expected = AUTOMATED[environment] ? { prune: true, selfHeal: true } : undefined;
      assert.deepEqual(automated, expected);
    });

    test("renders what the chart's own tests let pass", async () => {
      const manifests = await render(await application(environment));
      for (const object of manifests.objects) {
        assert.deepEqual(await typeErrors(object), [], nameOf(object));
      }
      const open = checks.flatMap((check) =>
        check
          .find(manifests)
          .filter((finding) => !excused(check.name, environment, finding))
          .map(({ object, problem }) => `${check.name}: ${object}: ${problem}`),
      );
      assert.deepEqual(open, []);
    });

    test("has kinds that its project allows, and no others of the cluster", async () => {
      const project = (await root(environment)).get("AppProject", "triad").spec;
      const listed = (list, { apiVersion, kind }) =>
        list.some(
          (one) =>
            one.kind === kind &&
            one.group === (apiVersion.includes("/") ? apiVersion.split("/")[0] : ""),
        );
      for (const object of (await render(await application(environment))).objects) {
        if (object.metadata.annotations?.["helm.sh/hook"] === "test") continue;
        const { namespaceResourceWhitelist, clusterResourceWhitelist } = project;
        const list = object.metadata.namespace
          ? namespaceResourceWhitelist
          : clusterResourceWhitelist;
        assert.ok(listed(list, object), nameOf(object));
      }
    });

    test("has images of the environment's registry, and its host", async () => {
      const manifests = await render(await application(environment));
      const { registry, domain, frontCidrs } = factsOf(environment);
      for (const { container } of manifests.containers) {
        assert.match(container.image, new RegExp(`^${registry}/triad/[a-z]+:`));
        assert.equal(container.imagePullPolicy, "Always");
      }
      const [ingress] = manifests.of("Ingress");
      assert.equal(ingress.spec.ingressClassName, "alb");
      assert.deepEqual(
        ingress.spec.rules.map(({ host }) => host),
        [domain],
      );
      const [dns] = manifests.get("NetworkPolicy", "triad-config").spec.egress;
      assert.deepEqual(
        dns.ports.map(({ port }) => port),
        [53, 53],
      );
      // With Auto Mode DNS is no pod.
      assert.equal(dns.to === undefined, factsOf(environment).autoMode);
      for (const name of ["triad-gateway", "triad-frontend"]) {
        const [{ from }] = manifests.get("NetworkPolicy", name).spec.ingress;
        const cidrs = from.flatMap(({ ipBlock }) => ipBlock?.cidr ?? []);
        assert.deepEqual(cidrs, frontCidrs);
      }
    });

    test("has its secrets from the store, as Terraform named them", async () => {
      const manifests = await render(await application(environment));
      assert.deepEqual(manifests.of("Secret"), []);
      const terraform = read("deploy/terraform/layers/data/secrets.tf");
      const secrets = manifests.of("ExternalSecret");
      assert.equal(secrets.length, 3);
      for (const { spec } of secrets) {
        assert.deepEqual(spec.secretStoreRef, { kind: "ClusterSecretStore", name: "triad" });
        for (const { remoteRef } of spec.data) {
          const name = new RegExp(`^triad/${environment}/(.*)$`).exec(remoteRef.key)[1];
          assert.match(terraform, new RegExp(`^ {4}${name} = `, "m"));
          assert.match(terraform, new RegExp(`"?${remoteRef.property.replace(".", "\\.")}"? += `));
        }
      }
    });

    test("storage's account is the one that may use the bucket", async () => {
      const one = await application(environment);
      const { namespace, release } = factsOf(environment);
      assert.equal(one.spec.destination.namespace, namespace);
      const accounts = (await render(one))
        .of("ServiceAccount")
        .map(({ metadata }) => metadata.name);
      assert.ok(accounts.includes(`${release}-storage`));
      const storage = (await render(one)).get("StatefulSet", `${release}-storage`);
      const { args } = storage.spec.template.spec.containers[0];
      const bucket = `triad-${environment}-uploads-123456789012`;
      assert.ok(args.includes(`--blobs=s3://${bucket}/objects`), args.join("\n"));
      assert.ok(args.includes("--s3_region=eu-west-1"));
      const [claim] = storage.spec.volumeClaimTemplates;
      assert.equal(claim.spec.resources.requests.storage, "10Gi", "for rows alone");
      assert.match(
        read("deploy/terraform/layers/cluster/pod_identity.tf"),
        /namespace = var\.namespace, account = "\$\{var\.release\}-storage"/,
      );
    });

    test("a new tag of a service changes that one, and the revert changes it back", async (t) => {
      const one = await application(environment);
      const before = await render(one);
      for (const [service, kind] of [
        ["transform", environment === "dev" ? "StatefulSet" : "Deployment"],
        ["config", "StatefulSet"],
      ]) {
        const file = await bumped(t, environment, `${service}=1a2b3c4d`);
        const after = await render(one, checkout(t, environment, file));
        assert.deepEqual(different(before, after), [`${kind}/triad-${service}`]);
        const [container] = after.get(kind, `triad-${service}`).spec.template.spec.containers;
        assert.match(container.image, /:1a2b3c4d$/);
      }
      const reverted = checkout(t, environment, join(repository, images(environment)));
      assert.deepEqual(different(before, await render(one, reverted)), []);
    });

    // The pods of `helm test` run the gateway's image; Argo CD leaves them out.
    test("a new tag of the gateway changes the gateway", async (t) => {
      const one = await application(environment);
      const file = await bumped(t, environment, "gateway=1a2b3c4d");
      const after = await render(one, checkout(t, environment, file));
      const names = different(await render(one), after);
      const deployed = names.filter((name) => !name.startsWith("Pod/triad-test-"));
      assert.deepEqual(deployed, ["Deployment/triad-gateway"]);
    });
  });
}

test("several clusters of one Argo CD get their environment each, others nothing", async () => {
  const secrets = await Promise.all(
    environments.map(async (environment) => {
      const secret = structuredClone((await root(environment)).get("Secret", "in-cluster"));
      Object.assign(secret.stringData, { name: environment, server: `https://${environment}` });
      return secret;
    }),
  );
  const stranger = structuredClone(secrets[0]);
  delete stranger.metadata.labels.environment;
  const set = (await root("dev")).get("ApplicationSet", "triad");
  const applications = await applicationsOf(set, [...secrets, stranger]);
  assert.deepEqual(
    applications.map(({ metadata, spec }) => [metadata.name, spec.destination.server]),
    environments.map((environment) => [`triad-${environment}`, `https://${environment}`]),
  );
});

test("whoever deletes the ApplicationSet deletes no data", async () => {
  const { syncPolicy } = (await root("production")).get("ApplicationSet", "triad").spec;
  assert.equal(syncPolicy.preserveResourcesOnDeletion, true);
  const { finalizers } = (await application("production")).metadata;
  assert.equal(finalizers, undefined);
});

test("every parameter of the template is one that a cluster has", async () => {
  const set = read("deploy/gitops/triad.yaml");
  const { annotations } = (await root("dev")).get("Secret", "in-cluster").metadata;
  const used = [...set.matchAll(/\.metadata\.annotations\.(\w+)/g)].map(([, name]) => name);
  assert.ok(used.length > 5);
  for (const name of used) assert.ok(name in annotations, name);
  assert.match(set, /goTemplateOptions: \[missingkey=error\]/);
});
