// The embedded driver. Data lives in one file, in WAL mode.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/database/driver.h"
#include "runtime/database/open.h"

namespace triad::db::sqlite {

// Sessions on the file of `options.url`, whose size and limit are then among the
// metrics. UNAVAILABLE if it cannot be opened, INTERNAL if it is damaged.
absl::StatusOr<DriverSessions> OpenSqlite(const OpenOptions& options);

}  // namespace triad::db::sqlite
