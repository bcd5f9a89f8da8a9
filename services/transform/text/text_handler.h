// Mirror.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::transform {

// Thread-safe. Never blocks.
class TextHandler {
 public:
  explicit TextHandler(std::int64_t max_bytes) : max_bytes_(max_bytes) {}

  absl::StatusOr<v1::MirrorResponse> Mirror(rpc::Call& call,
                                            const v1::MirrorRequest& request) const;

 private:
  const std::int64_t max_bytes_;
};

}  // namespace triad::transform
