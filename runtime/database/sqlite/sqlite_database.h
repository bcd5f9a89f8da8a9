// The embedded driver. Data lives in one file, in WAL mode.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "runtime/database/database.h"
#include "runtime/database/open.h"

namespace triad::db::sqlite {

// As db::Open, for the database file at `path`.
absl::StatusOr<std::unique_ptr<Database>> OpenSqlite(const OpenOptions& options,
                                                     const std::string& path,
                                                     absl::Span<const Migration> migrations);

}  // namespace triad::db::sqlite
