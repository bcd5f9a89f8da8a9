-- Entries, their history and the log of changes.
--
-- Text keys compare bytewise: BINARY in SQLite (its default), the C collation
-- in PostgreSQL. Times are microseconds since 1970, truth values 0 or 1.

-- One row. `head` is the newest revision, `floor` the newest whose events are
-- gone. `epoch` is drawn at the first start and is part of every etag, so that
-- an etag of another database is never current here. `key_check` is a known
-- text sealed with the key of the secrets: a wrong key is noticed at start.
CREATE TABLE meta (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  head BIGINT NOT NULL,
  floor BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  key_id TEXT,
  key_nonce BYTEA,
  key_check BYTEA
);

INSERT INTO meta (id, head, floor, epoch) VALUES (1, 0, 0, 0);

CREATE TABLE namespaces (
  name TEXT NOT NULL PRIMARY KEY,
  create_time BIGINT NOT NULL
);

-- Every version ever written and not compacted. `value` holds the text of the
-- value (kind 1 string, 2 integer, 3 double, 4 truth value, 5 JSON), sealed if
-- `secret` is 1; a deletion is a version with `deleted` 1 and no value.
CREATE TABLE versions (
  namespace TEXT NOT NULL REFERENCES namespaces (name),
  key TEXT NOT NULL,
  version BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  deleted BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  value BYTEA NOT NULL,
  secret BIGINT NOT NULL,
  key_id TEXT,
  nonce BYTEA,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY (namespace, key, version)
);

-- The current view: which version of each entry is there now.
CREATE TABLE entries (
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (namespace, key),
  FOREIGN KEY (namespace, key, version) REFERENCES versions (namespace, key, version)
);

-- What each revision changed, in the order of its transaction.
CREATE TABLE events (
  revision BIGINT NOT NULL,
  ordinal BIGINT NOT NULL,
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (revision, ordinal)
);

CREATE INDEX events_by_namespace ON events (namespace, revision, ordinal);
