// Objects, and the blobs that wait for removal, in the database.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/storage/model/object.h"

namespace triad::storage {

// What became of a write.
struct PutResult {
  absl::Time create_time;  // of the object that was replaced, if there was one
  bool replaced = false;   // its blob is garbage now
};

// Thread-safe. Blocks.
class ObjectRepository {
 public:
  // Whether an object may be written over `current` (nullopt: there is none).
  // May run more than once.
  using Check = std::function<absl::Status(const std::optional<Object>& current)>;

  explicit ObjectRepository(db::Database& database) : database_(database) {}

  // NOT_FOUND if there is no such object, or no such bucket.
  absl::StatusOr<Object> Get(const ObjectName& name);
  // nullopt if there is no such object; NOT_FOUND if there is no such bucket.
  absl::StatusOr<std::optional<Object>> Current(const ObjectName& name);

  // Makes `object` the object of its name if `check` agrees, in one transaction
  // with the garbage entry of the blob it replaces. What `check` says otherwise;
  // NOT_FOUND if there is no such bucket.
  absl::StatusOr<PutResult> Put(const Object& object, const Check& check);

  // Blobs that objects refer to, greater than `after`, in order.
  absl::StatusOr<std::vector<std::string>> BlobsAfter(const std::string& after, std::int64_t limit);

  // Blobs that wait for removal, oldest first.
  absl::StatusOr<std::vector<std::string>> Garbage(std::int64_t limit);
  // They are removed.
  absl::Status ForgetGarbage(const std::vector<std::string>& blobs);

 private:
  db::Database& database_;
};

}  // namespace triad::storage
