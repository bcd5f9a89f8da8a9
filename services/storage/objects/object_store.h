// Objects: the order in which bytes and rows change, and the conditions of writes.
//
//   write:  pieces durable ─▶ their rows and the version's ─▶ answer
//   read:   row ─▶ hold its content ─▶ read; if the content is gone, the object was replaced
//           meanwhile, and the row is read again
//
// So a row always refers to whole, durable pieces, and a crash at any point leaves at most a
// blob that nothing refers to, which the Sweeper removes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/resources/dry_run.h"
#include "services/storage/content/content_reader.h"
#include "services/storage/content/content_writer.h"
#include "services/storage/model/condition.h"
#include "services/storage/model/object.h"
#include "services/storage/parts.h"
#include "services/storage/versions/find_version.h"

namespace triad::storage {

struct NewObject {
  ObjectName name = {};
  std::string content_type = {};  // empty: told by the content
  Properties properties = {};
  ObjectCondition condition = {};
  // As announced: content of another length is refused.
  std::optional<std::int64_t> size = {};
  DryRun dry_run = DryRun::kNo;
};

// A version of an object and bytes of its content.
struct ObjectContent {
  Object object;
  std::unique_ptr<ContentReader> content;  // null if no range was chosen
};

class ObjectStore;

// One object that is being written. Nothing of it is visible until Finish returned
// OK, and nothing remains of it if it is destroyed before. Not thread-safe.
class ObjectWrite {
 public:
  ObjectWrite(ObjectStore& store, NewObject object);

  // OUT_OF_RANGE over the limit; the errors of ContentWriter.
  absl::Status Append(absl::string_view bytes);
  // Durable once this returned OK. `checksums` become the object's. INVALID_ARGUMENT if the length
  // is not the announced one, FAILED_PRECONDITION if the condition no longer holds; the errors of
  // ContentWriter.
  absl::StatusOr<Object> Finish(std::map<std::string, std::string> checksums = {});

 private:
  ObjectStore& store_;
  const NewObject object_;
  ContentWriter content_;
  std::int64_t size_ = 0;
  std::string start_;  // of the content, if its type is to be told by it
};

struct ObjectStoreOptions {
  // Largest content. More is OUT_OF_RANGE.
  std::int64_t max_object_bytes = std::int64_t{5} << 30;
};

// Thread-safe. Blocks. What it is given must outlive it.
class ObjectStore {
 public:
  ObjectStore(const Parts& parts, ObjectStoreOptions options) : parts_(parts), options_(options) {}

  // The current version, or the one of `generation`. NOT_FOUND if there is no such object,
  // no such version, or no such bucket.
  absl::StatusOr<Object> Get(const ObjectName& name, Generation generation = kCurrent);
  // Opens all of the content. NOT_FOUND as of Get; DATA_LOSS if it is missing;
  // UNAVAILABLE if the object was replaced each of many times while it was opened.
  absl::StatusOr<ObjectContent> Open(const ObjectName& name, Generation generation = kCurrent);
  // Opens the part of the content that `choose` names, given the object; nullopt
  // opens nothing. The object has its bucket's Cache-Control if it has none of its own.
  // `choose` is asked again if the object is replaced meanwhile.
  using ChooseRange = std::function<absl::StatusOr<std::optional<ByteRange>>(const Object&)>;
  absl::StatusOr<ObjectContent> Open(const ObjectName& name, Generation generation,
                                     const ChooseRange& choose);

  // OUT_OF_RANGE for content that is over the limit. Does not block.
  absl::Status CheckSize(std::int64_t size) const;

  // Says early what Finish would refuse, unless few bytes are announced: NOT_FOUND if there is no
  // such bucket, FAILED_PRECONDITION if the condition does not hold now, OUT_OF_RANGE if the
  // announced size is over the limit.
  absl::StatusOr<std::unique_ptr<ObjectWrite>> BeginWrite(NewObject object);

 private:
  friend class ObjectWrite;

  // A version that is about to be read, as of one moment.
  struct Opening {
    Object object;              // with its bucket's Cache-Control if it has none of its own
    std::optional<Piece> kept;  // its content, if the database keeps it
  };

  absl::StatusOr<FoundVersion> Find(const ObjectName& name, Generation generation);
  absl::StatusOr<Opening> FindToOpen(const ObjectName& name, Generation generation);

  const Parts& parts_;
  const ObjectStoreOptions options_;
};

}  // namespace triad::storage
