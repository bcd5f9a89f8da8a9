-- Recipes, their versions, and the audit log.
--
-- Text keys compare bytewise: BINARY in SQLite (its default), the C collation
-- in PostgreSQL. Times are microseconds since 1970.

CREATE TABLE recipes (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,    -- the newest
  published BIGINT NOT NULL,  -- the one that runs if none is named; 0 if none was published
  etag TEXT NOT NULL,         -- drawn for each change
  create_time BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;

-- Every version that was ever saved of a recipe that is there. `tags` has one a
-- line. `parameters` and `tests` are lists as JSON, with bytes in base64.
CREATE TABLE recipe_versions (
  recipe TEXT NOT NULL REFERENCES recipes (id),
  version BIGINT NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  tags TEXT NOT NULL,
  text TEXT NOT NULL,  -- in the language of recipes
  parameters TEXT NOT NULL,
  tests TEXT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY (recipe, version)
);

-- What was done and what was refused. Lines are added, and old ones deleted;
-- none is ever changed.
CREATE TABLE audit (
  id BIGINT NOT NULL PRIMARY KEY,
  time BIGINT NOT NULL,
  principal TEXT NOT NULL,
  peer TEXT NOT NULL,
  address TEXT NOT NULL,
  method TEXT NOT NULL,
  resource TEXT NOT NULL,
  count BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  revision BIGINT NOT NULL,
  request_id TEXT NOT NULL,
  trace_id TEXT NOT NULL
) /*sqlite WITHOUT ROWID*/;
