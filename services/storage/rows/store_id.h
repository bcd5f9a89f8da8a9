// Who a database is.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"

namespace triad {
class Random;
}

namespace triad::storage {

// 32 hex digits, random, made when they are first asked for. They go where the
// database goes, into its backups too. Blocks.
absl::StatusOr<std::string> StoreId(db::Database& database, Random& random);

}  // namespace triad::storage
