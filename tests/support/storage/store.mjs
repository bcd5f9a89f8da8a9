// What a client of storage expects to be there, as plain objects that can be compared, and what
// is there.
import { createCipheriv, createHash } from "node:crypto";

const NOTHING = "no content";
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

// Content is told as pieces of [seed, size], from which its bytes come again.
export function bytesOf(content) {
  const parts = content.map(([seed, size]) => {
    const key = createHash("md5").update(`${seed}`).digest();
    return createCipheriv("aes-128-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(size));
  });
  return Buffer.concat(parts);
}

export const sizeOf = (content) => content.reduce((sum, [, size]) => sum + size, 0);

// `buckets` by id: { versioning, objects, uploads, removing }, or null for one that is not there.
// Of `objects`, by name, the versions, the newest first: { content, owner, deleted }. Of
// `uploads`, by name, the content of the parts by number. `removing` is the prefix of what is
// about to be deleted.
export const emptyState = (spaces) => ({
  buckets: Object.fromEntries(spaces.map((bucket) => [bucket, null])),
});

export const bucketOf = (versioning = false) => ({ versioning, objects: {}, uploads: {} });

// The current version.
export function currentOf(bucket, name) {
  const [newest] = bucket.objects[name] ?? [];
  return newest?.deleted ? undefined : newest;
}

export function written(bucket, name, { content, owner = "" }) {
  const before = bucket.versioning ? (bucket.objects[name] ?? []) : [];
  bucket.objects[name] = [{ content, owner, deleted: false }, ...before];
}

export function deleted(bucket, name) {
  if (bucket.versioning) bucket.objects[name].unshift({ content: [], owner: "", deleted: true });
  else delete bucket.objects[name];
}

// What `state` looks like.
export function visible({ buckets }) {
  const look = ({ content, owner, deleted: mark }) => ({
    owner,
    digest: mark ? "deleted" : sha256(bytesOf(content)),
  });
  const map = (object, make) =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, make(value)]));
  return map(
    buckets,
    (bucket) =>
      bucket && {
        objects: map(bucket.objects, (versions) => versions.map(look)),
        uploads: map(bucket.uploads, (parts) => map(parts, (part) => sha256(bytesOf(part)))),
      },
  );
}

// What is there of a version, every byte of it. What it says of itself has to be so.
async function seen(api, version) {
  if (version.deleted) return { owner: "", digest: "deleted" };
  const path = `${version.name}?generation=${version.generation}`;
  const bytes = await api.bytes(path).catch(({ message }) => message);
  if (typeof bytes === "string") return { owner: "", digest: bytes };
  const digest = bytes === null ? NOTHING : sha256(bytes);
  const told = version.sha256 || digest; // it may be computed later
  const isWhole = told === digest && `${bytes?.length}` === version.size;
  return {
    owner: version.metadata.owner ?? "",
    digest: isWhole ? digest : `${told} of ${version.size} bytes with ${digest}`,
  };
}

// What is there of a bucket; undefined if something of it was removed meanwhile.
async function observedBucket(api, id, isLast) {
  const bucket = { objects: {}, uploads: {} };
  for (const version of await api.list(`buckets/${id}/versions?`, "versions")) {
    const name = version.name.split("/objects/")[1];
    const found = await seen(api, version);
    if (found.digest.endsWith(NOTHING) && !isLast) return undefined;
    bucket.objects[name] = [...(bucket.objects[name] ?? []), found];
  }
  for (const { name, uploadId } of await api.list(`buckets/${id}/uploads?`, "uploads")) {
    const parts = await api.list(`${name}:parts?upload_id=${uploadId}`, "parts");
    bucket.uploads[name.split("/objects/")[1]] = Object.fromEntries(
      parts.map(({ number, sha256: digest }) => [number, digest]),
    );
  }
  return bucket;
}

// What is there of the buckets that `expected` knows of.
export async function observed(api, expected) {
  const buckets = {};
  for (const id of Object.keys(expected.buckets)) {
    const found = await api.get(`buckets/${id}`);
    buckets[id] = null;
    if (found === null || found.deleting) continue;
    buckets[id] = (await observedBucket(api, id, false)) ?? (await observedBucket(api, id, true));
  }
  return buckets;
}
