// Schemas: what the values of entries have to be like.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/audit/audit_log.h"
#include "runtime/database/database.h"
#include "services/config/entries/entry_write.h"
#include "services/config/model/schema.h"
#include "services/config/schemas/schema_cache.h"
#include "services/config/schemas/schema_check.h"
#include "services/config/schemas/schema_name.h"

namespace triad {
class Clock;
}

namespace triad::config {

struct SchemaSetting {
  StoredSchema schema;  // its times are ignored
  bool force = false;   // whether it is set though entries do not fit
  DryRun dry_run = DryRun::kNo;
};

struct SchemaSettingResult {
  std::optional<StoredSchema> schema;  // as it was set, if it was
  std::vector<EntryViolation> violations;
  bool more_violations = false;
};

struct SchemaPage {
  std::vector<StoredSchema> schemas;
  bool more = false;
};

// Every change has a line in the audit log. Thread-safe. Blocks.
class SchemaStore {
 public:
  // What it is given must outlive it.
  SchemaStore(db::Database& database, audit::AuditLog& audit, SchemaCache& cache,
              const Clock& clock, bool explicit_namespaces)
      : database_(database),
        audit_(audit),
        cache_(cache),
        clock_(clock),
        explicit_namespaces_(explicit_namespaces) {}

  // Nothing is set if entries do not fit, unless it is forced. The namespace is made if it is
  // absent, as by the first write of an entry. Errors are those of SchemaCheck.
  absl::StatusOr<SchemaSettingResult> Set(const SchemaSetting& setting);

  // NOT_FOUND if there is none.
  absl::StatusOr<StoredSchema> Get(const SchemaName& name);
  // Those with a name after `after`; a page also ends when its schemas are large.
  absl::StatusOr<SchemaPage> List(const std::string& space, const std::string& after,
                                  std::int64_t limit);
  absl::Status Delete(const SchemaName& name, DryRun dry_run);

  // The one that counts for an entry, which need not be there. NOT_FOUND if none does.
  absl::StatusOr<StoredSchema> For(const EntryName& entry);

 private:
  absl::StatusOr<StoredSchema> Put(db::Session& session, StoredSchema row);

  db::Database& database_;
  audit::AuditLog& audit_;
  SchemaCache& cache_;
  const Clock& clock_;
  const bool explicit_namespaces_;
};

}  // namespace triad::config
