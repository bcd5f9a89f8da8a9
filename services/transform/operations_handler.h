// ListOperations.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::transform {

// Thread-safe. Never blocks.
class OperationsHandler {
 public:
  absl::StatusOr<v1::ListOperationsResponse> List(rpc::Call& call,
                                                  const v1::ListOperationsRequest& request) const;
};

}  // namespace triad::transform
