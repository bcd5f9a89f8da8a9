#include "gateway/proxy/answer/frame_answer.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/proxy/transaction.h"
#include "gateway/transcoding/response_builder.h"

namespace triad::gateway {
namespace {

constexpr int kNormalClosure = 1000;
// RFC 6455, section 7.4.2: from here on codes are for private use.
constexpr int kPrivateCodes = 4000;

}  // namespace

FrameAnswer::FrameAnswer(Transaction& transaction, WebSocket* socket)
    : Answer(transaction), socket_(socket) {}

void FrameAnswer::OnMessage(std::string message) {
  if (ended_) return;
  has_answered_ = true;
  if (!transaction_.has_json_frames()) return Write({false, std::move(message)});
  JsonStyle style = transaction_.style();
  style.is_pretty = false;
  std::size_t bytes = message.size();
  auto convert = [&route = transaction_.route(), &codec = *transaction_.services().codec, style,
                  message = std::move(message)](ConversionMemory& memory) {
    return ResponseJson(route, codec, message, style, memory);
  };
  converting_ = true;
  transaction_.Convert(Transaction::Way::kOut, bytes, std::move(convert),
                       [this](absl::StatusOr<std::string> json) { OnConverted(std::move(json)); });
}

void FrameAnswer::OnConverted(absl::StatusOr<std::string> json) {
  converting_ = false;
  if (json.ok()) return Write({true, absl::StrCat("{\"result\":", *json, "}")});
  ended_ ? WriteStatus() : FinishWith(json.status(), {});
}

void FrameAnswer::Write(SocketMessage message) {
  writing_ = true;
  socket_->Write(std::move(message), [this] { OnWritten(); });
}

void FrameAnswer::OnWritten() {
  writing_ = false;
  ended_ ? WriteStatus() : transaction_.call().Pull();
}

void FrameAnswer::OnDone(const grpc_client::CallResult& result) {
  bool needs_message = !transaction_.route().method->server_streaming();
  if (result.status.ok() && needs_message && !has_answered_) {
    return FinishWith(absl::InternalError("the service sent no message"), {});
  }
  FinishWith(result.status, result.details);
}

void FrameAnswer::Fail(const grpc_client::CallResult& error) {
  transaction_.DropCall();
  FinishWith(error.status, error.details);
}

void FrameAnswer::FinishWith(const absl::Status& status, absl::string_view details) {
  if (std::exchange(ended_, true)) return;
  if (!status.ok()) {
    transaction_.scope().set_problem(status);
    close_ = {kPrivateCodes + status.raw_code(), std::string(status.message())};
  }
  status_json_ = transaction_.errors().Json(status, details);
  if (!writing_ && !converting_) WriteStatus();
}

void FrameAnswer::WriteStatus() {
  writing_ = true;
  socket_->Write({true, absl::StrCat("{\"status\":", status_json_, "}")}, [this] {
    socket_->Close(std::move(close_), [this] { transaction_.FinishResponse(); });
  });
}

}  // namespace triad::gateway
