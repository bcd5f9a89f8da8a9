-- What the database of storage says of itself and is not so, a line each. Every reference, size
-- and number that is kept is counted again from the rows.
WITH named AS (
  SELECT 'object ' || bucket || '/' || name AS what, bucket, name, generation, numbered, 0 AS deleted,
         size, piece, list, sha256, crc32c
  FROM objects
  UNION ALL
  SELECT 'version ' || bucket || '/' || name || '@' || generation, bucket, name, generation, numbered,
         deleted, size, piece, list, sha256, crc32c
  FROM versions
),
holders AS (
  SELECT what, size, piece, list, sha256, crc32c FROM named
  UNION ALL
  SELECT 'part ' || upload || '/' || number, size, piece, list, sha256, crc32c FROM parts
),
piece_refs AS (
  SELECT piece, count(*) AS counted
  FROM (SELECT piece FROM holders WHERE piece IS NOT NULL
        UNION ALL SELECT piece FROM list_pieces) AS refs
  GROUP BY piece
),
list_refs AS (
  SELECT list, count(*) AS counted FROM holders WHERE list IS NOT NULL GROUP BY list
),
listed AS (
  SELECT list, sum(size) AS size, count(*) AS pieces, max(start + size) AS until
  FROM list_pieces GROUP BY list
),
totals AS (
  SELECT b.number, b.id, b.objects, b.bytes, b.versions, b.version_bytes,
         (SELECT count(*) FROM objects o WHERE o.bucket = b.number) AS counted_objects,
         (SELECT coalesce(sum(o.size), 0) FROM objects o WHERE o.bucket = b.number) AS counted_bytes,
         (SELECT count(*) FROM versions v WHERE v.bucket = b.number) AS counted_versions,
         (SELECT coalesce(sum(v.size), 0) FROM versions v WHERE v.bucket = b.number)
           AS counted_version_bytes
  FROM buckets b
),
given_numbers AS (
  SELECT id AS number FROM pieces UNION ALL SELECT id FROM lists
  UNION ALL SELECT number FROM buckets UNION ALL SELECT id FROM removals
)
SELECT 'piece ' || p.id || ' has ' || p.refs || ' references, and ' || coalesce(r.counted, 0)
         || ' name it' AS problem
FROM pieces p LEFT JOIN piece_refs r ON r.piece = p.id WHERE p.refs <> coalesce(r.counted, 0)
UNION ALL
SELECT 'piece ' || r.piece || ' is named and not there'
FROM piece_refs r LEFT JOIN pieces p ON p.id = r.piece WHERE p.id IS NULL
UNION ALL
SELECT 'piece ' || id || ' is kept by the database, and nothing names it'
FROM pieces WHERE refs = 0 AND data IS NOT NULL
UNION ALL
SELECT 'piece ' || id || ' has not exactly one place' FROM pieces
WHERE (data IS NULL) = (blob IS NULL)
UNION ALL
SELECT 'piece ' || id || ' of ' || size || ' bytes has ' || length(data) FROM pieces
WHERE data IS NOT NULL AND length(data) <> size
UNION ALL
SELECT 'blob ' || p.blob || ' is that of piece ' || p.id || ', and garbage'
FROM pieces p JOIN garbage g ON g.blob = p.blob
UNION ALL
SELECT 'list ' || l.id || ' has ' || l.refs || ' references, and ' || coalesce(r.counted, 0)
         || ' name it'
FROM lists l LEFT JOIN list_refs r ON r.list = l.id WHERE l.refs <> coalesce(r.counted, 0)
UNION ALL
SELECT 'list ' || r.list || ' is named and not there'
FROM list_refs r LEFT JOIN lists l ON l.id = r.list WHERE l.id IS NULL
UNION ALL
SELECT 'pieces of list ' || c.list || ', which is not there'
FROM listed c LEFT JOIN lists l ON l.id = c.list WHERE l.id IS NULL
UNION ALL
SELECT 'list ' || l.id || ' has gaps, or pieces of other sizes than it says'
FROM lists l JOIN listed c ON c.list = l.id
WHERE l.refs > 0
  AND (c.until <> c.size
       OR c.size <> (SELECT sum(p.size) FROM list_pieces i JOIN pieces p ON p.id = i.piece
                     WHERE i.list = l.id))
UNION ALL
SELECT h.what || ' has ' || h.size || ' bytes, and its piece ' || p.size
FROM holders h JOIN pieces p ON p.id = h.piece WHERE p.size <> h.size
UNION ALL
SELECT h.what || ' has ' || h.size || ' bytes, and its list ' || coalesce(c.size, 0)
FROM holders h LEFT JOIN listed c ON c.list = h.list
WHERE h.list IS NOT NULL AND coalesce(c.size, 0) <> h.size
UNION ALL
SELECT what || ' of ' || size || ' bytes has no content, or two' FROM holders
WHERE (piece IS NOT NULL AND list IS NOT NULL) OR (size = 0) <> (piece IS NULL AND list IS NULL)
UNION ALL
SELECT h.what || ' has another sum than its piece'
FROM holders h JOIN pieces p ON p.id = h.piece
WHERE h.sha256 <> p.sha256 OR h.crc32c <> p.crc32c
UNION ALL
SELECT 'bucket ' || id || ' says objects ' || objects || '/' || bytes || ' and versions '
         || versions || '/' || version_bytes || ', and has ' || counted_objects || '/'
         || counted_bytes || ' and ' || counted_versions || '/' || counted_version_bytes
FROM totals
WHERE objects <> counted_objects OR bytes <> counted_bytes OR versions <> counted_versions
   OR version_bytes <> counted_version_bytes
UNION ALL
SELECT n.what || ' is in no bucket'
FROM named n LEFT JOIN buckets b ON b.number = n.bucket WHERE b.number IS NULL
UNION ALL
SELECT 'upload ' || u.id || ' is in no bucket'
FROM uploads u LEFT JOIN buckets b ON b.number = u.bucket WHERE b.number IS NULL
UNION ALL
SELECT 'removal ' || r.id || ' is of no bucket'
FROM removals r LEFT JOIN buckets b ON b.number = r.bucket WHERE b.number IS NULL
UNION ALL
SELECT 'part ' || p.upload || '/' || p.number || ' is of no upload'
FROM parts p LEFT JOIN uploads u ON u.id = p.upload WHERE u.id IS NULL
UNION ALL
SELECT 'number ' || number || ' was given out twice' FROM given_numbers
GROUP BY number HAVING count(*) > 1
UNION ALL
SELECT 'number ' || number || ' was never given out' FROM given_numbers, numbers
WHERE number > latest
UNION ALL
SELECT n.what || ' has a generation that was never given out' FROM named n, numbers
WHERE n.generation > numbers.latest
UNION ALL
SELECT v.what || ' is newer than what is current'
FROM named v JOIN objects o ON o.bucket = v.bucket AND o.name = v.name
WHERE v.generation > o.generation
UNION ALL
SELECT 'of ' || bucket || '/' || name || ' ' || count(*) || ' versions were written without versioning'
FROM named WHERE numbered = 0 GROUP BY bucket, name HAVING count(*) > 1
