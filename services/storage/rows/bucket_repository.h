// Buckets in the database.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/storage/model/object.h"

namespace triad::storage {

struct BucketQuery {
  std::string prefix;
  std::string after;  // only ids greater than this
  std::int64_t limit = 0;
};

// Thread-safe. Blocks.
class BucketRepository {
 public:
  explicit BucketRepository(db::Database& database) : database_(database) {}

  // ALREADY_EXISTS.
  absl::Status Create(const Bucket& bucket);
  // NOT_FOUND.
  absl::StatusOr<Bucket> Get(const std::string& id);
  // In order of id.
  absl::StatusOr<std::vector<Bucket>> List(const BucketQuery& query);

 private:
  db::Database& database_;
};

}  // namespace triad::storage
