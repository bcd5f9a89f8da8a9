// A check is a row:
//
//   name      ours
//   upstream  the checks of kube-score, kube-linter and polaris that it covers:
//             all of their defaults, and of the optional ones those that fit
//   find      what is wrong in Manifests: a list of { object, problem }
//   broken    breaks a good copy, so that this check has to speak
import { nameOf } from "../manifests.mjs";

export function finding(object, problem) {
  return { object: nameOf(object), problem };
}

// A check of every container: `problem` returns a sentence, or nothing.
export function eachContainer(problem) {
  return (manifests) =>
    manifests.containers.flatMap((one) =>
      sentences(problem(one)).map((text) => finding(one.owner, `${one.container.name}: ${text}`)),
    );
}

// A check of every pod's spec.
export function eachPod(problem) {
  return (manifests) =>
    manifests.pods.flatMap((one) =>
      sentences(problem(one, manifests)).map((text) => finding(one.owner, text)),
    );
}

// A check of every object of some kinds.
export function each(kinds, problem) {
  return (manifests) =>
    manifests
      .of(...kinds)
      .flatMap((one) => sentences(problem(one, manifests)).map((text) => finding(one, text)));
}

function sentences(problem) {
  return [problem].flat().filter(Boolean);
}

// For `broken`: the gateway's pod and its container.
export function gatewayPod(manifests) {
  return manifests.get("Deployment", "triad-gateway").spec.template.spec;
}

export function gateway(manifests) {
  return gatewayPod(manifests).containers[0];
}
