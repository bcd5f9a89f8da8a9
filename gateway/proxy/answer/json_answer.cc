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

void JsonAnswer::Fail(const grpc_client::CallResult& error) { transaction_.Fail(error); }

void JsonAnswer::Respond() {
  if (http::IsBodiless(transaction_.facts().status.value_or(200))) {
    return transaction_.Respond(transaction_.Head(""), "");
  }
  if (!message_.has_value()) {
    return transaction_.Fail(absl::InternalError("the service sent no message"));
  }
  std::size_t bytes = message_->size();
  auto convert = [&route = transaction_.route(), &codec = *transaction_.parts().codec,
                  style = transaction_.style(),
                  message = std::exchange(*message_, {})](ConversionMemory& memory) {
    return ResponseJson(route, codec, message, style, memory);
  };
  auto respond = [this](absl::StatusOr<std::string> json) {
    if (!json.ok()) return transaction_.Fail(json.status());
    transaction_.Respond(transaction_.Head("application/json"), *std::move(json));
  };
  transaction_.Convert(Transaction::Way::kOut, bytes, std::move(convert), std::move(respond));
}

}  // namespace triad::gateway
