// Brings a schema up to date. The same for every driver.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/database/database.h"
#include "runtime/database/open.h"

namespace triad::db {

// Runs a whole file of SQL inside the session's transaction.
using RunScript = absl::FunctionRef<absl::Status(absl::string_view script)>;

// Applies what the table triad_migrations lacks. `session` is a transaction that
// the caller commits if the result is OK and rolls back otherwise.
// FAILED_PRECONDITION for a database that is newer than `migrations`, or that
// another program's migrations made.
absl::Status Migrate(Session& session, RunScript run_script,
                     absl::Span<const Migration> migrations);

}  // namespace triad::db
