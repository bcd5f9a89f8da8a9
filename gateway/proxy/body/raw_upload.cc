#include "gateway/proxy/body/raw_upload.h"

#include <google/protobuf/descriptor.h>

#include <functional>
#include <utility>

#include "gateway/proxy/transaction.h"
#include "gateway/transcoding/request_builder.h"

namespace triad::gateway {

bool RawUpload::Fits(const Route& route) { return route.method->client_streaming(); }

void RawUpload::Begin() {
  transaction_.StartCall();
  ReadNext();
}

void RawUpload::ReadNext() {
  transaction_.scope().exchange().ReadBody(
      [this](absl::StatusOr<std::string> piece) { OnPiece(std::move(piece)); });
}

void RawUpload::OnPiece(absl::StatusOr<std::string> piece) {
  if (!piece.ok()) return transaction_.FailBody(piece.status());
  bool end = piece->empty();
  // An empty body is still one message: it names what is written.
  if (!end || first_) {
    // The call drops the callback with itself, and goes when this does.
    std::function<void()> sent;
    if (!end) sent = [this] { ReadNext(); };
    transaction_.call().Send(MessageOf(*piece), std::move(sent));
  }
  if (end) transaction_.call().FinishSending();
}

// Path, query and type go with the first message.
std::string RawUpload::MessageOf(const std::string& piece) {
  const Route& route = transaction_.route();
  if (!std::exchange(first_, false)) return RawBodyMessage(route, "", "", piece);
  auto type = transaction_.scope().request().headers.Find("content-type");
  return RawBodyMessage(route, transaction_.TakeFields(), type.value_or(""), piece);
}

}  // namespace triad::gateway
