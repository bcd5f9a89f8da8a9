// Mirror.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/transform/engine/running_bytes.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::transform {

// Thread-safe. Never blocks.
class MirrorHandler {
 public:
  // UNAVAILABLE if `running` has no room now. It must outlive this.
  MirrorHandler(std::int64_t max_bytes, RunningBytes& running)
      : max_bytes_(max_bytes), running_(running) {}

  absl::StatusOr<v1::MirrorResponse> Mirror(rpc::Call& call,
                                            const v1::MirrorRequest& request) const;

 private:
  const std::int64_t max_bytes_;
  RunningBytes& running_;
};

}  // namespace triad::transform
