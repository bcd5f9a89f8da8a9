// Buckets: the names that objects are grouped by, and what holds for all of a group.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "runtime/base/etags.h"
#include "runtime/base/resources/dry_run.h"
#include "services/storage/model/object.h"
#include "services/storage/model/removal.h"
#include "services/storage/parts.h"

namespace triad::storage {

struct BucketPage {
  std::vector<Bucket> buckets;
  bool more = false;  // others follow
};

// When a bucket may be changed. Both unset: always.
struct BucketCondition {
  std::string etag = {};  // the one that it must have; empty if any will do
  EtagCondition headers = {};
};

// What of a bucket is written anew; what is unset stays.
struct BucketChanges {
  std::optional<std::string> description = {};
  std::optional<Labels> labels = {};
  std::optional<std::string> cache_control = {};
  // FAILED_PRECONDITION for kOff once it was on: versions may be there.
  std::optional<Versioning> versioning = {};

  void Apply(Bucket& bucket) const;
};

struct RemovalPage {
  std::vector<Removal> removals;
  bool more = false;
};

// Thread-safe. Blocks. NOT_FOUND from all that name a bucket that is not there.
class BucketStore {
 public:
  // `removal_begun` is called when there is something to remove in the background; it must
  // not block. `parts` must outlive this.
  explicit BucketStore(
      const Parts& parts, std::function<void()> removal_begun = [] {})
      : parts_(parts), removal_begun_(std::move(removal_begun)) {}

  // ALREADY_EXISTS.
  absl::StatusOr<Bucket> Create(const std::string& id, const BucketChanges& given = {},
                                DryRun dry_run = DryRun::kNo);
  absl::StatusOr<Bucket> Get(const std::string& id);
  // In order of id.
  absl::StatusOr<BucketPage> List(BucketQuery query);
  // ABORTED if it has another etag, FAILED_PRECONDITION if the headers do not hold.
  absl::StatusOr<Bucket> Update(const std::string& id, const BucketChanges& changes,
                                const BucketCondition& condition, DryRun dry_run = DryRun::kNo);
  // FAILED_PRECONDITION if it has objects or versions, unless `force`: then they are removed in
  // the background, the bucket after them, and writes are refused from now on. Returns the
  // bucket as it is then; its totals say how much is left.
  absl::StatusOr<Bucket> Delete(const std::string& id, const BucketCondition& condition, bool force,
                                DryRun dry_run = DryRun::kNo);

  // Begins to delete all objects with this prefix that are there now.
  absl::StatusOr<Removal> RemovePrefix(const std::string& id, const std::string& prefix,
                                       DryRun dry_run = DryRun::kNo);
  // NOT_FOUND if there is no such removal, or if it was done a week ago.
  absl::StatusOr<Removal> GetRemoval(const std::string& id, RemovalId removal);
  // The newest first, from the one before `below` on.
  absl::StatusOr<RemovalPage> ListRemovals(const std::string& id, RemovalId below,
                                           std::int64_t limit);

 private:
  absl::Status Write(const std::string& id, DryRun dry_run,
                     absl::FunctionRef<absl::Status(db::Session&)> work);

  const Parts& parts_;
  const std::function<void()> removal_begun_;
};

}  // namespace triad::storage
