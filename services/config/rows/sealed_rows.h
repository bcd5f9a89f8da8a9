// The secrets in the table `versions`, by the key that each is sealed with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"

namespace triad::config {

struct VersionName {
  EntryName name;
  std::int64_t version = 0;
};

class SealedRows {
 public:
  explicit SealedRows(db::Session& session) : session_(session) {}

  // Names of the keys that something is sealed with, in order.
  absl::StatusOr<std::vector<std::string>> KeyIds();
  absl::StatusOr<std::int64_t> Count(const std::string& key_id);
  // The version that follows `after`, by name and version, among those that are
  // sealed with `key_id`.
  absl::StatusOr<std::optional<StoredEntry>> Next(const std::string& key_id,
                                                  const VersionName& after);
  // Puts `sealed` in the place of what a version holds.
  absl::Status Replace(const VersionName& version, const Sealed& sealed);

 private:
  db::Session& session_;
};

}  // namespace triad::config
