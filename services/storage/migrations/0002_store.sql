-- Who this database is, to stores of blobs that do not go where it goes. One row.

CREATE TABLE store (
  only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
  id TEXT NOT NULL
);
