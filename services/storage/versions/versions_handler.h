// ListVersions.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/storage/versions/version_lister.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::storage {

// Thread-safe. Blocks.
class VersionsHandler {
 public:
  explicit VersionsHandler(VersionLister& lister) : lister_(lister) {}

  absl::StatusOr<v1::ListVersionsResponse> List(rpc::Call& call,
                                                const v1::ListVersionsRequest& request);

 private:
  VersionLister& lister_;
};

}  // namespace triad::storage
