// A transaction with its line in the audit log.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "runtime/audit/audit_log.h"
#include "runtime/base/resources/dry_run.h"
#include "runtime/database/database.h"

namespace triad::audit {

// Runs `work`, and appends `line`, in one transaction. If that is only tried, all of it is undone,
// and OK says that it could be done. `work` may run more than once. Blocks.
absl::Status WriteAudited(db::Database& database, AuditLog& log, Line line, DryRun dry_run,
                          absl::FunctionRef<absl::Status(db::Session&)> work);

}  // namespace triad::audit
