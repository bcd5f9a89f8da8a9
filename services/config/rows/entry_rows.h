// The table `entries`: which version of each key is the current one.
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

struct KeySize {
  std::string key;
  std::int64_t bytes = 0;  // of the value
};

class EntryRows {
 public:
  explicit EntryRows(db::Session& session) : session_(session) {}

  absl::StatusOr<std::optional<StoredEntry>> Find(const EntryName& name);
  // Keys of `filter` after the key `after`, in order.
  absl::StatusOr<std::vector<KeySize>> ListSizes(const EntryFilter& filter,
                                                 const std::string& after, std::int64_t limit);
  // Entries of `filter` after the key `after`, up to the key `last`, in order.
  absl::StatusOr<std::vector<StoredEntry>> List(const EntryFilter& filter, const std::string& after,
                                                const std::string& last);
  // Makes a version, which is there, the current one of its key.
  absl::Status SetCurrent(const EntryName& name, std::int64_t version);
  // The key has no current version any more.
  absl::Status Remove(const EntryName& name);

 private:
  db::Session& session_;
};

}  // namespace triad::config
