// All entries as they are, for a start, with small values alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"

namespace triad::config {

// Where a version stands among all.
struct WrittenAt {
  Revision revision;
  std::int64_t ordinal = 0;
};

struct CurrentRow {
  WrittenAt at;
  Entry entry;  // without value and etag
  ValueKind kind = ValueKind::kString;
  std::string value;  // its text; empty of a secret, and of one that is too large
  std::size_t value_bytes = 0;
};

class CurrentRows {
 public:
  explicit CurrentRows(db::Session& session) : session_(session) {}

  // The next of them after `after`, in the order in which they were written. Values of more
  // than `max_value_bytes` are left out.
  absl::StatusOr<std::vector<CurrentRow>> List(std::optional<WrittenAt> after, std::int64_t limit,
                                               std::int64_t max_value_bytes);

 private:
  db::Session& session_;
};

}  // namespace triad::config
