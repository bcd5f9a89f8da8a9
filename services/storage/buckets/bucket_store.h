// Buckets.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/clock.h"
#include "services/storage/model/object.h"
#include "services/storage/rows/bucket_repository.h"

namespace triad::storage {

struct BucketPage {
  std::vector<Bucket> buckets;
  bool more = false;  // others follow
};

// Thread-safe. Blocks. What it is given must outlive it.
class BucketStore {
 public:
  BucketStore(BucketRepository& buckets, const Clock& clock) : buckets_(buckets), clock_(clock) {}

  // ALREADY_EXISTS.
  absl::StatusOr<Bucket> Create(const std::string& id);
  // Creates it unless it is there.
  absl::Status Ensure(const std::string& id);
  // NOT_FOUND.
  absl::StatusOr<Bucket> Get(const std::string& id) { return buckets_.Get(id); }
  absl::StatusOr<BucketPage> List(BucketQuery query);

 private:
  BucketRepository& buckets_;
  const Clock& clock_;
};

}  // namespace triad::storage
