// Where the bytes of objects are.
//
// A blob is written once, under a fresh random name, and never changed, so
// that a row in the database can start to refer to it only when it is whole
// and durable, and nobody who reads the old content notices a new one. Stores
// are rows of the table in blob_store.cc: the local disk, and S3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/storage/blobs/s3/client/options.h"

namespace triad {
class Clock;
class FileSystem;
class Metrics;
class Random;
}  // namespace triad

namespace triad::storage {

// A blob that is being written. Not thread-safe. The store counts it as in use
// for as long as this lives: destroy it only after the row that refers to it is
// committed. Without MakeDurable nothing of it remains, but for what arrives in S3 just as it is
// given up: that is an orphan.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  virtual const std::string& blob() const = 0;
  // RESOURCE_EXHAUSTED if the disk is full; UNAVAILABLE if there is no memory, or
  // no connection, for one more upload now; DEADLINE_EXCEEDED if others needed the memory
  // while the content came too slowly, of what follows too. After an error, only destroy it.
  virtual absl::Status Append(absl::string_view bytes) = 0;
  // Nothing more comes: sends the content on its way, without waiting for it to arrive.
  // `sha256` is the content's, in lower-case hex.
  virtual absl::Status Send(const std::string& sha256) = 0;
  // The content survives a power loss once this returned OK. Called once, at the end, after
  // Send or without it.
  virtual absl::Status MakeDurable() = 0;
  // A writer of one more blob of the same content, which is filled after this one. What all of
  // them hold counts as one upload's: one that is short of memory waits for those before it
  // that are on their way, and may fail as they do. The errors of BlobStore::Create.
  virtual absl::StatusOr<std::unique_ptr<BlobWriter>> Next() = 0;
};

// Bytes of a blob, from the first of a range on. Not thread-safe. They stay
// readable after Remove.
class BlobReader {
 public:
  virtual ~BlobReader() = default;
  // Waits until it is known whether there is such a blob: NOT_FOUND if not. Only for what
  // Ask gave.
  virtual absl::Status Await() { return absl::OkStatus(); }
  // The next `count` bytes; fewer only where the range, or the blob, ends.
  // DATA_LOSS if the bytes do not have the hash they should.
  virtual absl::StatusOr<std::string> Read(std::size_t count) = 0;
};

struct BlobRange {
  std::int64_t offset = 0;
  std::int64_t length = 0;
  // What these bytes should hash to, in lower-case hex; empty if that is not
  // known. A store that gets them over a network checks it.
  std::string sha256;
};

// What became of things that were to be removed one by one.
struct Removals {
  int removed = 0;
  int failed = 0;
  absl::Status first_failure;  // OK if none failed

  void Count(const absl::Status& outcome) {
    if (outcome.ok()) {
      ++removed;
    } else if (++failed == 1) {
      first_failure = outcome;
    }
  }
};

// Thread-safe. Everything blocks.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  virtual absl::StatusOr<std::unique_ptr<BlobWriter>> Create() = 0;
  // The same for a blob that another store has under this name. What is there already is
  // replaced once the new one is durable.
  virtual absl::StatusOr<std::unique_ptr<BlobWriter>> CreateAs(const std::string& blob) = 0;
  // NOT_FOUND if there is no such blob.
  virtual absl::StatusOr<std::unique_ptr<BlobReader>> Open(const std::string& blob,
                                                           BlobRange range) = 0;
  // Whether it pays, now, to ask for a blob shortly before it is read, as the store is far away.
  virtual bool AsksAhead() { return false; }
  // The same as Open without waiting; the reader's Await says what Open would.
  virtual absl::StatusOr<std::unique_ptr<BlobReader>> Ask(const std::string& blob,
                                                          BlobRange range) {
    return Open(blob, std::move(range));
  }
  // OK if it is gone already. A store may keep a blob that is being read: it is found
  // as an orphan later.
  virtual absl::Status Remove(const std::string& blob) = 0;
  // Durable blobs last changed before `time` that no writer holds. An error
  // rather than a list with gaps, or if CheckOwner says so.
  virtual absl::StatusOr<std::vector<std::string>> ListOlderThan(absl::Time time) = 0;
  // Frees what is left of writes that began before `time` and never became a blob. What
  // cannot be freed is passed over. An error if it cannot be listed, or if the store is away.
  virtual absl::StatusOr<Removals> RemoveUnfinished(absl::Time time) = 0;
  // Whether the blobs are still this database's, and none of another process: asked before
  // anything is removed that a row named. INTERNAL if not.
  virtual absl::Status CheckOwner() = 0;
  // Whether blobs can be reached. Says what is wrong, within about `timeout`.
  virtual absl::Status CheckHealth(absl::Duration timeout) = 0;
};

// What stores are made from. All of it must outlive the store.
struct BlobStoreParts {
  FileSystem& files;
  Random& random;
  const Clock& clock;
  Metrics& metrics;
  s3::Options s3 = {};
  // The id of the database whose blobs these are. A place in S3 belongs to the first
  // who comes, and is refused to others, whose sweeper would take all blobs there for
  // orphans; of two processes with this id, to the later one. Empty: this is not checked.
  std::string owner = {};
};

// `url` is "local:PATH", whose directory is made if it is missing, or
// "s3://BUCKET" or "s3://BUCKET/PREFIX", whose bucket must exist.
// INVALID_ARGUMENT for one that no store knows, INTERNAL for a place of
// another owner.
absl::StatusOr<std::unique_ptr<BlobStore>> OpenBlobStore(absl::string_view url,
                                                         const BlobStoreParts& parts);

}  // namespace triad::storage
