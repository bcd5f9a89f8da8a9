#include "runtime/rpc/field_mask.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"

namespace triad::rpc {

namespace {

// Whether `path` leads to a field, through messages that are no lists or maps.
bool Names(const google::protobuf::Descriptor& resource, absl::string_view path) {
  std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(path, absl::MaxSplits('.', 1));
  const auto* field = resource.FindFieldByName(std::string(parts.first));
  if (field == nullptr || path.size() == parts.first.size()) return field != nullptr;
  return field->message_type() != nullptr && !field->is_repeated() &&
         Names(*field->message_type(), parts.second);
}

}  // namespace

absl::Status CheckMask(const google::protobuf::FieldMask& mask,
                       const google::protobuf::Descriptor& resource,
                       absl::Span<const absl::string_view> can_change) {
  for (const std::string& path : mask.paths()) {
    if (path == "*" || Names(resource, path)) continue;
    return InvalidField("update_mask", absl::StrCat("must name ", absl::StrJoin(can_change, ", "),
                                                    " or *, and not '", path, "'"));
  }
  return absl::OkStatus();
}

bool MaskNames(const google::protobuf::FieldMask& mask, absl::string_view path, bool is_set) {
  if (mask.paths().empty()) return is_set;
  return std::any_of(mask.paths().begin(), mask.paths().end(), [&](absl::string_view named) {
    return named == "*" || named == path ||
           (absl::ConsumePrefix(&named, path) && absl::StartsWith(named, "."));
  });
}

}  // namespace triad::rpc
