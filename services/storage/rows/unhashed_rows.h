// Versions, current or not, whose SHA-256 is still to be computed.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/database/database.h"
#include "services/storage/model/object.h"

namespace triad::storage {

// Works inside one transaction. Errors are those of db::Session.
class UnhashedRows {
 public:
  explicit UnhashedRows(db::Session& session) : session_(session) {}

  // At most `limit` of each kind that were last written before `time`, in no order. What only
  // is a mark of a deletion has nothing to compute.
  absl::StatusOr<std::vector<Object>> List(absl::Time time, std::int64_t limit);

 private:
  db::Session& session_;
};

}  // namespace triad::storage
