#include "gateway/proxy/answer/json_answer.h"

#include <utility>

#include "gateway/proxy/transaction.h"
#include "gateway/transcoding/response_builder.h"

namespace triad::gateway {

void JsonAnswer::OnMessage(std::string message) {
  if (message_.has_value()) {
    return transaction_.Fail(absl::InternalError("the service sent more than one message"));
  }
  message_ = std::move(message);
  // Nobody waits for more than the head, so the rest of the call is cancelled.
  if (transaction_.bodiless()) return Respond();
  transaction_.call().Pull();  // a second one would show here
}

void JsonAnswer::OnDone(const grpc_client::CallResult& result) {
  if (!result.status.ok()) return transaction_.Fail(result);
  Respond();
}

void JsonAnswer::Respond() {
  http::ResponseHead head = transaction_.Head("application/json");
  if (http::IsBodiless(head.status)) return transaction_.Respond(std::move(head), "");
  if (!message_.has_value()) {
    return transaction_.Fail(absl::InternalError("the service sent no message"));
  }
  absl::StatusOr<std::string> json = ResponseJson(transaction_.route(), *transaction_.parts().codec,
                                                  *message_, transaction_.style());
  if (!json.ok()) return transaction_.Fail(json.status());
  transaction_.Respond(std::move(head), *std::move(json));
}

}  // namespace triad::gateway
