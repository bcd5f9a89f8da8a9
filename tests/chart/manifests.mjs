// What helm rendered, and what belongs together in it.
import { parseAllDocuments } from "yaml";

export { stringify } from "yaml";

const WORKLOADS = ["Deployment", "StatefulSet", "Rollout"];

export class Manifests {
  // `objects`: as parsed; tests may change them to break something.
  constructor(objects) {
    this.objects = objects;
  }

  static parse(text) {
    // Version 1.1, as Kubernetes reads it: 0440 is octal there.
    const documents = parseAllDocuments(text, { uniqueKeys: true, version: "1.1" });
    for (const document of documents) {
      if (document.errors?.length > 0) throw document.errors[0];
    }
    return new Manifests(documents.map((one) => one.toJS()).filter(Boolean));
  }

  copy() {
    return new Manifests(structuredClone(this.objects));
  }

  of(...kinds) {
    return this.objects.filter((object) => kinds.includes(object.kind));
  }

  // The one object, for tests that are after a certain one.
  get(kind, name) {
    const found = this.of(kind).filter((object) => object.metadata.name === name);
    if (found.length !== 1) throw new Error(`${found.length} of ${kind}/${name}`);
    return found[0];
  }

  get workloads() {
    return this.of(...WORKLOADS);
  }

  // Every pod, whatever makes it: { owner, labels, spec }.
  get pods() {
    return [
      ...this.workloads.map((owner) => ({
        owner,
        labels: owner.spec.template.metadata.labels,
        spec: owner.spec.template.spec,
      })),
      ...this.of("Pod").map((owner) => ({
        owner,
        labels: owner.metadata.labels,
        spec: owner.spec,
      })),
    ];
  }

  // Every container: { owner, pod, container }.
  get containers() {
    return this.pods.flatMap(({ owner, spec }) =>
      [...(spec.initContainers ?? []), ...spec.containers].map((container) => ({
        owner,
        pod: spec,
        container,
      })),
    );
  }

  // The pods that a label selector means, in this namespace.
  selected(selector) {
    return this.pods.filter(({ labels }) => matches(selector, labels));
  }

  // The PodDisruptionBudget of a workload, if it has one.
  budgetOf(workload) {
    return this.of("PodDisruptionBudget").find((budget) =>
      matches(budget.spec.selector, workload.spec.template.metadata.labels),
    );
  }

  // What scales a workload: { owner, target, min, max }, of any kind.
  get scalers() {
    const hpas = this.of("HorizontalPodAutoscaler").map((owner) => ({
      owner,
      target: owner.spec.scaleTargetRef,
      min: owner.spec.minReplicas ?? 1,
      max: owner.spec.maxReplicas,
    }));
    const keda = this.of("ScaledObject").map((owner) => ({
      owner,
      target: owner.spec.scaleTargetRef,
      min: owner.spec.minReplicaCount ?? 0,
      max: owner.spec.maxReplicaCount ?? 100,
    }));
    return [...hpas, ...keda];
  }

  scalerOf(workload) {
    return this.scalers.find(({ target }) => refersTo(target, workload));
  }
}

export function refersTo(reference, object) {
  return (
    reference.kind === object.kind &&
    reference.name === object.metadata.name &&
    reference.apiVersion === object.apiVersion
  );
}

// Whether a selector of matchLabels means these labels. An empty one means all.
export function matches(selector, labels) {
  if (selector.matchExpressions) throw new Error("the chart uses matchLabels alone");
  return Object.entries(selector.matchLabels ?? {}).every(
    ([key, value]) => labels?.[key] === value,
  );
}

// "Deployment/triad-gateway"
export function nameOf(object) {
  return `${object.kind}/${object.metadata.name}`;
}
