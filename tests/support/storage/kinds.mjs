// The kinds of writes that storage knows, as a table: for each what a client does next, given
// what is there, and what its write makes of that. A new kind is one more row.
//
// They are as those of tests/support/config/kinds.mjs: a space is a bucket here.
import { setTimeout as sleep } from "node:timers/promises";
import { bucketOf, bytesOf, currentOf, deleted, sizeOf, written } from "./store.mjs";

const POLL_MILLISECONDS = 20;
const NAMES = 4;
const BATCH = 3;
const MAX_APPENDED = 400_000;
const MAX_VERSIONS = 6;

const nameOf = (turn) => `name-${turn % NAMES}`;
const pathOf = (bucket, name) => `buckets/${bucket}/objects/${name}`;

// All different: some are kept in the database, most are not, and now and then one is of many
// blocks.
function contentOf(bucket, turn) {
  const size = turn % 10 === 0 ? 300_000 : 1 + ((turn * 7919) % 40_000);
  return [[`${bucket} ${turn}`, size]];
}

function put({ turn, spaces: [bucket] }, name, content = contentOf(bucket, turn)) {
  return {
    request: ["PUT", pathOf(bucket, name), bytesOf(content)],
    effect: (state) => written(state.buckets[bucket], name, { content }),
  };
}

function post(path, body, effect) {
  return { request: ["POST", path, body], effect };
}

function removal(bucket, name) {
  return {
    request: ["DELETE", pathOf(bucket, name)],
    effect: (state) => deleted(state.buckets[bucket], name),
  };
}

// Makes the bucket first.
const inBucket =
  (next, versioning = false) =>
  (context) => {
    const [bucket] = context.spaces;
    if (context.state.buckets[bucket] !== null) return next(context, context.state.buckets[bucket]);
    const setting = versioning ? "VERSIONING_ON" : "VERSIONING_OFF";
    return post(`buckets?bucket_id=${bucket}`, { versioning: setting }, (state) => {
      state.buckets[bucket] = bucketOf(versioning);
    });
  };

function update(context, found) {
  const {
    turn,
    spaces: [bucket],
  } = context;
  if (!currentOf(found, "name")) return put(context, "name");
  const owner = `owner ${turn}`;
  return {
    request: ["PATCH", pathOf(bucket, "name"), { metadata: { owner } }],
    effect: (state) => {
      state.buckets[bucket].objects.name[0].owner = owner;
    },
  };
}

function append(context, found) {
  const {
    turn,
    spaces: [bucket],
  } = context;
  const before = currentOf(found, "name");
  const size = before && sizeOf(before.content);
  if (before === undefined || size > MAX_APPENDED) return put(context, "name");
  const added = [[`${bucket} ${turn}`, 1 + ((turn * 7919) % (turn % 5 === 0 ? 60_000 : 500))]];
  return post(`${pathOf(bucket, "name")}:append?expected_size=${size}`, bytesOf(added), (state) =>
    written(state.buckets[bucket], "name", { content: [...before.content, ...added] }),
  );
}

function compose(context, found) {
  const {
    turn,
    spaces: [bucket],
  } = context;
  const sources = ["name-0", "name-1", "name-0"];
  if (turn % 3 !== 0 || !sources.every((name) => currentOf(found, name)))
    return put(context, nameOf(turn % 2));
  const content = sources.flatMap((name) => currentOf(found, name).content);
  const body = { sources: sources.map((name) => ({ name: pathOf(bucket, name) })) };
  return post(`${pathOf(bucket, "composed")}:compose`, body, (state) =>
    written(state.buckets[bucket], "composed", { content }),
  );
}

function copy(context, found) {
  const {
    turn,
    spaces: [bucket],
  } = context;
  const source = currentOf(found, "name");
  if (turn % 3 === 0 || source === undefined) return put(context, "name");
  const target = `copy-${turn % NAMES}`;
  const body = { destination: pathOf(bucket, target) };
  return post(`${pathOf(bucket, "name")}:copy`, body, (state) =>
    written(state.buckets[bucket], target, source),
  );
}

function move(context, found) {
  const {
    turn,
    spaces: [bucket],
  } = context;
  const from = Object.keys(found.objects)[0];
  if (turn % 4 === 0 || from === undefined) return put(context, nameOf(turn));
  const target = `moved-${turn % NAMES}`;
  if (from === target) return put(context, from);
  const source = currentOf(found, from);
  return post(`${pathOf(bucket, from)}:move`, { destination: pathOf(bucket, target) }, (state) => {
    written(state.buckets[bucket], target, source);
    deleted(state.buckets[bucket], from);
  });
}

function remove(context, found) {
  const {
    turn,
    spaces: [bucket],
  } = context;
  const name = nameOf(turn >> 1);
  return currentOf(found, name) ? removal(bucket, name) : put(context, name);
}

// Puts, deletes and brings back; what is old is removed for good.
function undelete(context, found) {
  const {
    turn,
    spaces: [bucket],
  } = context;
  const versions = found.objects.name ?? [];
  if (versions.length >= MAX_VERSIONS) return removeOldest(context, versions.length);
  if (versions.length === 0 || turn % 5 === 0) return put(context, "name");
  if (currentOf(found, "name")) return removal(bucket, "name");
  const newest = versions.find((version) => !version.deleted);
  return post(`${pathOf(bucket, "name")}:undelete`, {}, (state) =>
    written(state.buckets[bucket], "name", newest),
  );
}

