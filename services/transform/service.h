// triad.transform.v1.TransformService.
#pragma once

#include "runtime/rpc/bound_service.h"
#include "services/transform/engine/running_bytes.h"
#include "services/transform/mirror_handler.h"
#include "services/transform/operations_handler.h"
#include "services/transform/recipe_handler.h"
#include "services/transform/stream_handler.h"

namespace triad::transform {

class TransformService final : public rpc::BoundService {
 public:
  // `admission` must outlive the server.
  TransformService(rpc::Admission& admission, const Limits& limits);

 private:
  RunningBytes running_;
  MirrorHandler text_;
  RecipeHandler recipes_;
  StreamHandler streams_;
  OperationsHandler operations_;
};

}  // namespace triad::transform
