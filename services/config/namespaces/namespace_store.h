// Namespaces: what they are for, how many entries they have, and their end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/audit/audit_log.h"
#include "runtime/database/database.h"
#include "runtime/watch/watch_hub.h"
#include "services/config/entries/entry_store.h"
#include "services/config/schemas/schema_cache.h"
#include "services/config/view/entry_view.h"

namespace triad {
class Clock;
}

namespace triad::config {

struct Namespace {
  std::string name;
  std::string description;
  absl::Time create_time;
  bool deleting = false;
  std::int64_t entries = 0;
  bool at_least = false;  // whether there may be more entries
  Revision read_revision;
};

struct NamespacePage {
  std::vector<Namespace> namespaces;
  bool more = false;
  Revision revision;
};

// NOT_FOUND if there is no such namespace, FAILED_PRECONDITION if it is being deleted.
absl::Status CheckThere(db::Session& session, const std::string& name);

// Thread-safe. Blocks. NOT_FOUND from all that name a namespace that is not there.
class NamespaceStore {
 public:
  // What it is given must outlive it.
  NamespaceStore(db::Database& database, audit::AuditLog& audit, EntryStore& entries,
                 const EntryView& view, WatchHub& hub, SchemaCache& schemas, const Clock& clock)
      : database_(database),
        audit_(audit),
        entries_(entries),
        view_(view),
        hub_(hub),
        schemas_(schemas),
        clock_(clock) {}

  // ALREADY_EXISTS if it is there.
  absl::StatusOr<Namespace> Create(const std::string& name, const std::string& description,
                                   DryRun dry_run);
  absl::StatusOr<Namespace> Get(const std::string& name);
  // Those after the name `after`.
  absl::StatusOr<NamespacePage> List(const std::string& after, std::int64_t limit);
  absl::StatusOr<Namespace> Describe(const std::string& name, const std::string& description,
                                     DryRun dry_run);

  // Deletes it with its entries and their history, so that nothing can bring them back, and
  // answers once their values are in no file of the database any more. Writes to it are
  // refused from the first. FAILED_PRECONDITION if it has entries, unless `force`. What was
  // cut short is ended by FinishDeletions.
  absl::Status Delete(const std::string& name, bool force, DryRun dry_run);

  // Ends the deletions that an earlier process had begun.
  absl::Status FinishDeletions();

 private:
  absl::StatusOr<Namespace> Find(db::Session& session, const std::string& name) const;
  absl::Status Count(db::Session& session, Namespace& found) const;
  absl::Status Finish(const std::string& name);

  absl::Status Write(const std::string& name, DryRun dry_run,
                     absl::FunctionRef<absl::Status(db::Session&)> work);

  db::Database& database_;
  audit::AuditLog& audit_;
  EntryStore& entries_;
  const EntryView& view_;
  WatchHub& hub_;
  SchemaCache& schemas_;
  const Clock& clock_;
};

}  // namespace triad::config
