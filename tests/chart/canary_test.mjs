// The gateway, and what can be replaced as it is, by Argo Rollouts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cases } from "./cases.mjs";
import { render, set } from "./helm.mjs";
import { nameOf } from "./manifests.mjs";

test("a canary takes the deployment's place, and nothing else changes", async () => {
  const before = (await render()).copy();
  const after = (await render(set({ "services.gateway.canary.enabled": true }))).copy();
  const names = (manifests) => manifests.objects.map(nameOf).sort();
  assert.deepEqual(
    names(after).filter((name) => !names(before).includes(name)),
    ["AnalysisTemplate/triad-gateway", "Rollout/triad-gateway"],
  );
  const deployment = before.get("Deployment", "triad-gateway");
  const rollout = after.get("Rollout", "triad-gateway");
  // A revision of a Rollout has a label of another name.
  const [spread] = deployment.spec.template.spec.topologySpreadConstraints;
  spread.matchLabelKeys = ["rollouts-pod-template-hash"];
  assert.deepEqual(rollout.spec.template, deployment.spec.template);
  assert.deepEqual(rollout.metadata, deployment.metadata);
  assert.deepEqual(rollout.spec.strategy.canary.steps, [
    { setWeight: 20 },
    { pause: { duration: "5m" } },
    { setWeight: 50 },
    { pause: { duration: "5m" } },
  ]);
  for (const kind of ["Service", "PodDisruptionBudget", "NetworkPolicy"]) {
    assert.deepEqual(after.get(kind, "triad-gateway"), before.get(kind, "triad-gateway"));
  }
});

test("a canary is scaled as what it replaced", async () => {
  const manifests = await render(cases["a canary that is scaled"]);
  const rollout = { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" };
  const { scaleTargetRef } = manifests.get("HorizontalPodAutoscaler", "triad-gateway").spec;
  assert.deepEqual(scaleTargetRef, { ...rollout, name: "triad-gateway" });
  const scaled = manifests.get("ScaledObject", "triad-transform");
  assert.deepEqual(scaled.spec.scaleTargetRef, { ...rollout, name: "triad-transform" });
});
