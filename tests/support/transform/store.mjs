// What a client of transform expects of its recipes, as plain objects that can be compared, and
// what is there.

// `recipes` by id: { versions, published }, where a version is what its description says, the
// oldest first; null for one that is not there. `lines` are those of the audit log, by id: each
// change has one, also of a recipe that is deleted.
export const emptyState = (spaces) => ({
  recipes: Object.fromEntries(spaces.map((id) => [id, null])),
  lines: Object.fromEntries(spaces.map((id) => [id, 0])),
});

// All that is there of a recipe. Its versions have their numbers, so that none can be missing.
async function found(api, id) {
  const recipe = await api.get(`recipes/${id}`);
  if (recipe === null) return null;
  const versions = await api.list(`recipes/${id}/versions?`, "recipes");
  return {
    newest: [recipe.version, recipe.newestVersion],
    published: recipe.publishedVersion,
    versions: versions.map(({ version, description }) => [version, description]),
  };
}

// What is there of the recipes that `expected` knows of.
export async function observed(api, expected) {
  const state = { recipes: {}, lines: {} };
  for (const id of Object.keys(expected.recipes)) {
    state.recipes[id] = await found(api, id);
    const filter = `filter.resource_prefix=recipes/${id}`;
    state.lines[id] = (await api.list(`transform/audit?${filter}`, "lines")).length;
  }
  return state;
}

// The same of a state.
export function visible({ recipes, lines }) {
  const look = ({ versions, published }) => ({
    newest: [`${versions.length}`, `${versions.length}`],
    published: `${published}`,
    versions: versions.map((description, i) => [`${i + 1}`, description]).reverse(),
  });
  return {
    recipes: Object.fromEntries(
      Object.entries(recipes).map(([id, recipe]) => [id, recipe && look(recipe)]),
    ),
    lines,
  };
}
