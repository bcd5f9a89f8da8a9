// triad.transform.v1.TransformService.
#pragma once

#include "runtime/audit/handler/audit_handler.h"
#include "runtime/rpc/bound_service.h"
#include "services/transform/engine/running_bytes.h"
#include "services/transform/mirror_handler.h"
#include "services/transform/operations_handler.h"
#include "services/transform/recipe_handler.h"
#include "services/transform/recipes/audit_lines_handler.h"
#include "services/transform/recipes/recipes_handler.h"
#include "services/transform/streams/stream_handler.h"

namespace triad::transform {

// What the handlers have if there is a database.
struct TransformParts {
  RecipeStore* recipes = nullptr;
  audit::AuditHandler* audit = nullptr;
};

class TransformService final : public rpc::BoundService {
 public:
  // All must outlive the server. `running` bounds what all transformations hold.
  TransformService(rpc::Admission& admission, const Limits& limits, RunningBytes& running,
                   const TransformParts& parts = {});

 private:
  MirrorHandler text_;
  RecipeHandler recipe_;
  StreamHandler streams_;
  OperationsHandler operations_;
  RecipesHandler recipes_;
  AuditLinesHandler audit_;
};

}  // namespace triad::transform
