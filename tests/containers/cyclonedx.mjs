// What CycloneDX 1.5 asks of a document, as far as ours go.
import assert from "node:assert/strict";

const TYPES = new Set(["application", "container", "library"]);

function assertComponent(component) {
  assert.ok(TYPES.has(component.type), `type of ${JSON.stringify(component)}`);
  for (const field of ["name", "version", "bom-ref"]) {
    assert.ok(component[field], `${field} of ${JSON.stringify(component)}`);
  }
  for (const property of component.properties ?? []) {
    assert.deepEqual(Object.keys(property).sort(), ["name", "value"]);
    assert.equal(typeof property.value, "string");
  }
}

export function assertCycloneDx(document) {
  assert.equal(document.bomFormat, "CycloneDX");
  assert.equal(document.specVersion, "1.5");
  assert.ok(Number.isInteger(document.version) && document.version >= 1);
  const subject = document.metadata.component;
  assertComponent(subject);
  assert.ok(document.components.length > 0, "components");
  for (const component of document.components) {
    assertComponent(component);
    assert.match(component.purl, /^pkg:(deb\/debian|npm)\/[^@\s]+@[^@\s]+$/);
  }
  const references = [subject, ...document.components].map((one) => one["bom-ref"]);
  assert.equal(new Set(references).size, references.length, "a reference names one component");
  for (const { ref, dependsOn = [] } of document.dependencies) {
    for (const one of [ref, ...dependsOn]) assert.ok(references.includes(one), one);
  }
}
