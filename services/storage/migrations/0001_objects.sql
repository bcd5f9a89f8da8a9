-- Times are microseconds since 1970.

CREATE TABLE buckets (
  id TEXT PRIMARY KEY,
  create_time BIGINT NOT NULL
);

-- One row per object; `blob` names the file that holds its content, and is new
-- with every write.
CREATE TABLE objects (
  bucket TEXT NOT NULL REFERENCES buckets (id),
  name TEXT NOT NULL,
  blob TEXT NOT NULL UNIQUE,
  size BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  content_type TEXT NOT NULL,
  metadata TEXT NOT NULL,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY (bucket, name)
);

-- Blobs that no object refers to any more and that are still to be removed.
CREATE TABLE garbage (
  blob TEXT PRIMARY KEY,
  create_time BIGINT NOT NULL
);
