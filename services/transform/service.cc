#include "services/transform/service.h"

namespace triad::transform {
namespace {

// A word of this size is mirrored in microseconds, whatever is in it.
constexpr std::size_t kMaxInlineBytes = 512;

}  // namespace

TransformService::TransformService(rpc::Admission& admission, const Limits& limits)
    : BoundService(admission, "triad.transform.v1.TransformService"),
      running_(limits.memory_bytes),
      text_(limits.max_input_bytes, running_),
      recipes_(limits, running_),
      streams_(limits, running_) {
  Unary("Mirror", &text_, &MirrorHandler::Mirror, rpc::Run::InlineUpTo(kMaxInlineBytes));
  Unary("Transform", &recipes_, &RecipeHandler::Transform);
  Unary("ParseRecipe", &recipes_, &RecipeHandler::Parse, rpc::Run::kInline);
  BidiStream("TransformStream", &streams_, &StreamHandler::Transform);
  Unary("ListOperations", &operations_, &OperationsHandler::List, rpc::Run::kInline);
}

}  // namespace triad::transform
