// Takes values away for good.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/audit/audit_log.h"
#include "runtime/database/database.h"
#include "runtime/watch/watch_hub.h"
#include "services/config/entries/entry_store.h"
#include "services/config/model/entry.h"

namespace triad::config {

struct Destruction {
  EntryName name;
  std::vector<std::int64_t> versions;  // which stay, without their values
  // What the entry is from now on, which is needed if the newest version is among them.
  std::optional<Value> replacement = {};
};

struct Destroyed {
  std::int64_t count = 0;      // those that had a value until now
  std::optional<Entry> entry;  // if it was replaced
  Revision revision;
};

// Thread-safe. Blocks.
class Destroyer {
 public:
  // What it is given must outlive it.
  Destroyer(db::Database& database, audit::AuditLog& audit, EntryStore& store, WatchHub& hub)
      : database_(database), audit_(audit), store_(store), hub_(hub) {}

  // Answers once the values are in no file of the database any more. NOT_FOUND if there is no
  // such version, FAILED_PRECONDITION if the newest is among them and the entry is there and
  // is not replaced; DEADLINE_EXCEEDED if the values are gone, but perhaps not from the log of
  // the database: then it can be called again.
  absl::StatusOr<Destroyed> Destroy(const Destruction& destruction, DryRun dry_run);

 private:
  db::Database& database_;
  audit::AuditLog& audit_;
  EntryStore& store_;
  WatchHub& hub_;
};

}  // namespace triad::config
