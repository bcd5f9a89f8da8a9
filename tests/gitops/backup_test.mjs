// Snapshots of the volumes: of every volume that Triad has, of the right kind, by an
// account that may do that and nothing else.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { nameOf } from "../chart/manifests.mjs";
import { typeErrors } from "../chart/types.mjs";
import { set } from "./cases.mjs";
import { environments, factsOf, parse, read, root } from "./root.mjs";
import * as triad from "./triad.mjs";

const TAKEN = "triad-snapshot";

// By slot: the VolumeSnapshots that it takes.
async function snapshots(environment) {
  const { data } = (await root(environment)).get("ConfigMap", TAKEN);
  return Object.fromEntries(
    Object.entries(data).map(([file, text]) => [file.replace(".yaml", ""), parse(text)]),
  );
}

// Claims of the StatefulSets, as Kubernetes names them.
async function claims(environment) {
  const manifests = await triad.render(await triad.application(environment));
  return manifests
    .of("StatefulSet")
    .flatMap(({ metadata, spec }) =>
      spec.volumeClaimTemplates.map((claim) => `${claim.metadata.name}-${metadata.name}-0`),
    );
}

const stepsOf = ({ spec }) => {
  const pod = spec.jobTemplate.spec.template.spec;
  return [...pod.initContainers, ...pod.containers];
};

for (const environment of environments) {
  describe(environment, () => {
    test("every volume is in every snapshot, and is of the CRD's type", async () => {
      const volumes = (await claims(environment)).sort();
      assert.equal(volumes.length, environment === "dev" ? 3 : 2);
      const slots = Object.entries(await snapshots(environment));
      assert.equal(slots.length, 8);
      for (const [slot, taken] of slots) {
        const sources = taken.map(({ spec }) => spec.source.persistentVolumeClaimName);
        assert.deepEqual(sources.sort(), volumes, slot);
        for (const one of taken) {
          assert.deepEqual(await typeErrors(one), [], nameOf(one));
          const { volumeSnapshotClassName: name } = one.spec;
          const found = (await root(environment)).get("VolumeSnapshotClass", name);
          const disks = (await root(environment)).get("StorageClass", "encrypted");
          assert.equal(found.driver, disks.provisioner);
        }
      }
    });

    test("each night has one, and each takes the place of its own alone", async () => {
      const manifests = await root(environment);
      const taken = await snapshots(environment);
      const jobs = manifests.of("CronJob");
      assert.deepEqual(
        jobs.map(({ metadata }) => metadata.name).sort(),
        Object.keys(taken)
          .map((slot) => `${TAKEN}-${slot}`)
          .sort(),
      );
      const nights = new Set(jobs.map(({ spec }) => spec.schedule.split(" ").at(-1)));
      for (let day = 0; day < 7; day += 1) assert.ok(nights.has(String(day)), `day ${day}`);
      for (const job of jobs) {
        const slot = job.metadata.name.replace(`${TAKEN}-`, "");
        const names = taken[slot].map(({ metadata }) => metadata.name);
        const [remove, take, wait] = stepsOf(job).map(({ args }) => args);
        assert.equal(remove[0], "delete");
        assert.deepEqual(take.slice(0, 2), ["create", `--filename=/snapshots/${slot}.yaml`]);
        assert.equal(wait[0], "wait");
        for (const one of [remove, wait]) {
          assert.deepEqual(
            one.slice(1).filter((word) => !word.startsWith("--")),
            names.map((name) => `volumesnapshot/${name}`),
          );
        }
      }
    });

    test("who takes them may do that, and reach the API server, alone", async () => {
      const manifests = await root(environment);
      const names = Object.values(await snapshots(environment))
        .flat()
        .map(({ metadata }) => metadata.name);
      const { rules } = manifests.get("Role", TAKEN);
      const [create, own] = rules;
      assert.equal(rules.length, 2);
      assert.deepEqual(create.verbs, ["create"]);
      assert.deepEqual(own.resourceNames, names.sort());
      for (const { apiGroups, resources } of rules) {
        assert.deepEqual(apiGroups, ["snapshot.storage.k8s.io"]);
        assert.deepEqual(resources, ["volumesnapshots"]);
      }
      const { subjects } = manifests.get("RoleBinding", TAKEN);
      const { namespace } = factsOf(environment);
      assert.deepEqual(subjects, [{ kind: "ServiceAccount", name: TAKEN, namespace }]);
      const { podSelector, ingress, egress } = manifests.get("NetworkPolicy", TAKEN).spec;
      assert.equal(ingress, undefined);
      assert.deepEqual(egress, [{ ports: [{ port: 443 }, { port: 6443 }] }]);
      for (const { spec } of manifests.of("CronJob")) {
        const { metadata, spec: pod } = spec.jobTemplate.spec.template;
        assert.deepEqual(metadata.labels, podSelector.matchLabels);
        assert.equal(pod.serviceAccountName, TAKEN);
      }
    });
  });
}

