-- SQLite keeps a table in one tree and its key in another, unless it is told that the key is
-- all it is found by. Every write adds to these two tables, and so changes two pages fewer.

CREATE TABLE one_tree_versions (
  revision BIGINT NOT NULL,
  ordinal BIGINT NOT NULL,  -- in its transaction, from 0
  namespace TEXT NOT NULL REFERENCES namespaces (name),
  key TEXT NOT NULL,
  version BIGINT NOT NULL,
  deleted BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  value BYTEA NOT NULL,
  secret BIGINT NOT NULL,
  key_id TEXT,
  nonce BYTEA,
  -- Of a secret: drawn for each value, the same where a value was taken over.
  content_id TEXT,
  description TEXT NOT NULL,
  labels TEXT NOT NULL,     -- "a=b" lines in order of their keys
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  expire_time BIGINT,
  destroyed BIGINT NOT NULL,  -- 1 if the value was taken away
  PRIMARY KEY (revision, ordinal)
) /*sqlite WITHOUT ROWID*/;

INSERT INTO one_tree_versions SELECT * FROM versions ORDER BY revision, ordinal;
DROP TABLE versions;
ALTER TABLE one_tree_versions RENAME TO versions;

CREATE UNIQUE INDEX versions_by_key ON versions (namespace, key, version DESC);
CREATE INDEX versions_by_key_id ON versions (key_id, namespace, key, version) WHERE secret = 1;

CREATE TABLE one_tree_audit (
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

INSERT INTO one_tree_audit SELECT * FROM audit ORDER BY id;
DROP TABLE audit;
ALTER TABLE one_tree_audit RENAME TO audit;
