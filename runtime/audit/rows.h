// The table `audit`. A service makes it by a migration of its own:
//
//   CREATE TABLE audit (
//     id BIGINT NOT NULL PRIMARY KEY,
//     time BIGINT NOT NULL, principal TEXT NOT NULL, peer TEXT NOT NULL,
//     address TEXT NOT NULL, method TEXT NOT NULL, resource TEXT NOT NULL,
//     count BIGINT NOT NULL, outcome TEXT NOT NULL, revision BIGINT NOT NULL,
//     request_id TEXT NOT NULL, trace_id TEXT NOT NULL
//   );
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/audit/line.h"
#include "runtime/database/database.h"

namespace triad::audit {

// Works inside the transaction of its session.
class Rows {
 public:
  explicit Rows(db::Session& session) : session_(session) {}

  // Gives the line its id.
  absl::Status Append(Line& line);
  // Lines with an id below `below`, the newest first.
  absl::StatusOr<std::vector<Line>> ListBefore(std::int64_t below, std::int64_t limit);
  // Lines with an id above `above`, the oldest first.
  absl::StatusOr<std::vector<Line>> ListAfter(std::int64_t above, std::int64_t limit);
  absl::StatusOr<std::int64_t> NewestId();
  // Deletes the oldest, at most `limit` of them, if they are older than `end`; never the
  // newest, which the next id follows. Returns how many.
  absl::StatusOr<std::int64_t> DeleteBefore(absl::Time end, std::int64_t limit);

 private:
  db::Session& session_;
};

}  // namespace triad::audit