// null where it is not known which that is.
async function removeOldest({ api, spaces: [bucket] }, count) {
  const { status, body } = await api.send("GET", `buckets/${bucket}/versions?object=name`);
  if (status !== 200 || body.versions.length !== count) return null;
  const { generation } = body.versions.at(-1);
  return {
    request: ["DELETE", `${pathOf(bucket, "name")}?generation=${generation}`],
    effect: (state) => state.buckets[bucket].objects.name.pop(),
  };
}

function batchDelete(context, found) {
  const {
    turn,
    spaces: [bucket],
  } = context;
  const names = Object.keys(found.objects);
  if (names.length < BATCH) return put(context, `batch-${turn}`);
  const requests = [...names, "none"].map((name) => ({ name: pathOf(bucket, name) }));
  return post(`buckets/${bucket}/objects:batchDelete`, { requests }, (state) => {
    for (const name of names) deleted(state.buckets[bucket], name);
  });
}

// Asks until `isDone` says that it is so. A write that ends by itself.
const awaiting = (isDone, effect) => ({
  act: async (stopping) => {
    while (!stopping()) {
      const answer = await isDone();
      if (answer !== undefined) return answer;
      await sleep(POLL_MILLISECONDS);
    }
    return { status: 503 };
  },
  effect,
});

function removed(bucket) {
  for (const name of Object.keys(bucket.objects))
    if (name.startsWith(bucket.removing)) delete bucket.objects[name];
  delete bucket.removing;
}

// Deletes by prefix, which goes on in the background.
function deletePrefix(context, found) {
  const {
    api,
    turn,
    spaces: [bucket],
  } = context;
  if (found.removing !== undefined) {
    const done = async () => {
      const { status, body } = await api.send("GET", `buckets/${bucket}/objects?prefix=old/`);
      return status !== 200 || body.objects.length === 0 ? { status } : undefined;
    };
    return awaiting(done, (state) => removed(state.buckets[bucket]));
  }
  if (Object.keys(found.objects).filter((name) => name.startsWith("old/")).length < BATCH)
    return put(context, turn % 2 === 0 ? `old/${turn}` : `old/${turn}-more`);
  return post(`buckets/${bucket}/objects:deletePrefix`, { prefix: "old/" }, (state) => {
    state.buckets[bucket].removing = "old/";
  });
}

function prefixGone(state) {
  const [bucket] = Object.keys(state.buckets);
  if (state.buckets[bucket]?.removing === undefined) return [];
  const after = structuredClone(state);
  removed(after.buckets[bucket]);
  return [after];
}

// Fills a bucket, and deletes it with what is in it.
function bucketWithAll(context) {
  const {
    api,
    state,
    spaces: [bucket],
  } = context;
  const found = state.buckets[bucket];
  if (found === null) {
    const create = async () => {
      const answer = await api.send("POST", `buckets?bucket_id=${bucket}`, {});
      return answer.status === 409 ? undefined : answer; // the one before is being removed
    };
    return awaiting(create, (after) => {
      after.buckets[bucket] = bucketOf();
    });
  }
  if (Object.keys(found.objects).length < BATCH)
    return put(context, `name-${Object.keys(found.objects).length}`);
  return {
    request: ["DELETE", `buckets/${bucket}?force=true`],
    effect: (after) => {
      after.buckets[bucket] = null;
    },
  };
}

// Creates an upload, writes its parts, one of them twice, and ends it, one way or the other.
async function multipart(context, found) {
  const {
    api,
    turn,
    spaces: [bucket],
  } = context;
  const parts = found.uploads.name;
  const path = pathOf(bucket, "name");
  if (parts === undefined) {
    return post(`${path}:createUpload`, {}, (state) => {
      state.buckets[bucket].uploads.name = {};
    });
  }
  const { status, body } = await api.send("GET", `buckets/${bucket}/uploads`);
  if (status !== 200) return null;
  const { uploadId } = body.uploads[0];
  const numbers = Object.keys(parts);
  if (numbers.length < 2 || turn % 4 === 0) {
    const content = contentOf(bucket, turn);
    const number = numbers.includes("2") ? 1 : 2;
    return {
      request: ["PUT", `${path}:part?upload_id=${uploadId}&number=${number}`, bytesOf(content)],
      effect: (state) => {
        state.buckets[bucket].uploads.name[number] = content;
      },
    };
  }
  const isAborted = turn % 3 === 0;
  const chosen = { parts: numbers.map((number) => ({ number: Number(number) })) };
  return post(
    `${path}:${isAborted ? "abortUpload" : "completeUpload"}`,
    { uploadId, ...(!isAborted && chosen) },
    (state) => {
      const content = numbers.flatMap((number) => parts[number]);
      if (!isAborted) written(state.buckets[bucket], "name", { content });
      delete state.buckets[bucket].uploads.name;
    },
  );
}

export const KINDS = {
  put: { next: inBucket((context) => put(context, nameOf(context.turn))) },
  update: { next: inBucket(update) },
  append: { next: inBucket(append) },
  compose: { next: inBucket(compose) },
  copy: { next: inBucket(copy) },
  move: { next: inBucket(move) },
  delete: { next: inBucket(remove) },
  undelete: { next: inBucket(undelete, true) },
  "batch-delete": { next: inBucket(batchDelete) },
  "delete-prefix": { next: inBucket(deletePrefix), alone: prefixGone },
  bucket: { next: bucketWithAll },
  multipart: { next: inBucket(multipart) },
};
