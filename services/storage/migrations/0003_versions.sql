-- Content becomes pieces that are shared and counted; objects get versions.
--
-- What is numbered (buckets, pieces, lists, generations of objects) takes its numbers from
-- one counter, in order of arrival; none is ever used again.

CREATE TABLE pieces (
  id BIGINT NOT NULL PRIMARY KEY,
  size BIGINT NOT NULL,
  hash BIGINT,            -- the first 8 bytes of the SHA-256; NULL where no equal bytes are to be found
  sha256 TEXT NOT NULL,
  crc32c BIGINT,          -- NULL if it is from before there were any
  blocks BYTEA,           -- CRC32C of each block, four bytes each, big-endian; NULL if of one block
  data BYTEA,             -- the bytes, if they are kept here
  blob TEXT,              -- what they are called in the blob store, if not
  damaged BIGINT NOT NULL,
  refs BIGINT NOT NULL    -- how many rows of objects, versions and list_pieces name it
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX pieces_by_hash ON pieces (hash) WHERE hash IS NOT NULL;
CREATE INDEX pieces_without_refs ON pieces (id) WHERE refs = 0;

-- Content of several pieces.
CREATE TABLE lists (
  id BIGINT NOT NULL PRIMARY KEY,
  refs BIGINT NOT NULL    -- how many rows of objects and versions name it
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX lists_without_refs ON lists (id) WHERE refs = 0;
CREATE TABLE list_pieces (
  list BIGINT NOT NULL,
  start BIGINT NOT NULL,  -- where in the content it begins
  piece BIGINT NOT NULL,
  size BIGINT NOT NULL,
  PRIMARY KEY (list, start)
) /*sqlite WITHOUT ROWID*/;

INSERT INTO pieces (id, size, sha256, blob, damaged, refs)
SELECT row_number() OVER (ORDER BY update_time, blob), size, sha256, blob, 0, 1 FROM objects;

-- Orphans are told from blobs that are in use by this.
CREATE UNIQUE INDEX pieces_by_blob ON pieces (blob) WHERE blob IS NOT NULL;

CREATE TABLE numbered_buckets (
  number BIGINT NOT NULL PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  etag TEXT NOT NULL,
  description TEXT NOT NULL,
  labels TEXT NOT NULL,          -- a line "key=value" for each
  cache_control TEXT NOT NULL,   -- of objects that have none; empty for the service's own
  versioning TEXT NOT NULL,      -- "off", "on", or "suspended" if it was on
  deleting BIGINT NOT NULL,      -- 1 while its objects are removed
  objects BIGINT NOT NULL,       -- how many are there,
  bytes BIGINT NOT NULL,         -- and of how many bytes;
  versions BIGINT NOT NULL,      -- how many are kept beside them,
  version_bytes BIGINT NOT NULL, -- and of how many bytes
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;
INSERT INTO numbered_buckets
SELECT row_number() OVER (ORDER BY b.create_time, b.id)
         + (SELECT count(*) FROM objects),
       b.id, 'm' || b.create_time, '', '', '', 'off', 0,
       (SELECT count(*) FROM objects o WHERE o.bucket = b.id),
       (SELECT coalesce(sum(o.size), 0) FROM objects o WHERE o.bucket = b.id),
       0, 0, b.create_time, b.create_time
FROM buckets b;

-- The current version of each object that is there. A version names one piece, or a list of
-- them, or neither if it is empty.
CREATE TABLE current_objects (
  bucket BIGINT NOT NULL,
  name TEXT NOT NULL,
  generation BIGINT NOT NULL,
  numbered BIGINT NOT NULL,      -- 0 if it was written while there was no versioning
  etag TEXT NOT NULL,
  size BIGINT NOT NULL,
  piece BIGINT,
  list BIGINT,
  sha256 TEXT,                   -- NULL until it is computed
  crc32c BIGINT,
  content_type TEXT NOT NULL,
  properties TEXT NOT NULL,      -- JSON; empty if there are none
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  PRIMARY KEY (bucket, name)
) /*sqlite WITHOUT ROWID*/;

-- The tags were names of blobs, and look like MD5s: they change, this once.
INSERT INTO current_objects
SELECT b.number, o.name, p.id, 0, 'm' || substr(o.blob, 1, 24), o.size, p.id, NULL, o.sha256, NULL,
       o.content_type,
       CASE WHEN o.metadata = '{}' THEN '' ELSE '{"metadata":' || o.metadata || '}' END,
       o.create_time, o.update_time
FROM objects o
JOIN numbered_buckets b ON b.id = o.bucket
JOIN pieces p ON p.blob = o.blob;

CREATE INDEX objects_without_sha256 ON current_objects (bucket, name) WHERE sha256 IS NULL;

DROP TABLE objects;
DROP TABLE buckets;
ALTER TABLE numbered_buckets RENAME TO buckets;
ALTER TABLE current_objects RENAME TO objects;

-- Versions that are not current, and marks of deletions.
CREATE TABLE versions (
  bucket BIGINT NOT NULL,
  name TEXT NOT NULL,
  generation BIGINT NOT NULL,
  numbered BIGINT NOT NULL,
  deleted BIGINT NOT NULL,       -- 1: a mark that the object was deleted here
  etag TEXT NOT NULL,
  size BIGINT NOT NULL,
  piece BIGINT,
  list BIGINT,
  sha256 TEXT,
  crc32c BIGINT,
  content_type TEXT NOT NULL,
  properties TEXT NOT NULL,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL,
  noncurrent_time BIGINT NOT NULL,
  PRIMARY KEY (bucket, name, generation)
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX versions_without_sha256 ON versions (bucket, name) WHERE sha256 IS NULL AND deleted = 0;
CREATE INDEX unnumbered_versions ON versions (bucket, name) WHERE numbered = 0;

-- The latest number that was given out. One row.
CREATE TABLE numbers (
  only_row BIGINT NOT NULL PRIMARY KEY CHECK (only_row = 1),
  latest BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;
INSERT INTO numbers SELECT 1, (SELECT count(*) FROM pieces) + (SELECT count(*) FROM buckets);

-- The table `garbage` stays: it has the blobs that are taken, which no piece names any more
-- and whose bytes are to be removed.

-- Objects that are uploaded in parts, until they are completed or given up.
CREATE TABLE uploads (
  id TEXT NOT NULL PRIMARY KEY,
  bucket BIGINT NOT NULL,
  name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  properties TEXT NOT NULL,
  create_time BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;
CREATE UNIQUE INDEX uploads_by_name ON uploads (bucket, name, id);
CREATE TABLE parts (
  upload TEXT NOT NULL,
  number BIGINT NOT NULL,        -- from 1
  etag TEXT NOT NULL,
  size BIGINT NOT NULL,
  piece BIGINT,
  list BIGINT,
  sha256 TEXT NOT NULL,
  crc32c BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  PRIMARY KEY (upload, number)
) /*sqlite WITHOUT ROWID*/;

-- Deletions by prefix that go on in the background.
CREATE TABLE removals (
  id BIGINT NOT NULL PRIMARY KEY,
  bucket BIGINT NOT NULL,
  prefix TEXT NOT NULL,
  latest BIGINT NOT NULL,        -- of the generations that are deleted
  after TEXT NOT NULL,           -- names up to this one are done
  removed BIGINT NOT NULL,       -- how many objects, so far
  done BIGINT NOT NULL,
  create_time BIGINT NOT NULL,
  update_time BIGINT NOT NULL
) /*sqlite WITHOUT ROWID*/;
CREATE INDEX removals_by_bucket ON removals (bucket, id);

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
