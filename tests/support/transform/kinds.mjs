// The kinds of writes that transform knows, as a table: for each what a client does next, given
// what is there, and what its write makes of that. A new kind is one more row.
//
// They are as those of tests/support/config/kinds.mjs: a space is a recipe here.

// A recipe may have more; a client that has so many begins anew.
const MAX_VERSIONS = 40;

// All different, mostly small.
const textOf = (id, turn) => `${id} ${turn} ${"x".repeat((turn * 7919) % 2000)}`;

// A write, and its line in the audit log.
const write = (id, request, effect) => ({
  request,
  effect: (state) => {
    state.lines[id]++;
    effect(state);
  },
});

// With a test, as what is saved has passed it.
function create(id, turn) {
  const description = textOf(id, turn);
  const tests = [{ inputText: "Triad", outputText: "5472696164" }];
  const recipe = { recipe: "to-hex", description, tests };
  return write(id, ["POST", `recipes?recipe_id=${id}`, recipe], (state) => {
    state.recipes[id] = { versions: [description], published: 0 };
  });
}

function remove(id) {
  return write(id, ["DELETE", `recipes/${id}`], (state) => {
    state.recipes[id] = null;
  });
}

function change(id, turn) {
  const description = textOf(id, turn);
  return write(id, ["PATCH", `recipes/${id}`, { description }], (state) =>
    state.recipes[id].versions.push(description),
  );
}

const createOrRemove = ({ state, turn, spaces: [id] }) =>
  state.recipes[id] === null ? create(id, turn) : remove(id);

function update({ state, turn, spaces: [id] }) {
  const recipe = state.recipes[id];
  if (recipe === null) return create(id, turn);
  return recipe.versions.length < MAX_VERSIONS ? change(id, turn) : remove(id);
}

// Each version once it is there, and the one before it.
function publish(context) {
  const {
    state,
    turn,
    spaces: [id],
  } = context;
  const versions = state.recipes[id]?.versions.length ?? 0;
  if (turn % 3 === 0 || versions < 2) return update(context);
  const version = versions - (turn % 3 === 1 ? 0 : 1);
  return write(id, ["POST", `recipes/${id}:publish`, { version }], (after) => {
    after.recipes[id].published = version;
  });
}

export const KINDS = {
  create: { next: createOrRemove },
  update: { next: update },
  publish: { next: publish },
};
