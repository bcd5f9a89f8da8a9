// The kinds of writes that config knows, as a table: for each what a client does next, given
// what is there, and what its write makes of that. A new kind is one more row.
//
// `next(context)` gets { api, state, turn, spaces } and returns { request, effect }: the
// method, path and body of a write, and what it does to a state, given its answer, or
// nothing if there was none. Instead of a request there may be `act`, which does the same
// as a promise of an answer. It returns null if there is no answer to what it has to know.
// `alone` are states that may come of one by themselves.
import { setTimeout as sleep } from "node:timers/promises";
import { deleted, entryOf, MASK, nameOf, schemaOf, spaceOf, valueBody, written } from "./store.mjs";

const POLL_MILLISECONDS = 20;
const KEYS = 4;
const BATCH = 3;
const MAX_ROTATIONS = 40; // the file of keys has room for a few more

// All different, mostly small.
const textOf = (space, turn) => `${space} ${turn} ${"x".repeat((turn * 7919) % 2000)}`;
// By which a value is known, wherever it is cut.
export const beginningOf = (value) => value.slice(0, value.lastIndexOf(" ") + 1);
const keyOf = (turn) => `key/${turn % KEYS}`;

function put(space, key, turn, { secret = false, ...more } = {}) {
  const value = textOf(space, turn);
  return {
    request: ["PUT", nameOf(space, key), { ...valueBody(value), secret, ...more }],
    effect: (state) => written(state, space, key, { value, secret }),
  };
}

function remove(space, key) {
  return {
    request: ["DELETE", nameOf(space, key)],
    effect: (state) => deleted(state, space, key),
  };
}

function update({ state, turn, spaces: [space] }) {
  const before = entryOf(state, space, "key");
  if (before === undefined) return put(space, "key", turn);
  const description = `turn ${turn}`;
  return {
    request: ["PATCH", nameOf(space, "key"), { description }],
    effect: (after) => written(after, space, "key", { ...before, description }),
  };
}

function removeOrPut({ state, turn, spaces: [space] }) {
  const key = keyOf(turn >> 1);
  return entryOf(state, space, key) ? remove(space, key) : put(space, key, turn);
}

function undelete({ state, turn, spaces: [space] }) {
  const name = nameOf(space, "key");
  if (entryOf(state, space, "key")) return remove(space, "key");
  if (state.versions[name] === undefined || turn % 5 === 0) return put(space, "key", turn);
  const value = state.values[`${name}@${state.versions[name] - 1}`];
  return {
    request: ["POST", `${name}:undelete`, {}],
    effect: (after) => written(after, space, "key", { value }),
  };
}

// Puts, a copy and a deletion, in two namespaces.
function commit({ state, turn, spaces: [one, other] }) {
  const value = textOf(one, turn);
  const putOf = (space, key) => ({ put: { name: nameOf(space, key), ...valueBody(value) } });
  const copy = { copy: { source: nameOf(one, "put"), name: nameOf(other, "copied") } };
  const removes = entryOf(state, one, "sometimes") !== undefined;
  const last = removes ? { deleteEntry: nameOf(one, "sometimes") } : putOf(one, "sometimes");
  const operations = [putOf(one, "put"), putOf(other, "put"), copy, last];
  return {
    request: ["POST", "namespaces/-:commit", { operations }],
    effect: (after) => {
      written(after, one, "put", { value });
      written(after, other, "put", { value });
      written(after, other, "copied", { value });
      if (removes) deleted(after, one, "sometimes");
      else written(after, one, "sometimes", { value });
    },
  };
}

function rollbackEntry({ state, turn, spaces: [space] }) {
  const name = nameOf(space, "key");
  const version = state.versions[name] ?? 0;
  if (version % 3 !== 2) return put(space, "key", turn);
  const value = state.values[`${name}@${version - 1}`];
  return {
    request: ["POST", `${name}:rollback`, { version: `${version - 1}` }],
    effect: (after) => written(after, space, "key", { value }),
  };
}

// Writes three times, then brings back what was there before.
async function rollbackNamespace({ api, state, turn, spaces: [space] }) {
  if (turn % 4 !== 0 && state.mark !== undefined) return put(space, keyOf(turn), turn);
  const changed = (key) => entryOf(state, space, key)?.value !== state.mark.entries[key]?.value;
  const keys = Object.keys(state.spaces[space]?.entries ?? {}).filter(
    (key) => state.mark !== undefined && changed(key),
  );
  if (keys.length === 0) {
    const { status, body } = await api.send("GET", `namespaces/${space}/entries?page_size=1`);
    if (status !== 200) return null;
    state.mark = {
      revision: body.revision,
      entries: structuredClone(state.spaces[space]?.entries ?? {}),
    };
    return put(space, keyOf(turn + 1), turn);
  }
  const { revision, entries } = state.mark;
  return {
    request: ["POST", `namespaces/${space}:rollback`, { revision }],
    effect: (after) => {
      for (const key of keys) {
        if (entries[key] === undefined) deleted(after, space, key);
        else written(after, space, key, { value: entries[key].value });
      }
      delete after.mark;
    },
  };
}

