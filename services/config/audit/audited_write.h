// A transaction with its line in the audit log.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "runtime/audit/audit_log.h"
#include "runtime/database/database.h"
#include "services/config/entries/entry_write.h"

namespace triad::config {

// Runs `work`, and appends `line`, in one transaction. If that is only tried, all of it is undone,
// and OK says that it could be done. `work` may run more than once. Blocks.
absl::Status WriteAudited(db::Database& database, audit::AuditLog& audit, audit::Line line,
                          DryRun dry_run, absl::FunctionRef<absl::Status(db::Session&)> work);

}  // namespace triad::config
