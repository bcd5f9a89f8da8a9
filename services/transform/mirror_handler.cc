#include "services/transform/mirror_handler.h"

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/transform/engine/unicode/mirror.h"

namespace triad::transform {
namespace {

// The word, the same reversed, and what the letters become, which may be thrice as long.
constexpr std::int64_t kHeldTimes = 5;

}  // namespace

absl::StatusOr<v1::MirrorResponse> MirrorHandler::Mirror(rpc::Call& call,
                                                         const v1::MirrorRequest& request) const {
  auto bytes = static_cast<std::int64_t>(request.word().size());
  if (bytes > max_bytes_) {
    return InvalidField("word", absl::StrCat("must be at most ", max_bytes_, " bytes"));
  }
  RunningBytes::Hold hold(running_);
  TRIAD_RETURN_IF_ERROR(hold.Grow(bytes * kHeldTimes));
  v1::MirrorResponse response;
  TRIAD_ASSIGN_OR_RETURN(*response.mutable_transformed(),
                         transform::Mirror(request.word(), [&call] { return call.cancelled(); }));
  return response;
}

}  // namespace triad::transform
