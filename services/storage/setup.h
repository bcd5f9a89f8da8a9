// Makes a database ready to serve: its id, and the bucket of uploads.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace triad {
class Clock;
class Random;
namespace db {
class Database;
}
}  // namespace triad

namespace triad::storage {

// Returns the id of the database: 32 random hex digits that are made at the first
// start and stay for good. They go wherever the database goes, into its backups
// too. Blocks.
absl::StatusOr<std::string> Prepare(db::Database& database, const Clock& clock, Random& random);

}  // namespace triad::storage
