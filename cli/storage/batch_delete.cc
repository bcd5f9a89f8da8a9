#include "cli/storage/batch_delete.h"

#include "cli/storage/call.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

namespace v1 = storage::v1;

constexpr int kMaxBatch = 1000;  // of one request

// One request for what of `paths` begins at `first`, is of one bucket, and fits into it.
v1::BatchDeleteObjectsRequest BatchFrom(const std::vector<ObjectPath>& paths, std::size_t first,
                                        bool dry_run) {
  v1::BatchDeleteObjectsRequest request;
  request.set_parent(paths[first].bucket_resource());
  request.set_validate_only(dry_run);
  for (std::size_t i = first; i < paths.size() && request.requests_size() < kMaxBatch; ++i) {
    if (paths[i].bucket != paths[first].bucket) break;
    request.add_requests()->set_name(paths[i].resource());
  }
  return request;
}

}  // namespace

absl::StatusOr<v1::BatchDeleteObjectsResponse> BatchDelete(Session& session,
                                                           const std::vector<ObjectPath>& paths,
                                                           bool dry_run) {
  v1::BatchDeleteObjectsResponse all;
  for (std::size_t first = 0; first < paths.size();) {
    v1::BatchDeleteObjectsRequest request = BatchFrom(paths, first, dry_run);
    TRIAD_ASSIGN_OR_RETURN(auto done, AskStorage<v1::BatchDeleteObjectsResponse>(
                                          session, "BatchDeleteObjects", request));
    first += static_cast<std::size_t>(request.requests_size());
    all.mutable_results()->MergeFrom(done.results());
    all.set_deleted_count(all.deleted_count() + done.deleted_count());
  }
  return all;
}

absl::Status StatusOfResult(const v1::BatchDeleteObjectsResponse::Result& result) {
  return absl::Status(static_cast<absl::StatusCode>(result.status().code()),
                      result.status().message());
}

}  // namespace triad::cli
