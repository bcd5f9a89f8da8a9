// The table `store`: which database this is, in one row.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"

namespace triad::storage {

// Works inside one transaction. Errors are those of db::Session.
class StoreRows {
 public:
  explicit StoreRows(db::Session& session) : session_(session) {}

  // The id of the database: `fresh`, unless it has one already.
  absl::StatusOr<std::string> EnsureId(const std::string& fresh);

 private:
  db::Session& session_;
};

}  // namespace triad::storage
