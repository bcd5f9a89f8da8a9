// The table `removals`.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/storage/model/removal.h"

namespace triad::storage {

// Works inside one transaction. Errors are those of db::Session.
class RemovalRows {
 public:
  explicit RemovalRows(db::Session& session) : session_(session) {}

  absl::Status Insert(const Removal& removal);
  // What is still to be done, in order of arrival.
  absl::StatusOr<std::vector<Removal>> ListOpen();
  // Of one bucket, the newest first, before `below`.
  absl::StatusOr<std::vector<Removal>> ListOf(BucketNumber bucket, RemovalId below,
                                              std::int64_t limit);
  absl::StatusOr<std::optional<Removal>> Find(BucketNumber bucket, RemovalId id);
  // Writes how far it has come.
  absl::Status Update(const Removal& removal);
  // Those that were done before `time`, and all of a bucket.
  absl::Status DeleteDone(absl::Time time);
  absl::Status DeleteOf(BucketNumber bucket);

 private:
  absl::StatusOr<std::vector<Removal>> Select(absl::string_view where,
                                              absl::Span<const db::Value> parameters);

  db::Session& session_;
};

}  // namespace triad::storage
