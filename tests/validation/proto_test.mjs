// The file that tools/protos writes is, compiled, the descriptor that it was made from.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { clearField, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { file_buf_validate_validate as npm } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";

const descriptors = process.env.TRIAD_CHECK_DESCRIPTORS;
assert.ok(descriptors, "TRIAD_CHECK_DESCRIPTORS is not set: run ctest -R validation_proto_test");

// What protoc adds to each file.
function withoutAdditions(proto) {
  clearField(proto, FileDescriptorProtoSchema.field.sourceCodeInfo);
  for (const field of [...proto.extension, ...proto.messageType.flatMap((type) => type.field)]) {
    clearField(field, FieldDescriptorProtoSchema.field.jsonName);
  }
  return proto;
}

const bytes = (proto) => Buffer.from(toBinary(FileDescriptorProtoSchema, withoutAdditions(proto)));

it("validate.proto has all of npm's descriptor", () => {
  const { file } = fromBinary(FileDescriptorSetSchema, new Uint8Array(readFileSync(descriptors)));
  const ours = file.find(({ name }) => name === npm.proto.name);
  assert.ok(bytes(ours).equals(bytes(npm.proto)), "it differs: see tools/protos/proto_text.mjs");
});
