// Unary calls and lists of any service.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/transport/client.h"
#include "runtime/base/status.h"

namespace triad::cli {

inline constexpr int kMaxPageSize = 1000;

using Headers = std::vector<std::pair<std::string, std::string>>;

// A unary call.
template <typename Response>
absl::StatusOr<Response> Ask(Client& client, const google::protobuf::MethodDescriptor& method,
                             const google::protobuf::Message& request, Headers headers = {}) {
  Response response;
  TRIAD_RETURN_IF_ERROR(client.Send({&method, std::move(headers)}, request,
                                    [&](const google::protobuf::Message& message) {
                                      response.CopyFrom(message);
                                      return absl::OkStatus();
                                    }));
  return response;
}

// All pages of a list, one at a time: `take(page)` is called with each, and says whether it
// wants the next.
template <typename Response, typename Request, typename Take>
absl::Status ForEachPage(Client& client, const google::protobuf::MethodDescriptor& method,
                         Request request, Take take) {
  do {
    TRIAD_ASSIGN_OR_RETURN(Response page, Ask<Response>(client, method, request));
    if (!take(page)) return absl::OkStatus();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

}  // namespace triad::cli
