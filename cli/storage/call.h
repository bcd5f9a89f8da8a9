// Calls of triad.storage.v1.StorageService.
#pragma once

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/call.h"
#include "cli/session.h"

namespace triad::cli {

inline const google::protobuf::MethodDescriptor& StorageMethod(absl::string_view name) {
  return FindMethod(absl::StrCat("triad.storage.v1.StorageService.", name));
}

template <typename Response>
absl::StatusOr<Response> AskStorage(Session& session, absl::string_view method,
                                    const google::protobuf::Message& request) {
  TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
  return Ask<Response>(*client, StorageMethod(method), request);
}

// All pages of a list; `take` as in cli/call.h.
template <typename Response, typename Request, typename Take>
absl::Status ForEachStoragePage(Session& session, absl::string_view method, Request request,
                                Take take) {
  TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
  return ForEachPage<Response>(*client, StorageMethod(method), std::move(request), std::move(take));
}

}  // namespace triad::cli
