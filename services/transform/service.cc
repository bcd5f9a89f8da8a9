#include "services/transform/service.h"

namespace triad::transform {
namespace {

// A word of this size is mirrored in microseconds, whatever is in it.
constexpr std::size_t kMaxInlineBytes = 512;

}  // namespace

TransformService::TransformService(rpc::Admission& admission, const Limits& limits,
                                   RunningBytes& running, const TransformParts& parts)
    : BoundService(admission, "triad.transform.v1.TransformService"),
      text_(limits.max_input_bytes, running),
      recipe_(limits, running),
      streams_(limits, running, parts.recipes),
      recipes_(parts.recipes),
      audit_(parts.audit) {
  Unary("Mirror", &text_, &MirrorHandler::Mirror, rpc::Run::InlineUpTo(kMaxInlineBytes));
  Unary("Transform", &recipe_, &RecipeHandler::Transform);
  Unary("ParseRecipe", &recipe_, &RecipeHandler::Parse, rpc::Run::kInline);
  BidiStream("TransformStream", &streams_, &StreamHandler::Transform);
  Unary("CreateRecipe", &recipes_, &RecipesHandler::Create);
  Unary("GetRecipe", &recipes_, &RecipesHandler::Get);
  Unary("ListRecipes", &recipes_, &RecipesHandler::List);
  Unary("UpdateRecipe", &recipes_, &RecipesHandler::Update);
  Unary("DeleteRecipe", &recipes_, &RecipesHandler::Delete);
  Unary("ListRecipeVersions", &recipes_, &RecipesHandler::ListVersions);
  Unary("PublishRecipe", &recipes_, &RecipesHandler::Publish);
  BidiStream("RunRecipe", &streams_, &StreamHandler::Transform);
  Unary("ListAuditLines", &audit_, &AuditLinesHandler::List);
  ServerStream("WatchAuditLines", &audit_, &AuditLinesHandler::Watch);
  Unary("ListOperations", &operations_, &OperationsHandler::List, rpc::Run::kInline);
}

}  // namespace triad::transform
