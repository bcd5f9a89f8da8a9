// Calls of triad.config.v1.ConfigService.
#pragma once

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/call.h"
#include "cli/session.h"

namespace triad::cli {

inline const google::protobuf::MethodDescriptor& ConfigMethod(absl::string_view name) {
  return FindMethod(absl::StrCat("triad.config.v1.ConfigService.", name));
}

template <typename Response>
absl::StatusOr<Response> Ask(Session& session, absl::string_view method,
                             const google::protobuf::Message& request, Headers headers = {}) {
  TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
  return Ask<Response>(*client, ConfigMethod(method), request, std::move(headers));
}

template <typename Response, typename Request, typename Take>
absl::Status ForEachPage(Session& session, absl::string_view method, Request request, Take take) {
  TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
  return ForEachPage<Response>(*client, ConfigMethod(method), std::move(request), std::move(take));
}

}  // namespace triad::cli
