// Entries with their references replaced.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"

namespace triad::config {

// Thread-safe. Blocks.
class References {
 public:
  // `database` must outlive it.
  explicit References(db::Database& database) : database_(database) {}

  // Replaces the references in the values of `entries` by what they name at `at`, at which
  // `entries` were read; secrets are masked. They have no etag then, as it would not change with
  // what they refer to. Errors are those of ReferenceResolver; OUT_OF_RANGE if `at` is no longer
  // kept.
  absl::Status Resolve(std::vector<Entry>& entries, Revision at);

 private:
  db::Database& database_;
};

}  // namespace triad::config
