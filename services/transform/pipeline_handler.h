// Transform.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/transform/pipeline.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::transform {

// Thread-safe. Computes for as long as the steps take.
class PipelineHandler {
 public:
  explicit PipelineHandler(const Limits& limits) : limits_(limits) {}

  absl::StatusOr<v1::TransformResponse> Transform(rpc::Call& call,
                                                  const v1::TransformRequest& request) const;

 private:
  const Limits limits_;
};

}  // namespace triad::transform
