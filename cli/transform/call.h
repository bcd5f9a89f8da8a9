// Calls of triad.transform.v1.TransformService.
#pragma once

#include "absl/strings/str_cat.h"
#include "cli/call.h"
#include "cli/session.h"

namespace triad::cli {

inline const google::protobuf::MethodDescriptor& TransformMethod(absl::string_view name) {
  return FindMethod(absl::StrCat("triad.transform.v1.TransformService.", name));
}

template <typename Response>
absl::StatusOr<Response> AskTransform(Session& session, absl::string_view method,
                                      const google::protobuf::Message& request) {
  TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
  return Ask<Response>(*client, TransformMethod(method), request);
}

}  // namespace triad::cli
