#include "runtime/rpc/field_mask.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/status.h"

namespace triad::rpc {

absl::Status CheckMask(const google::protobuf::FieldMask& mask,
                       absl::Span<const absl::string_view> known) {
  for (const std::string& path : mask.paths()) {
    if (path == "*" || std::find(known.begin(), known.end(), path) != known.end()) continue;
    return InvalidField("update_mask", absl::StrCat("must name ", absl::StrJoin(known, ", "),
                                                    " or *, and not '", path, "'"));
  }
  return absl::OkStatus();
}

bool MaskNames(const google::protobuf::FieldMask& mask, absl::string_view path, bool is_set) {
  if (mask.paths().empty()) return is_set;
  return std::any_of(mask.paths().begin(), mask.paths().end(),
                     [&](const std::string& named) { return named == "*" || named == path; });
}

}  // namespace triad::rpc
