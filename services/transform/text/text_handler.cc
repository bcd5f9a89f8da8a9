#include "services/transform/text/text_handler.h"

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/transform/text/mirror.h"

namespace triad::transform {

absl::StatusOr<v1::MirrorResponse> TextHandler::Mirror(rpc::Call&,
                                                       const v1::MirrorRequest& request) const {
  if (!request.has_word()) return InvalidField("word", "is required; it may be empty");
  if (static_cast<std::int64_t>(request.word().size()) > max_bytes_) {
    return InvalidField("word", absl::StrCat("must be at most ", max_bytes_, " bytes"));
  }
  v1::MirrorResponse response;
  response.set_transformed(transform::Mirror(request.word()));
  return response;
}

}  // namespace triad::transform
