#include "gateway/proxy/body/raw_upload.h"

#include <utility>

#include "gateway/transcoding/request_builder.h"

namespace triad::gateway {

RawUpload::RawUpload(std::shared_ptr<http::Exchange> exchange, grpc_client::ClientCall& call,
                     const Route& route, std::string fields, Failed failed)
    : exchange_(std::move(exchange)),
      call_(call),
      route_(route),
      fields_(std::move(fields)),
      content_type_(exchange_->request().headers.Find("content-type").value_or("")),
      failed_(std::move(failed)) {}

void RawUpload::ReadNext() {
  exchange_->ReadBody([weak = weak_from_this()](absl::StatusOr<std::string> piece) {
    if (auto self = weak.lock()) self->OnPiece(std::move(piece));
  });
}

void RawUpload::OnPiece(absl::StatusOr<std::string> piece) {
  if (!piece.ok()) return failed_(piece.status());
  bool end = piece->empty();
  // An empty body is still one message: it names what is written.
  if (!end || first_) {
    std::string message = RawBodyMessage(route_, std::exchange(fields_, {}),
                                         std::exchange(content_type_, {}), *piece);
    // The call drops the callback with itself, and this goes with the call.
    std::function<void()> sent;
    if (!end) sent = [this] { ReadNext(); };
    call_.Send(std::move(message), std::move(sent));
  }
  first_ = false;
  if (end) call_.FinishSending();
}

}  // namespace triad::gateway
