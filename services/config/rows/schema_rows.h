// The table `schemas`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/config/model/schema.h"

namespace triad::config {

class SchemaRows {
 public:
  explicit SchemaRows(db::Session& session) : session_(session) {}

  absl::StatusOr<std::optional<StoredSchema>> Find(const std::string& space,
                                                   const std::string& name);
  // Those of a namespace with a name after `after`, by name.
  absl::StatusOr<std::vector<StoredSchema>> List(const std::string& space, const std::string& after,
                                                 std::int64_t limit);
  // Adds it, or takes the place of the one of this name, whose create_time stays.
  absl::Status Put(const StoredSchema& row);
  // Whether there was one.
  absl::StatusOr<bool> Delete(const std::string& space, const std::string& name);
  absl::Status DeleteOf(const std::string& space);

 private:
  db::Session& session_;
};

}  // namespace triad::config
