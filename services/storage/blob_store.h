// Where the bytes of objects are.
//
// A blob is written once, under a fresh random name, and never changed, so
// that a row in the database can start to refer to it only when it is whole
// and durable, and nobody who reads the old content notices a new one. Stores
// are rows of the table in blob_store.cc: local disk now, S3 later.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/io/file_system.h"

namespace triad {
class Random;
}

namespace triad::storage {

// A blob that is being written. Not thread-safe. The store counts it as in use
// for as long as this lives: destroy it only after the row that refers to it is
// committed. Without MakeDurable nothing of it remains.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  virtual const std::string& blob() const = 0;
  // RESOURCE_EXHAUSTED if the disk is full. Nothing but destruction after an
  // error.
  virtual absl::Status Append(absl::string_view bytes) = 0;
  // The content survives a power loss once this returned OK. Once, at the end.
  virtual absl::Status MakeDurable() = 0;
};

// Thread-safe. Everything blocks.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  virtual absl::StatusOr<std::unique_ptr<BlobWriter>> Create() = 0;
  // NOT_FOUND if there is no such blob. What is open stays readable after Remove.
  virtual absl::StatusOr<std::unique_ptr<ReadableFile>> Open(const std::string& blob) = 0;
  // OK if it is gone already.
  virtual absl::Status Remove(const std::string& blob) = 0;
  // Durable blobs last changed before `time` that no writer holds. An error
  // rather than a list with gaps.
  virtual absl::StatusOr<std::vector<std::string>> ListOlderThan(absl::Time time) = 0;
  // Whether blobs can be reached. Says what is wrong.
  virtual absl::Status CheckHealth() = 0;
};

// `url` is "local:PATH"; the directory is made if it is missing.
// INVALID_ARGUMENT for one that no store knows. `files` and `random` must
// outlive the store.
absl::StatusOr<std::unique_ptr<BlobStore>> OpenBlobStore(absl::string_view url, FileSystem& files,
                                                         Random& random);

}  // namespace triad::storage
