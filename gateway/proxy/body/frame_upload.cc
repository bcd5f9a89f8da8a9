#include "gateway/proxy/body/frame_upload.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/proxy/transaction.h"
#include "gateway/transcoding/request_builder.h"
#include "gateway/transcoding/request_check.h"
#include "runtime/base/status.h"

namespace triad::gateway {

FrameUpload::FrameUpload(Transaction& transaction, WebSocket* socket)
    : RequestBody(transaction), socket_(socket) {}

void FrameUpload::Begin() {
  if (socket_ == nullptr) return transaction_.FailForMemory();
  const Route& route = transaction_.route();
  bool is_stream = route.method->client_streaming();
  ended_ = !is_stream && route.body.empty();
  Read();
  if (is_stream) return transaction_.StartCall();
  if (ended_) CallWithFields();
}

void FrameUpload::Read() {
  socket_->Read([this](absl::StatusOr<SocketMessage> message) { OnRead(std::move(message)); });
}

void FrameUpload::OnRead(absl::StatusOr<SocketMessage> message) {
  if (!message.ok()) return OnLost(message.status());
  if (transaction_.has_ended()) return;
  if (message->is_text && message->payload.empty()) return OnEnd();
  if (ended_) {
    return transaction_.Fail(absl::InvalidArgumentError("no message is expected any more"));
  }
  ++number_;
  if (message->is_text == transaction_.has_json_frames()) {
    return Convert(*std::move(message));
  }
  Send(absl::InvalidArgumentError(message->is_text ? "must be in binary frames"
                                                   : "must be in text frames"));
}

void FrameUpload::OnEnd() {
  Read();
  if (std::exchange(ended_, true)) return;
  if (!transaction_.route().method->client_streaming()) return CallWithFields();
  std::string fields = transaction_.TakeFields();
  if (!fields.empty() && !IsValid(fields)) return;
  if (!fields.empty()) transaction_.call().Send(std::move(fields));
  transaction_.call().FinishSending();
}

void FrameUpload::CallWithFields() {
  std::string fields = transaction_.TakeFields();
  if (IsValid(fields)) transaction_.CallWith(std::move(fields));
}

void FrameUpload::Convert(SocketMessage message) {
  if (!message.is_text) {
    absl::StrAppend(&message.payload, transaction_.TakeFields());
    absl::Status status = CheckRequest(transaction_.route(), message.payload);
    return status.ok() ? Send(std::move(message.payload)) : Send(status);
  }
  std::size_t bytes = message.payload.size();
  auto convert = [&route = transaction_.route(), &codec = *transaction_.services().codec,
                  json = std::move(message.payload),
                  fields = transaction_.TakeFields()](ConversionMemory& memory) {
    return BuildFrame(route, codec, json, fields, memory);
  };
  transaction_.Convert(Transaction::Way::kIn, bytes, std::move(convert),
                       [this](absl::StatusOr<std::string> built) { Send(std::move(built)); });
}

void FrameUpload::Send(absl::StatusOr<std::string> message) {
  absl::Status fits = message.ok() ? transaction_.CheckSize(*message) : message.status();
  if (!fits.ok()) return transaction_.Fail(Annotate(fits, absl::StrCat("message ", number_, ": ")));
  if (transaction_.has_ended()) return;
  if (transaction_.route().method->client_streaming()) {
    return transaction_.SendOn(*std::move(message), [this] { Read(); });
  }
  ended_ = true;
  Read();
  transaction_.CallWith(*std::move(message));
}

void FrameUpload::OnLost(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      return transaction_.FailResponse();
    case absl::StatusCode::kResourceExhausted:
      return transaction_.Fail(status);
    default:
      transaction_.scope().set_problem(status);
      return transaction_.FinishResponse();
  }
}

}  // namespace triad::gateway
