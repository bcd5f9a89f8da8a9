// Every check speaks when what it guards is broken, and none of a tool's default
// checks is missing.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { everything } from "./cases.mjs";
import { checks } from "./checks/all.mjs";
import { upstreamDefaults } from "./checks/upstream.mjs";
import { excused } from "./deviations.mjs";
import { render } from "./helm.mjs";
import { typeErrors } from "./types.mjs";

let good;

function open(check, manifests) {
  return check
    .find(manifests)
    .filter((finding) => !excused(check.name, "everything", finding))
    .map(({ object, problem }) => `${object}: ${problem}`);
}

before(async () => {
  good = await render(everything);
});

describe("a broken manifest fails", () => {
  for (const check of checks) {
    test(`${check.name} (${check.upstream.join(", ")})`, () => {
      assert.deepEqual(open(check, good), []);
      const broken = good.copy();
      check.broken(broken);
      assert.notDeepEqual(open(check, broken), []);
    });
  }
});

describe("a field fails the types", () => {
  const mistakes = {
    "of the wrong type": (spec) => {
      spec.replicas = "two";
    },
    "that is missing": (spec) => delete spec.template.spec.containers[0].name,
    "that does not exist": (spec) => {
      spec.template.spec.containers[0].imagePullpolicy = "Always";
    },
    "of which there is no such value": (spec) => {
      spec.template.spec.containers[0].ports[0].protocol = 6;
    },
  };
  for (const [name, mistake] of Object.entries(mistakes)) {
    test(name, async () => {
      const deployment = good.copy().get("Deployment", "triad-gateway");
      assert.deepEqual(await typeErrors(deployment), []);
      mistake(deployment.spec);
      assert.notDeepEqual(await typeErrors(deployment), []);
    });
  }

  test("in an operator's object", async () => {
    for (const kind of [
      "Certificate",
      "ExternalSecret",
      "HTTPRoute",
      "ScaledObject",
      "ServiceMonitor",
    ]) {
      const [object] = good.copy().of(kind);
      object.spec.mistake = true;
      assert.deepEqual(await typeErrors(object), ["/spec/mistake: there is no such field"], kind);
    }
  });

  test("a kind that there is not", async () => {
    assert.notDeepEqual(await typeErrors({ apiVersion: "apps/v1", kind: "Deploy" }), []);
    assert.notDeepEqual(await typeErrors({ apiVersion: "example.com/v1", kind: "X" }), []);
  });
});

test("every default check of kube-score, kube-linter and polaris is covered", () => {
  const covered = new Set(checks.flatMap(({ upstream }) => upstream));
  assert.deepEqual(
    upstreamDefaults.filter((name) => !covered.has(name)),
    [],
  );
});

test("every check has a name of its own", () => {
  const names = checks.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});
