// The table `expiries`: when entries end that have an end.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"

namespace triad::config {

struct Expiry {
  absl::Time time;
  EntryName name;
  std::int64_t version = 0;  // the one that ends
};

class ExpiryRows {
 public:
  explicit ExpiryRows(db::Session& session) : session_(session) {}

  absl::Status Add(const Expiry& expiry);
  absl::Status Remove(const EntryName& name, absl::Time time);
  // Those up to `now`, the earliest first.
  absl::StatusOr<std::vector<Expiry>> ListDue(absl::Time now, std::int64_t limit);

 private:
  db::Session& session_;
};

}  // namespace triad::config
