// The kinds of snapshot.storage.k8s.io/v1, of which npm has no types: the fields that
// a user fills in, as the schemas of their CustomResourceDefinitions (client/v8 of
// external-snapshotter) have them, and their rule that a snapshot has one source.
import { Ajv } from "ajv";

const name = { type: "string", minLength: 1 };
const texts = { type: "object", additionalProperties: { type: "string" } };

function kind(kind, properties, required) {
  return {
    type: "object",
    additionalProperties: false,
    required: ["apiVersion", "kind", "metadata", ...required],
    properties: {
      apiVersion: { const: "snapshot.storage.k8s.io/v1" },
      kind: { const: kind },
      metadata: {
        type: "object",
        additionalProperties: false,
        required: ["name"],
        properties: { name, namespace: name, labels: texts, annotations: texts },
      },
      ...properties,
    },
  };
}

const source = {
  type: "object",
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: { persistentVolumeClaimName: name, volumeSnapshotContentName: name },
};
const spec = {
  type: "object",
  additionalProperties: false,
  required: ["source"],
  properties: { source, volumeSnapshotClassName: name },
};
const schemas = {
  VolumeSnapshot: kind("VolumeSnapshot", { spec }, ["spec"]),
  VolumeSnapshotClass: kind(
    "VolumeSnapshotClass",
    {
      driver: { type: "string" },
      deletionPolicy: { enum: ["Delete", "Retain"] },
      parameters: texts,
    },
    ["driver", "deletionPolicy"],
  ),
};

// What is wrong with the type of an object of that group: a list of sentences.
export function snapshotTypeErrors(object) {
  const schema = schemas[object.kind];
  if (!schema) return [`${object.apiVersion} has no ${object.kind}`];
  const ajv = new Ajv({ allErrors: true });
  if (ajv.validate(schema, object)) return [];
  return ajv.errors.map(({ instancePath, message, params }) =>
    params.additionalProperty
      ? `${instancePath}/${params.additionalProperty}: there is no such field`
      : `${instancePath} ${message}`,
  );
}
