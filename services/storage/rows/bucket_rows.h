// The table `buckets`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/storage/model/object.h"

namespace triad::storage {

// Works inside one transaction. Errors are those of db::Session, unless said.
class BucketRows {
 public:
  explicit BucketRows(db::Session& session) : session_(session) {}

  // ALREADY_EXISTS, naming the bucket.
  absl::Status Insert(const Bucket& bucket);
  // NOT_FOUND, naming the bucket.
  absl::StatusOr<Bucket> Get(const std::string& id);
  // In order of id.
  absl::StatusOr<std::vector<Bucket>> List(const BucketQuery& query);
  // Those whose objects are being removed.
  absl::StatusOr<std::vector<Bucket>> ListDeleting();

  // Writes all but the id, the number, the totals and the time of creation.
  absl::Status Update(const Bucket& bucket);
  absl::Status Delete(BucketNumber number);
  // Adds to the totals; what is negative is taken away.
  absl::Status Count(BucketNumber number, const Totals& objects, const Totals& versions);

 private:
  db::Session& session_;
};

}  // namespace triad::storage
