// Brings a schema up to date. The same for every driver.
#pragma once

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "runtime/database/driver.h"
#include "runtime/database/open.h"

namespace triad::db {

// Applies what the table triad_migrations lacks, all of it or nothing, on the
// session that writes. FAILED_PRECONDITION for a database that is newer than
// `migrations`, or that another program's migrations made.
absl::Status Migrate(DriverSession& session, absl::Span<const Migration> migrations);

}  // namespace triad::db
