// The table `namespaces`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/database/database.h"

namespace triad::config {

// As stored in the database; never renumbered. A name that was deleted can be used again.
enum class NamespaceState : std::int64_t { kActive = 1, kDeleting = 2, kDeleted = 3 };

struct NamespaceRow {
  std::string name;
  std::string description = {};
  absl::Time create_time = {};
  NamespaceState state = NamespaceState::kActive;
};

class NamespaceRows {
 public:
  explicit NamespaceRows(db::Session& session) : session_(session) {}

  // Also one that was deleted.
  absl::StatusOr<std::optional<NamespaceRow>> Find(const std::string& name);
  // Those with a name after `after` that were not deleted, by name.
  absl::StatusOr<std::vector<NamespaceRow>> List(const std::string& after, std::int64_t limit);
  absl::StatusOr<std::vector<std::string>> ListDeleting();
  // Adds it, or takes the place of one that was deleted. ALREADY_EXISTS if it is there.
  absl::Status Create(const NamespaceRow& row);
  absl::Status Describe(const std::string& name, const std::string& description);
  absl::Status SetState(const std::string& name, NamespaceState state);

 private:
  db::Session& session_;
};

}  // namespace triad::config
