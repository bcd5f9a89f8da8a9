// The table `garbage`: blobs that no object refers to any more, until they are
// removed from the blob store.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "runtime/database/database.h"

namespace triad::storage {

// Works inside one transaction. Errors are those of db::Session.
class GarbageRows {
 public:
  explicit GarbageRows(db::Session& session) : session_(session) {}

  absl::Status Insert(const std::string& blob, absl::Time create_time);
  // At most `limit`, in order of name, after `after`; "" is before all.
  absl::StatusOr<std::vector<std::string>> ListAfter(const std::string& after, std::int64_t limit);
  // Blobs that are not there are passed over.
  absl::Status Delete(absl::Span<const std::string> blobs);

 private:
  db::Session& session_;
};

}  // namespace triad::storage
