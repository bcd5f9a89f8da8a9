-- Envelope encryption: the secrets of a namespace are sealed with a data key of its
-- own, which is kept here, sealed with the first key of the key file. What an earlier
-- version has sealed with that key itself is sealed again in the background.

CREATE TABLE data_keys (
  id TEXT NOT NULL PRIMARY KEY,  -- told from the key; `key_id` of what it has sealed
  namespace TEXT NOT NULL REFERENCES namespaces (name),
  number BIGINT NOT NULL,        -- in its namespace, from 1; the last one seals
  wrapping_key_id TEXT NOT NULL,
  nonce BYTEA NOT NULL,
  wrapped BYTEA NOT NULL,
  create_time BIGINT NOT NULL,
  UNIQUE (namespace, number)
);

-- Which keys data keys are sealed with, and those of one of them.
CREATE INDEX data_keys_by_wrapping_key ON data_keys (wrapping_key_id, id);

-- A deletion has nothing to seal, and no need for the key of its day.
UPDATE versions SET key_id = NULL, nonce = NULL WHERE deleted = 1 AND secret = 1;
