// Reads the values of secrets.
#pragma once

#include <cstdint>
#include <optional>

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
  // log has that. NOT_FOUND if there is none, FAILED_PRECONDITION if that value was destroyed, or
  // if the key that it is sealed with is not here.
  absl::StatusOr<Entry> Reveal(const EntryName& name, std::optional<std::int64_t> version);

 private:
  absl::StatusOr<Entry> Read(const EntryName& name, std::optional<std::int64_t> version);

  db::Database& database_;
  audit::AuditLog& audit_;
  const DataKeys& secrets_;
  const Epoch epoch_;
};

}  // namespace triad::config
