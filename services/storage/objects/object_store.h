// Objects: the order in which blob and row change, and the conditions of writes.
//
//   write:  blob durable ─▶ row (and garbage entry of the old blob) ─▶ answer ─▶ old blob removed
//   read:   row ─▶ blob; if the blob is gone, the row was replaced meanwhile, and is read again
//
// So a row always refers to a whole, durable blob, and a crash at any point
// leaves at most a blob that nothing refers to, which the Sweeper removes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/clock.h"
#include "runtime/base/etags.h"
#include "runtime/base/sha256.h"
#include "runtime/database/database.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/model/object.h"

namespace triad::storage {

// When an object may be written. All unset: always.
struct WriteCondition : EtagCondition {
  // An object that is there must not have been written after this, as far as whole
  // seconds tell.
  std::optional<absl::Time> if_unmodified_since;
};

struct NewObject {
  ObjectName name;
  std::string content_type;
  std::map<std::string, std::string> metadata;
  WriteCondition condition;
  // As announced: content of another length is refused.
  std::optional<std::int64_t> size;
};

// An object and bytes of its content as of one moment. The bytes stay readable
// after the object was replaced.
struct ObjectContent {
  Object object;
  std::unique_ptr<BlobReader> content;  // null if no range was chosen
};

struct ByteRange {
  std::int64_t offset = 0;
  std::int64_t length = 0;
};

class ObjectStore;

// One object that is being written. Nothing of it is visible until Finish returned
// OK, and nothing remains of it if it is destroyed before. Not thread-safe.
class ObjectWrite {
 public:
  ObjectWrite(ObjectStore& store, NewObject object, std::unique_ptr<BlobWriter> blob);

  // OUT_OF_RANGE over the limit; the errors of BlobWriter::Append.
  absl::Status Append(absl::string_view bytes);
  // Durable once this returned OK. INVALID_ARGUMENT if the length is not the
  // announced one, FAILED_PRECONDITION if the condition no longer holds; the errors of
  // BlobWriter::MakeDurable.
  absl::StatusOr<Object> Finish();

 private:
  ObjectStore& store_;
  const NewObject object_;
  std::unique_ptr<BlobWriter> blob_;
  Sha256Hasher hasher_;
  std::int64_t size_ = 0;
};

struct ObjectStoreOptions {
  // Largest content. More is OUT_OF_RANGE.
  std::int64_t max_object_bytes = std::int64_t{5} << 30;
  // Called when a replaced blob waits for removal. Must not block.
  std::function<void()> garbage_made = [] {};
};

// Thread-safe. Blocks. What it is given must outlive it.
class ObjectStore {
 public:
  ObjectStore(db::Database& database, BlobStore& blobs, const Clock& clock,
              ObjectStoreOptions options)
      : database_(database), blobs_(blobs), clock_(clock), options_(std::move(options)) {}

  // NOT_FOUND if there is no such object, or no such bucket.
  absl::StatusOr<Object> Get(const ObjectName& name);
  // Opens all of the content. NOT_FOUND as of Get; DATA_LOSS if it is missing;
  // UNAVAILABLE if the object was replaced each of many times while it was opened.
  absl::StatusOr<ObjectContent> Open(const ObjectName& name);
  // Opens the part of the content that `choose` names, given the object; nullopt
  // opens nothing. `choose` is asked again if the object is replaced meanwhile.
  using ChooseRange = std::function<absl::StatusOr<std::optional<ByteRange>>(const Object&)>;
  absl::StatusOr<ObjectContent> Open(const ObjectName& name, const ChooseRange& choose);

  // OUT_OF_RANGE for content that is over the limit. Does not block.
  absl::Status CheckSize(std::int64_t size) const;

  // Says early what Finish would refuse: NOT_FOUND if there is no such bucket,
  // FAILED_PRECONDITION if the condition does not hold now, OUT_OF_RANGE if the
  // announced size is over the limit.
  absl::StatusOr<std::unique_ptr<ObjectWrite>> BeginWrite(NewObject object);

 private:
  friend class ObjectWrite;

  // nullopt if there is no such object; NOT_FOUND if there is no such bucket.
  absl::StatusOr<std::optional<Object>> Current(const ObjectName& name);

  db::Database& database_;
  BlobStore& blobs_;
  const Clock& clock_;
  const ObjectStoreOptions options_;
};

}  // namespace triad::storage
