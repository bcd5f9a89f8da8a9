-- JSON Schemas that the values of some keys of a namespace have to fit.

CREATE TABLE schemas (
  namespace TEXT NOT NULL REFERENCES namespaces (name),
  name TEXT NOT NULL,
  pattern TEXT NOT NULL,      -- of the keys
  json_schema TEXT NOT NULL,  -- as it was given
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY (namespace, name)
);
