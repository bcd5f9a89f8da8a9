// What a client of config expects to be there, as plain objects that can be compared, and
// what is there.
// The newest versions of each entry that are looked at.
const KEPT = 10;

const text = (value) => ({ stringValue: value });
export const nameOf = (space, key) => `namespaces/${space}/entries/${key}`;

// `spaces` by name: { description, entries, schema }, where an entry is { value, version,
// description, secret }, and the schema a text or null; null for one that is not there. `versions` counts, by name of the
// entry, also those that are deletions. `destroyed` has names with "@" and the version.
// `reveals` are the lines of the audit log that tell of one.
export function emptyState(spaces) {
  return {
    spaces: Object.fromEntries(spaces.map((space) => [space, null])),
    versions: {},
    values: {},
    destroyed: [],
    reveals: 0,
  };
}

export const spaceOf = (description = "") => ({ description, entries: {}, schema: null });

export const schemaOf = (space) => `namespaces/${space}/schemas/one`;

// The next version of an entry, in a state; its namespace is made if it is absent.
export function written(state, space, key, { value, description = "", secret = false }) {
  const name = nameOf(space, key);
  const version = (state.versions[name] ?? 0) + 1;
  state.versions[name] = version;
  state.values[`${name}@${version}`] = value;
  state.spaces[space] ??= spaceOf();
  state.spaces[space].entries[key] = { value, version, description, secret };
}

export function deleted(state, space, key) {
  state.versions[nameOf(space, key)] += 1;
  delete state.spaces[space].entries[key];
}

export const entryOf = (state, space, key) => state.spaces[space]?.entries[key];

export const valueBody = (value) => ({ value: text(value) });

export const MASK = "********";

async function entriesOf(api, space, masked) {
  const entries = {};
  for (const entry of await api.list(`namespaces/${space}/entries?`, "entries")) {
    const key = entry.name.split("/entries/")[1];
    let { value } = entry;
    if (entry.secret && !masked) {
      const { body } = await api.ask("POST", `${entry.name}:reveal`, {});
      value = body.value ?? body;
    }
    const { description, secret } = entry;
    entries[key] = {
      value: value?.stringValue,
      version: Number(entry.version),
      description,
      secret,
    };
  }
  return entries;
}

// Whether a version says that it is destroyed, and nobody gets its value.
async function isDestroyed(api, name, version) {
  const revealed = await api.ask("POST", `${name}:reveal`, { version: `${version}` });
  return revealed.status === 400;
}

// The versions of a state that are looked at.
const lookedAt = ({ destroyed }) => destroyed.slice(-KEPT);

// What can be seen of what `expected` knows of. Where reveals are counted, nothing is
// revealed.
export async function observed(api, expected, countsReveals) {
  const state = { spaces: {}, destroyed: [], reveals: 0 };
  for (const space of Object.keys(expected.spaces)) {
    const found = await api.get(`namespaces/${space}`);
    state.spaces[space] = found && {
      description: found.description,
      entries: await entriesOf(api, space, countsReveals),
      schema: (await api.get(schemaOf(space)))?.jsonSchema ?? null,
    };
  }
  for (const version of lookedAt(expected)) {
    const [name, number] = version.split("@");
    if (await isDestroyed(api, name, number)) state.destroyed.push(version);
  }
  if (countsReveals) {
    const [space] = Object.keys(expected.spaces);
    const filter = `filter.method=RevealEntry&filter.resource_prefix=namespaces/${space}/`;
    state.reveals = (await api.list(`audit?${filter}`, "lines")).length;
  }
  return state;
}

// The same of a state.
export function visible({ spaces, destroyed, reveals }, expected) {
  const looked = lookedAt(expected);
  return { spaces, destroyed: destroyed.filter((version) => looked.includes(version)), reveals };
}
