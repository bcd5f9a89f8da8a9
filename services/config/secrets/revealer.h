// Reads the values of secrets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/audit/audit_log.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"

namespace triad::config {

class DataKeys;

// Thread-safe. Blocks.
class Revealer {
 public:
  // What it is given must outlive it.
  Revealer(db::Database& database, audit::AuditLog& audit, const DataKeys& secrets, Epoch epoch)
      : database_(database), audit_(audit), secrets_(secrets), epoch_(epoch) {}

  // An entry as it is, or in a version of its own, with its value in the clear, once the audit
  // log has that. With `resolve` the references in the value are replaced, also by secrets, each of
  // which the audit log has, too. NOT_FOUND if there is none, FAILED_PRECONDITION if that value was
  // destroyed, if the key that it is sealed with is not here, or if a reference cannot be replaced.
  absl::StatusOr<Entry> Reveal(const EntryName& name, std::optional<std::int64_t> version,
                               bool resolve = false);
  // Puts the values in the clear into those of `entries` that are secrets, in the versions that
  // they are, once the audit log has a line for each.
  absl::Status RevealAll(std::vector<Entry>& entries);

 private:
  absl::StatusOr<Entry> Read(db::Session& session, const EntryName& name,
                             std::optional<std::int64_t> version);

  db::Database& database_;
  audit::AuditLog& audit_;
  const DataKeys& secrets_;
  const Epoch epoch_;
};

}  // namespace triad::config
