// Calls of triad.transform.v1.TransformService.
#pragma once

#include "absl/strings/str_cat.h"
#include "cli/call.h"

namespace triad::cli {

inline const google::protobuf::MethodDescriptor& TransformMethod(absl::string_view name) {
  return FindMethod(absl::StrCat("triad.transform.v1.TransformService.", name));
}

}  // namespace triad::cli
