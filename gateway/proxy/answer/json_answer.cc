#include "gateway/proxy/answer/json_answer.h"

#include <utility>

#include "gateway/transcoding/response_builder.h"

namespace triad::gateway {

void JsonAnswer::OnInitialMetadata(const grpc_client::Metadata& metadata) { TakeFacts(metadata); }

void JsonAnswer::OnMessage(std::string message) {
  if (std::exchange(has_message_, true)) {
    return RespondError(absl::InternalError("the service sent more than one message"));
  }
  message_ = std::move(message);
  call().Pull();  // a second one would show here
}

void JsonAnswer::OnCallDone(const grpc_client::CallResult& result) {
  TakeFacts(result.trailers);
  if (!result.status.ok()) return RespondError(result);
  http::ResponseHead head = HeadFrom(facts(), "application/json");
  if (head.status == 204 || head.status == 304) return Respond(std::move(head), "");
  if (!has_message_) return RespondError(absl::InternalError("the service sent no message"));
  absl::StatusOr<std::string> json = ResponseJson(route(), *start().codec, message_);
  if (!json.ok()) return RespondError(json.status());
  Respond(std::move(head), *std::move(json));
}

}  // namespace triad::gateway
