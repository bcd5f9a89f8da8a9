// What storage's roles may do with objects in S3 is what its client asks of S3.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root, terraform } from "./tree.mjs";

// The permission that S3 asks for each operation.
const PERMISSIONS = {
  GetObject: "s3:GetObject",
  HeadObject: "s3:GetObject",
  PutObject: "s3:PutObject",
  CreateMultipartUpload: "s3:PutObject",
  UploadPart: "s3:PutObject",
  CompleteMultipartUpload: "s3:PutObject",
  DeleteObject: "s3:DeleteObject",
  AbortMultipartUpload: "s3:AbortMultipartUpload",
  ListObjectsV2: "s3:ListBucket",
  ListMultipartUploads: "s3:ListBucketMultipartUploads",
  HeadBucket: "s3:ListBucket",
};

const read = (...path) => readFileSync(join(...path), "utf8");
const client = (file) => read(root, "services/storage/blobs/s3/client", file);

// Actions of a source between the statement `from` and the next one of KMS.
function actionsIn(file, from) {
  const text = read(terraform, file);
  const start = text.indexOf(`"${from}"`);
  assert.ok(start >= 0, `${file}: no statement ${from}`);
  const part = text.slice(start, text.indexOf("kms:", start));
  return [...part.matchAll(/"(s3:\w+)"/g)].map(([, action]) => action).sort();
}

const [, table] = /kNames\[kOperations\] = \{([^}]*)\}/.exec(client("client_metrics.cc"));
const operations = [...table.matchAll(/"(\w+)"/g)].map(([, name]) => name);
const needed = [...new Set(operations.map((name) => PERMISSIONS[name]))].sort();

test("the permission of every operation is known", () => {
  assert.ok(operations.length > 5);
  assert.deepEqual(
    operations.filter((name) => !PERMISSIONS[name]),
    [],
  );
});

test("roles have these permissions, and no more", () => {
  assert.deepEqual(actionsIn("layers/cluster/pod_identity.tf", "List"), needed);
  assert.deepEqual(actionsIn("modules/service/roles.tf", "ListObjects"), needed);
});

test("these are what the client's advice and the docs name", () => {
  const advice = client("errors.cc").match(/the credentials need [^;]*/)[0];
  for (const text of [advice, read(root, "docs/storage.md")]) {
    assert.deepEqual([...new Set(text.match(/s3:[A-Z]\w+/g))].sort(), needed);
  }
});
