#include "gateway/proxy/answer/event_stream.h"

#include <boost/asio/io_context.hpp>
#include <utility>

#include "gateway/transcoding/response_builder.h"

namespace triad::gateway {

EventStream::EventStream(RequestScope scope, TransactionStart start, Framing framing)
    : Transaction(std::move(scope), std::move(start)),
      framing_(framing),
      heartbeat_(*this->start().context) {}

bool EventStream::WriteHead() {
  head_written_ = true;
  http::ResponseHead head = HeadFrom(facts(), ContentType(framing_));
  status_ = head.status;
  if (framing_ == Framing::kEvents) head.headers.Add("X-Accel-Buffering", "no");
  scope().StartResponse(std::move(head), std::nullopt);
  if (bodiless()) {
    scope().exchange().FinishResponse();
    End(status_);
    return false;
  }
  if (framing_ == Framing::kEvents) ArmHeartbeat();
  return true;
}

void EventStream::OnInitialMetadata(const grpc_client::Metadata& metadata) {
  TakeFacts(metadata);
  WriteHead();
}

void EventStream::OnMessage(std::string message) {
  if (ended_) return;
  absl::StatusOr<std::string> json = ResponseJson(route(), *start().codec, message);
  if (!json.ok()) return FinishWith(json.status(), {});
  absl::StatusOr<std::string> id = ResumeId(route(), message);
  if (!id.ok()) return FinishWith(id.status(), {});
  pull_due_ = true;
  Write(FrameMessage(framing_, *json, *id));
}

void EventStream::OnCallDone(const grpc_client::CallResult& result) {
  if (!head_written_) {
    TakeFacts(result.trailers);
    if (!result.status.ok()) return RespondError(result);
    if (!WriteHead()) return;
  }
  FinishWith(result.status, result.details);
}

void EventStream::OnDrain() {
  absl::Status status = absl::UnavailableError("the gateway is shutting down");
  if (!head_written_) return RespondError(status);
  FinishWith(status, {});
}

void EventStream::FinishWith(const absl::Status& status, absl::string_view details) {
  if (std::exchange(ended_, true)) return;
  if (!status.ok()) scope().set_problem(status);
  if (!status.ok()) pending_ += FrameError(framing_, scope().errors().Json(status, details));
  if (!writing_) Finish();
}

void EventStream::Finish() {
  if (!pending_.empty()) return Write(std::exchange(pending_, {}));
  scope().exchange().FinishResponse();
  End(status_);
}

void EventStream::Write(std::string piece) {
  if (writing_) {
    pending_ += piece;
    return;
  }
  writing_ = true;
  scope().exchange().WriteBody(std::move(piece),
                               [weak = WeakSelf<EventStream>()](const absl::Status& status) {
                                 if (auto self = weak.lock()) self->OnWritten(status);
                               });
}

void EventStream::OnWritten(const absl::Status& status) {
  writing_ = false;
  if (!status.ok()) return End(kClientLeft);
  if (ended_) return Finish();
  if (!pending_.empty()) return Write(std::exchange(pending_, {}));
  if (std::exchange(pull_due_, false)) call().Pull();
}

void EventStream::ArmHeartbeat() {
  heartbeat_.expires_after(absl::ToChronoMilliseconds(start().limits->heartbeat_interval));
  heartbeat_.async_wait([weak = WeakSelf<EventStream>()](const boost::system::error_code& error) {
    auto self = weak.lock();
    if (error || self == nullptr || self->ended_) return;
    // A write in flight is sign of life enough.
    if (!self->writing_) self->Write(FrameHeartbeat());
    self->ArmHeartbeat();
  });
}

}  // namespace triad::gateway
