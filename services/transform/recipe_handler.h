// Transform and ParseRecipe.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/transform/engine/recipe/limits.h"
#include "services/transform/engine/running_bytes.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::transform {

// Thread-safe.
class RecipeHandler {
 public:
  // UNAVAILABLE if `running` has no room. It must outlive this.
  RecipeHandler(const Limits& limits, RunningBytes& running) : limits_(limits), running_(running) {}

  // Computes for as long as the steps take.
  absl::StatusOr<v1::TransformResponse> Transform(rpc::Call& call,
                                                  const v1::TransformRequest& request) const;
  // Never blocks.
  absl::StatusOr<v1::ParseRecipeResponse> Parse(rpc::Call& call,
                                                const v1::ParseRecipeRequest& request) const;

 private:
  const Limits limits_;
  RunningBytes& running_;
};

}  // namespace triad::transform
