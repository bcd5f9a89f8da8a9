// Where the function of a method runs.
#pragma once

#include <grpcpp/grpcpp.h>

#include <cstddef>
#include <limits>

namespace triad::rpc {

// The executor is for what blocks. Inline, on the gRPC thread, is for what never
// blocks and takes microseconds, and saves the way there and back.
class Run {
 public:
  static const Run kExecutor;
  static const Run kInline;
  // Inline if the request is no larger, else on the executor.
  static constexpr Run InlineUpTo(std::size_t request_bytes) { return Run(request_bytes + 1); }

  bool IsInline(const grpc::ByteBuffer& request) const { return request.Length() < end_; }

 private:
  static constexpr std::size_t kAnySize = std::numeric_limits<std::size_t>::max();
  explicit constexpr Run(std::size_t end) : end_(end) {}

  std::size_t end_;  // requests that are smaller run inline
};

inline constexpr Run Run::kExecutor{0};
inline constexpr Run Run::kInline{kAnySize};

}  // namespace triad::rpc
