// The table `numbers`: what numbers buckets, pieces, lists and generations.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"

namespace triad::storage {

// Numbers that are one's own, in order.
class Numbers {
 public:
  explicit Numbers(std::int64_t first) : next_(first) {}
  std::int64_t Next() { return next_++; }

 private:
  std::int64_t next_;
};

// Works inside one transaction. Errors are those of db::Session.
class NumberRows {
 public:
  explicit NumberRows(db::Session& session) : session_(session) {}

  // `count` numbers that were never given out before.
  absl::StatusOr<Numbers> Take(std::int64_t count = 1);

 private:
  db::Session& session_;
};

}  // namespace triad::storage
