#include "gateway/proxy/answer/event_stream.h"

#include <optional>
#include <utility>

#include "gateway/proxy/answer/event_refusal.h"
#include "gateway/proxy/transaction.h"
#include "gateway/transcoding/response_builder.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

constexpr int kFirstErrorStatus = 400;

absl::StatusOr<std::string> Frame(const Route& route, const Codec& codec, const JsonStyle& style,
                                  Framing framing, absl::string_view message,
                                  ConversionMemory& memory) {
  TRIAD_ASSIGN_OR_RETURN(std::string id, ResumeId(route, message));
  if (framing != Framing::kNdjson) {
    TRIAD_ASSIGN_OR_RETURN(bool mark, IsMark(route, message));
    if (mark) return FrameMark(framing, id);
  }
  TRIAD_ASSIGN_OR_RETURN(std::string json, ResponseJson(route, codec, message, style, memory));
  return FrameMessage(framing, json, id);
}

Framing FramingOf(const Transaction& transaction) {
  if (transaction.is_carried()) return Framing::kCarried;
  bool events = TakesEvents(transaction.route(), transaction.scope().request());
  return events ? Framing::kEvents : Framing::kNdjson;
}

}  // namespace

EventStream::EventStream(Transaction& transaction)
    : Answer(transaction), framing_(FramingOf(transaction)), heartbeat_(transaction.context()) {}

bool EventStream::WriteHead() {
  http::ResponseHead head = transaction_.Head(ContentType(framing_));
  if (framing_ == Framing::kEvents) head.headers.Add("X-Accel-Buffering", "no");
  BeginCoding(head);
  if (!transaction_.StartResponse(std::move(head), std::nullopt)) return false;
  if (framing_ == Framing::kEvents) ArmHeartbeat();
  return true;
}

void EventStream::BeginCoding(http::ResponseHead& head) {
  bool wanted = transaction_.route().compresses_stream && framing_ != Framing::kCarried &&
                transaction_.CodingsFor(head).gzip;
  constexpr auto kWindow = http::GzipStream::Window::kSmall;
  if (!wanted || !transaction_.Reserve(http::GzipStream::BytesOf(kWindow))) return;
  gzip_ = http::GzipStream::Create(kWindow);
  if (gzip_ != nullptr) SetCoding(head, http::Coding::kGzip);
}

void EventStream::OnBegin() {
  if (transaction_.facts().status.value_or(200) < kFirstErrorStatus) WriteHead();
}

void EventStream::OnMessage(std::string message) {
  if (ended_) return;
  if (!transaction_.response_started() && !WriteHead()) return;
  // Lines end events, and results of NDJSON.
  JsonStyle style = transaction_.style();
  style.is_pretty = false;
  std::size_t bytes = message.size();
  auto convert = [&route = transaction_.route(), &codec = *transaction_.services().codec, style,
                  framing = framing_, message = std::move(message)](ConversionMemory& memory) {
    return Frame(route, codec, style, framing, message, memory);
  };
  converting_ = true;
  auto go_on = [this](absl::StatusOr<std::string> piece) {
    converting_ = false;
    OnPiece(std::move(piece));
  };
  transaction_.Convert(Transaction::Way::kOut, bytes, std::move(convert), std::move(go_on));
}

void EventStream::OnPiece(absl::StatusOr<std::string> piece) {
  if (!piece.ok() && !ended_) return FinishWith(piece.status(), {});
  if (piece.ok()) {
    pull_due_ = true;
    // The end of the stream may have come meanwhile.
    std::string end = std::exchange(pending_, *std::move(piece));
    pending_ += end;
  }
  if (writing_) return;
  if (pending_.empty()) return Finish();
  Write(std::exchange(pending_, {}));
}

void EventStream::OnDone(const grpc_client::CallResult& result) {
  if (!result.status.ok()) return Fail(result);
  if (!transaction_.response_started() && !WriteHead()) return;
  FinishWith(result.status, result.details);
}

void EventStream::Fail(const grpc_client::CallResult& error) {
  if (!transaction_.response_started()) return transaction_.Fail(error);
  FinishWith(error.status, error.details);
}

ErrorAnswer EventStream::FormOf(ErrorAnswer error, absl::StatusCode code) const {
  return framing_ == Framing::kEvents ? ForEventSource(std::move(error), code) : error;
}

void EventStream::FinishWith(const absl::Status& status, absl::string_view details) {
  if (std::exchange(ended_, true)) return;
  if (!status.ok()) transaction_.scope().set_problem(status);
  // Others say by their end that it is a good one.
  if (!status.ok() || framing_ == Framing::kCarried) {
    if (framing_ == Framing::kEvents && IsPassing(status.code())) pending_ += DrawnRetry();
    pending_ += FrameError(framing_, transaction_.errors().Json(status, details));
  }
  if (!writing_ && !converting_) Finish();
}

void EventStream::Finish() {
  if (!pending_.empty()) return Write(std::exchange(pending_, {}));
  if (gzip_ != nullptr) return Put(std::exchange(gzip_, nullptr)->Finish());
  transaction_.FinishResponse();
}

void EventStream::Write(std::string piece) {
  if (writing_) {
    pending_ += piece;
    return;
  }
  Put(gzip_ == nullptr ? std::move(piece) : gzip_->Write(piece, /*flush=*/true));
}

void EventStream::Put(std::string bytes) {
  writing_ = true;
  transaction_.scope().exchange().WriteBody(
      std::move(bytes), [this](const absl::Status& status) { OnWritten(status); });
}

void EventStream::OnWritten(const absl::Status& status) {
  writing_ = false;
  if (!status.ok()) return transaction_.FailClient(status);
  if (converting_) return;
  if (ended_) return Finish();
  if (!pending_.empty()) return Write(std::exchange(pending_, {}));
  if (std::exchange(pull_due_, false)) transaction_.call().Pull();
}

void EventStream::ArmHeartbeat() {
  heartbeat_.expires_after(
      absl::ToChronoMilliseconds(transaction_.parts().options.heartbeat_interval));
  heartbeat_.async_wait([weak = weak_factory_.Get()](const boost::system::error_code& error) {
    EventStream* self = weak.get();
    if (!error && self != nullptr) self->OnHeartbeat();
  });
}

void EventStream::OnHeartbeat() {
  if (ended_) return;
  // A write in flight is sign of life enough.
  if (!writing_) Write(FrameHeartbeat());
  ArmHeartbeat();
}

}  // namespace triad::gateway