// A kubectl that only takes notes, and knows of the claim what the commands ask.
const fakeKubectl = `#!/usr/bin/env bash
echo "$*" >>"$NOTES/calls"
case "$*" in
  *requests.storage*) echo 10Gi ;;
  *storageClassName*) echo encrypted ;;
  apply*) cat >"$NOTES/applied" ;;
esac
`;

test("the documented restore makes a claim anew from a snapshot that is taken", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "triad-restore-"));
  t.after(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "kubectl"), fakeKubectl, { mode: 0o755 });
  const block = read("docs/operations.md")
    .match(/```sh\n[\s\S]*?```/g)
    .find((text) => text.includes("SNAPSHOT="));
  const commands = block.slice("```sh\n".length, -"```".length);
  const env = { ...process.env, PATH: `${directory}:${process.env.PATH}`, NOTES: directory };
  const { status, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", commands], {
    encoding: "utf8",
    env,
  });
  assert.equal(status, 0, stderr);
  const [claim] = parse(readFileSync(join(directory, "applied"), "utf8"));
  assert.deepEqual(await typeErrors(claim), []);
  const { metadata, spec } = claim;
  assert.ok((await claims("production")).includes(metadata.name), metadata.name);
  assert.equal(spec.resources.requests.storage, "10Gi");
  const taken = Object.values(await snapshots("production")).flat();
  const { apiGroup, kind, name } = spec.dataSource;
  const source = taken.find((one) => one.metadata.name === name);
  assert.deepEqual([`${apiGroup}/v1`, kind], [source.apiVersion, source.kind]);
  assert.equal(source.spec.source.persistentVolumeClaimName, metadata.name);
  const calls = readFileSync(join(directory, "calls"), "utf8").trim().split("\n");
  const verbs = calls.map((call) => call.split(" ")[0]);
  // Nothing has the volume when it goes, and what was asked of it is known by then.
  assert.deepEqual(verbs, ["scale", "wait", "get", "get", "delete", "apply", "scale", "rollout"]);
});

test("the CronJobs that the documents name are there", async () => {
  const named = [...read("docs/operations.md").matchAll(/cronjob\/([\w-]+)/g)].map(
    ([, one]) => one,
  );
  assert.ok(named.length >= 2);
  for (const name of named) (await root("production")).get("CronJob", name);
});

test("the kind of snapshots comes with the cluster", () => {
  assert.match(read("deploy/terraform/layers/cluster/addons.tf"), /"snapshot-controller"/);
});

test("the alert on missing snapshots asks about these", () => {
  assert.match(read("deploy/monitoring/rules/cluster.yaml"), /cronjob=~"triad-snapshot-\.\*"/);
});

test("without a schedule there is nothing of it", async () => {
  const off = set({ "backup.snapshots": null });
  const manifests = await root("dev", off);
  const left = manifests.objects.filter(({ kind, metadata }) =>
    [kind, metadata.name].some((word) => /snapshot/i.test(word)),
  );
  assert.deepEqual(left.map(nameOf), []);
});

test("mistakes in a snapshot are found", async () => {
  const [[good]] = Object.values(await snapshots("dev"));
  const mistakes = [
    (one) => delete one.spec.source,
    (one) => {
      one.spec.source.volumeSnapshotContentName = "x";
    },
    (one) => {
      one.spec.volumeSnapshotClassName = "";
    },
    (one) => {
      one.spec.persistentVolumeClaimName = "x";
    },
    (one) => {
      one.kind = "VolumeSnapshots";
    },
  ];
  for (const mistake of mistakes) {
    const broken = structuredClone(good);
    mistake(broken);
    assert.notDeepEqual(await typeErrors(broken), [], mistake.toString());
  }
});
