-- Versions are what the changes were: one table in the order of the changes takes
-- the place of three, so that a write touches half as many trees. The newest
-- version of a key, unless it is a deletion, is the entry.

CREATE TABLE ordered_versions (
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
);

-- What is older than the floor has no event any more, and gets a place in its
-- revision. A secret's content is known by where it was written.
INSERT INTO ordered_versions
  SELECT v.revision,
         COALESCE(e.ordinal, row_number() OVER (PARTITION BY v.revision
                                                ORDER BY v.namespace, v.key) - 1),
         v.namespace, v.key, v.version, v.deleted, v.kind, v.value, v.secret, v.key_id, v.nonce,
         CASE WHEN v.secret = 1 AND v.deleted = 0 THEN v.revision || '/' || v.namespace || '/' || v.key END,
         '', '', v.create_time, v.update_time, NULL, 0
  FROM versions v LEFT JOIN events e
    ON e.revision = v.revision AND e.namespace = v.namespace AND e.key = v.key;

DROP TABLE events;
DROP TABLE entries;
DROP TABLE versions;
ALTER TABLE ordered_versions RENAME TO versions;

-- From a key to its newest version, and from one key to the next.
CREATE UNIQUE INDEX versions_by_key ON versions (namespace, key, version DESC);
-- Which keys secrets are sealed with, and what is sealed with one of them, in
-- the order in which it is sealed again with another.
CREATE INDEX versions_by_key_id ON versions (key_id, namespace, key, version) WHERE secret = 1;

-- The entries that have an end, in the order of their ends.
CREATE TABLE expiries (
  expire_time BIGINT NOT NULL,
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (expire_time, namespace, key)
);

-- 1 is there, 2 is being deleted, 3 was deleted: what its deletion has told is still kept.
ALTER TABLE namespaces ADD COLUMN state BIGINT NOT NULL DEFAULT 1;
ALTER TABLE namespaces ADD COLUMN description TEXT NOT NULL DEFAULT '';

-- What was done, by whom and from where: runtime/audit/rows.h.
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
);
