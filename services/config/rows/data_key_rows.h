// The table `data_keys`: the keys of the namespaces' secrets, each sealed with a key of the
// keyring.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"

namespace triad::config {

struct DataKeyRow {
  std::string id;
  std::string space;        // the namespace whose secrets it seals
  std::int64_t number = 0;  // among the keys of its namespace, from 1
  Sealed wrapped;           // the key itself; its key_id is that of the wrapping key
  absl::Time create_time = {};
};

// How many data keys a key of the keyring has sealed.
struct WrappingKey {
  std::string id;
  std::int64_t data_keys = 0;
};

// Of the keys of one namespace only the last one seals; the others are replaced, and stay until
// nothing is sealed with them any more.
class DataKeyRows {
 public:
  explicit DataKeyRows(db::Session& session) : session_(session) {}

  absl::StatusOr<std::optional<DataKeyRow>> Find(const std::string& id);
  // The one that seals; none if nothing was sealed in the namespace yet.
  absl::StatusOr<std::optional<DataKeyRow>> Last(const std::string& space);
  // The ids of all that seal.
  absl::StatusOr<std::vector<std::string>> LastIds();
  absl::Status Add(const DataKeyRow& row);

  // Every wrapping key, by id.
  absl::StatusOr<std::vector<WrappingKey>> WrappingKeys();
  // The next data keys, by id after `after`, that another key than `wrapping_key_id` has sealed.
  absl::StatusOr<std::vector<DataKeyRow>> ListWrappedByOthers(const std::string& wrapping_key_id,
                                                              const std::string& after,
                                                              std::int64_t limit);
  absl::Status Rewrap(const std::string& id, const Sealed& wrapped);

  // Replaced keys that no version is sealed with.
  absl::StatusOr<std::int64_t> CountUnused();
  absl::Status DeleteUnused();
  absl::Status DeleteOf(const std::string& space);

 private:
  db::Session& session_;
};

}  // namespace triad::config
