#include "gateway/proxy/answer/json_answer.h"

#include <memory>
#include <utility>

#include "gateway/proxy/transaction.h"
#include "gateway/transcoding/response_builder.h"
#include "runtime/http/coding/compress.h"

namespace triad::gateway {
namespace {

// `json` in the coding that is wanted, if it is large enough and there is memory; `used` says
// whether it is.
std::string Coded(std::string json, http::Coding wanted, ConversionMemory& memory,
                  http::Coding& used) {
  if (json.size() < kMinCodedBytes || !memory.Take(json.size())) return json;
  absl::StatusOr<std::string> packed = http::Compress(wanted, json);
  memory.Return(json.size());
  if (!packed.ok()) return json;
  used = wanted;
  return *std::move(packed);
}

}  // namespace

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
  http::ResponseHead head = transaction_.Head("application/json");
  http::Coding wanted = transaction_.CodingsFor(head).whole;
  // Written by the conversion, wherever that runs; only for who wants a coding.
  auto coding = wanted == http::Coding::kIdentity ? nullptr : std::make_shared<http::Coding>();
  auto convert = [&route = transaction_.route(), &codec = *transaction_.services().codec,
                  style = transaction_.style(), message = std::exchange(*message_, {}), wanted,
                  coding](ConversionMemory& memory) -> absl::StatusOr<std::string> {
    absl::StatusOr<std::string> json = ResponseJson(route, codec, message, style, memory);
    if (coding == nullptr || !json.ok()) return json;
    return Coded(*std::move(json), wanted, memory, *coding);
  };
  auto respond = [this, coding, head = std::move(head)](absl::StatusOr<std::string> json) mutable {
    if (!json.ok()) return transaction_.Fail(json.status());
    http::Coding used = coding == nullptr ? http::Coding::kIdentity : *coding;
    bool varies = used != http::Coding::kIdentity ||
                  (json->size() >= kMinCodedBytes && transaction_.IsCoded(head));
    if (varies) SetCoding(head, used);
    transaction_.Respond(std::move(head), *std::move(json));
  };
  transaction_.Convert(Transaction::Way::kOut, bytes, std::move(convert), std::move(respond));
}

}  // namespace triad::gateway
