// The table `objects`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/storage/model/object.h"

namespace triad::storage {

// Works inside one transaction. Errors are those of db::Session.
class ObjectRows {
 public:
  explicit ObjectRows(db::Session& session) : session_(session) {}

  absl::StatusOr<std::optional<Object>> Find(const ObjectName& name);
  // Makes `object` the object of its name. Its bucket must exist.
  absl::Status Put(const Object& object);
  // Blobs that objects refer to, greater than `after`, in order.
  absl::StatusOr<std::vector<std::string>> BlobsAfter(const std::string& after, std::int64_t limit);

 private:
  db::Session& session_;
};

}  // namespace triad::storage
