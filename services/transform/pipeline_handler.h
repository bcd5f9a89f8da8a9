// Transform.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/transform/pipeline.h"
#include "services/transform/running_bytes.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::transform {

// Thread-safe. Computes for as long as the steps take.
class PipelineHandler {
 public:
  // UNAVAILABLE if `running` has no room. It must outlive this.
  PipelineHandler(const Limits& limits, RunningBytes& running)
      : limits_(limits), running_(running) {}

  absl::StatusOr<v1::TransformResponse> Transform(rpc::Call& call,
                                                  const v1::TransformRequest& request) const;

 private:
  const Limits limits_;
  RunningBytes& running_;
};

}  // namespace triad::transform
