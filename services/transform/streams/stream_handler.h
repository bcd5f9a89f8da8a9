// TransformStream, RunRecipe.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "google/api/httpbody.pb.h"
#include "runtime/io/executor.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/stream.h"
#include "services/transform/engine/recipe/limits.h"
#include "services/transform/engine/running_bytes.h"
#include "services/transform/streams/recipe_source_mapping.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::transform {

// Thread-safe. Each stream has a thread of its own, which waits where its caller does not read or
// send; there are only so many.
class StreamHandler {
 public:
  using Stream = rpc::Duplex<v1::TransformStreamRequest, google::api::HttpBody>;

  // `running` must outlive this, and `store`, which is null without a database.
  StreamHandler(const Limits& limits, RunningBytes& running, RecipeStore* store);

  // RESOURCE_EXHAUSTED if there are max_streams.
  absl::StatusOr<std::unique_ptr<Stream>> Transform(rpc::Call& call);

 private:
  const Limits limits_;
  RunningBytes& running_;
  RecipeStore* const store_;
  std::atomic<std::int64_t> open_ = 0;
  Executor threads_;
};

}  // namespace triad::transform
