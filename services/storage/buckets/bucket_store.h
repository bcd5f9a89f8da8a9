// Buckets: the names that objects are grouped by.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/base/clock.h"
#include "runtime/database/database.h"
#include "services/storage/model/object.h"

namespace triad::storage {

struct BucketPage {
  std::vector<Bucket> buckets;
  bool more = false;  // others follow
};

// Thread-safe. Blocks. What it is given must outlive it.
class BucketStore {
 public:
  BucketStore(db::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // ALREADY_EXISTS.
  absl::StatusOr<Bucket> Create(const std::string& id);
  // NOT_FOUND.
  absl::StatusOr<Bucket> Get(const std::string& id);
  // In order of id.
  absl::StatusOr<BucketPage> List(BucketQuery query);

 private:
  db::Database& database_;
  const Clock& clock_;
};

}  // namespace triad::storage