// Destroys every version that is replaced, of a secret and of what is none.
function destroy({ state, turn, spaces: [space] }) {
  const key = ["open", "secret"][(turn >> 1) % 2];
  const name = nameOf(space, key);
  const version = state.versions[name] ?? 0;
  const secret = key === "secret";
  const last = `${name}@${version - 1}`;
  if (version < 2 || state.destroyed.includes(last)) return put(space, key, turn, { secret });
  return {
    request: ["POST", `${name}:destroy`, { versions: [`${version - 1}`] }],
    effect: (after) => after.destroyed.push(last),
  };
}

// Makes it, fills it, and deletes it with what is in it.
function namespace({ state, turn, spaces: [space] }) {
  const found = state.spaces[space];
  if (found === null) {
    const description = `made at ${turn}`;
    return {
      request: ["POST", "namespaces", { name: `namespaces/${space}`, description }],
      effect: (after) => {
        after.spaces[space] = spaceOf(description);
      },
    };
  }
  const keys = Object.keys(found.entries);
  if (keys.length === 0) {
    const value = textOf(space, turn);
    const filled = Array.from({ length: BATCH }, (_, i) => `key/${i}`);
    const operations = filled.map((key) => ({
      put: { name: nameOf(space, key), ...valueBody(value) },
    }));
    return {
      request: ["POST", `namespaces/${space}:commit`, { operations }],
      effect: (after) => {
        for (const key of filled) written(after, space, key, { value });
      },
    };
  }
  return {
    request: ["DELETE", `namespaces/${space}?force=true`],
    effect: (after) => {
      for (const key of keys) deleted(after, space, key);
      after.spaces[space] = null;
    },
  };
}

// A file that leaves nothing but what it says.
function importFile({ state, turn, spaces: [space] }) {
  const value = textOf(space, turn);
  const keys = [keyOf(turn), keyOf(turn + 1)];
  const there = Object.keys(state.spaces[space]?.entries ?? {});
  const entries = Object.fromEntries(keys.map((key) => [key, value]));
  return {
    request: ["POST", `namespaces/${space}:import?mode=MODE_REPLACE`, { entries }],
    effect: (after) => {
      for (const key of keys) written(after, space, key, { value });
      for (const key of there) if (!keys.includes(key)) deleted(after, space, key);
    },
  };
}

function schema({ state, turn, spaces: [space] }) {
  if (state.spaces[space]?.schema && turn % 3 === 0) {
    return {
      request: ["DELETE", schemaOf(space)],
      effect: (after) => {
        after.spaces[space].schema = null;
      },
    };
  }
  const jsonSchema = JSON.stringify({ title: textOf(space, turn) });
  return {
    request: ["PUT", schemaOf(space), { pattern: "**", jsonSchema }],
    effect: (after) => {
      after.spaces[space] ??= spaceOf();
      after.spaces[space].schema = jsonSchema;
    },
  };
}

// An entry ends by itself; that it has ended is acknowledged by a read that says so.
function expiry({ api, state, turn, spaces: [space] }) {
  const name = nameOf(space, "key");
  if (entryOf(state, space, "key") === undefined) return put(space, "key", turn, { ttl: "1s" });
  return {
    act: async (stopping) => {
      while (!stopping()) {
        const { status } = await api.send("GET", name);
        if (status === 404) return { status: 200 };
        if (status !== 200) return { status };
        await sleep(POLL_MILLISECONDS);
      }
      return { status: 503 };
    },
    effect: (after) => deleted(after, space, "key"),
  };
}

function ended(state) {
  const [space] = Object.keys(state.spaces);
  if (entryOf(state, space, "key") === undefined) return [];
  const after = structuredClone(state);
  deleted(after, space, "key");
  return [after];
}

// What is acknowledged is the line in the audit log.
function reveal({ state, turn, spaces: [space] }) {
  if (entryOf(state, space, "key") === undefined) {
    return {
      ...put(space, "key", turn, { secret: true }),
      effect: (after) => written(after, space, "key", { value: MASK, secret: true }),
    };
  }
  return {
    request: ["POST", `${nameOf(space, "key")}:reveal`, {}],
    effect: (after) => {
      after.reveals++;
    },
  };
}

// Secrets, and now and then another key for them, which changes nothing that can be seen.
function rotation(turns, pathOf) {
  return ({ turn, spaces: [space] }) => {
    const due = turn % turns === 0 && turn <= turns * MAX_ROTATIONS;
    if (!due) return put(space, keyOf(turn), turn, { secret: true });
    return { request: ["POST", pathOf(space), {}], effect: () => {} };
  };
}

export const KINDS = {
  put: { next: ({ turn, spaces: [space] }) => put(space, keyOf(turn), turn) },
  update: { next: update },
  delete: { next: removeOrPut },
  undelete: { next: undelete },
  commit: { next: commit, spaces: 2 },
  "rollback-entry": { next: rollbackEntry },
  "rollback-namespace": { next: rollbackNamespace },
  destroy: { next: destroy },
  namespace: { next: namespace },
  schema: { next: schema },
  import: { next: importFile },
  expiry: { next: expiry, alone: ended },
  reveal: { next: reveal, countsReveals: true },
  "data-key": { next: rotation(3, (space) => `namespaces/${space}:rotateDataKey`) },
  "key-encryption-key": { next: rotation(10, () => "keyring:rotate") },
};
