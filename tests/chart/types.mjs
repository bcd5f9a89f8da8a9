// Kubernetes' own types, and those of the operators whose objects the chart
// makes: the published OpenAPI schemas, compiled, from npm.
//
// They let unknown fields pass, as the schemas do. A field that a validator
// never looked at, in an object of which it looked at others, does not exist.
import { snapshotTypeErrors } from "./snapshot_types.mjs";

const OPERATORS = {
  "argoproj.io": "@kubernetes-models/argo-cd",
  "cert-manager.io": "@kubernetes-models/cert-manager",
  "external-secrets.io": "@kubernetes-models/external-secrets",
  "generators.external-secrets.io": "@kubernetes-models/external-secrets",
  "gateway.networking.k8s.io": "@kubernetes-models/gateway-api",
  "keda.sh": "@kubernetes-models/keda",
  "monitoring.coreos.com": "@kubernetes-models/prometheus-operator",
};
// Argo's kinds share a group.
const OF_ROLLOUTS = {
  Rollout: "@kubernetes-models/argo-rollouts",
  AnalysisTemplate: "@kubernetes-models/argo-rollouts",
};

// What is wrong with the type of an object: a list of sentences.
export async function typeErrors(object) {
  const [group] = object.apiVersion.split("/");
  if (group === "snapshot.storage.k8s.io") return snapshotTypeErrors(object);
  const library = OF_ROLLOUTS[object.kind] ?? OPERATORS[group] ?? "kubernetes-models";
  let models;
  try {
    models = await import(`${library}/${object.apiVersion}`);
  } catch {
    return [`there is no ${object.apiVersion}`];
  }
  const model = models[object.kind];
  if (!model) return [`${object.apiVersion} has no ${object.kind}`];
  return validate(model, object);
}

function validate(model, object) {
  const watch = new Watch();
  try {
    model.prototype.validate.call(watch.on(object));
  } catch (error) {
    return [error.message];
  }
  return watch.unread(object, "");
}

// Notes which fields of which object are read.
class Watch {
  #seen = new WeakMap(); // object → names of its fields that were asked for

  on(value) {
    if (value === null || typeof value !== "object") return value;
    if (!this.#seen.has(value)) this.#seen.set(value, new Set());
    const note = (name) => {
      if (typeof name === "string") this.#seen.get(value).add(name);
    };
    return new Proxy(value, {
      get: (target, name) => {
        note(name);
        return this.on(target[name]);
      },
      has: (target, name) => {
        note(name);
        return name in target;
      },
    });
  }

  // Sentences about the fields below `path` that nobody asked for.
  unread(value, path) {
    if (value === null || typeof value !== "object") return [];
    const seen = this.#seen.get(value);
    if (!seen || seen.size === 0) return []; // free-form
    return Object.keys(value).flatMap((name) =>
      Array.isArray(value) || seen.has(name)
        ? this.unread(value[name], `${path}/${name}`)
        : [`${path}/${name}: there is no such field`],
    );
  }
}
