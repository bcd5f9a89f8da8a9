#include "gateway/proxy/answer/raw_download.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/proxy/transaction.h"
#include "gateway/transcoding/response_builder.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::gateway {
namespace {

grpc_client::CallResult WrongLength() {
  return {absl::InternalError("the service sent another length than it announced"), "", {}};
}

}  // namespace

absl::string_view RawDownload::content_type() const {
  return content_type_.empty() ? "application/octet-stream" : absl::string_view(content_type_);
}

void RawDownload::OnMessage(std::string message) {
  absl::StatusOr<RawBody> body = ParseRawBody(transaction_.route(), std::move(message));
  if (!body.ok()) return Fail({body.status(), "", {}});
  if (received_ == 0) content_type_ = std::move(body->content_type);
  if (transaction_.bodiless()) {
    WriteHead();
    return;
  }
  std::size_t size = body->data().size();
  received_ += size;
  std::optional<std::uint64_t> announced = transaction_.facts().content_length;
  if (received_ > announced.value_or(received_)) return Fail(WrongLength());
  http::Body piece(std::move(body->bytes), body->begin);
  if (received_ == announced) {
    absl::StrAppend(&held_, piece.view());
    return transaction_.call().Pull();
  }
  if (!transaction_.response_started() && !WriteHead()) return;
  if (size == 0) return transaction_.call().Pull();
  Write(std::move(piece));
}

void RawDownload::OnDone(const grpc_client::CallResult& result) {
  if (!result.status.ok()) return Fail(result);
  bool started = transaction_.response_started();
  if (!started && transaction_.bodiless()) {
    WriteHead();
    return;
  }
  if (received_ != transaction_.facts().content_length.value_or(received_)) {
    return Fail(WrongLength());
  }
  if (!started) return transaction_.Respond(transaction_.Head(content_type()), std::move(held_));
  service_done_ = true;
  if (!writing_) WriteRest();
}

bool RawDownload::WriteHead() {
  http::ResponseHead head = transaction_.Head(content_type());
  std::optional<std::uint64_t> length = transaction_.facts().content_length;
  if (BeginCoding(head)) length = std::nullopt;
  return transaction_.StartResponse(std::move(head), length);
}

bool RawDownload::BeginCoding(http::ResponseHead& head) {
  bool is_large = transaction_.facts().content_length.value_or(kMinCodedBytes) >= kMinCodedBytes;
  constexpr auto kWindow = http::GzipStream::Window::kLarge;
  bool wanted = is_large && transaction_.CodingsFor(head).gzip;
  if (!wanted || !transaction_.Reserve(http::GzipStream::BytesOf(kWindow))) return false;
  gzip_ = http::GzipStream::Create(kWindow);
  if (gzip_ != nullptr) SetCoding(head, http::Coding::kGzip);
  return gzip_ != nullptr;
}

void RawDownload::Write(http::Body piece) {
  Put(gzip_ == nullptr ? std::move(piece) : gzip_->Write(piece.view(), /*flush=*/false));
}

void RawDownload::Put(http::Body bytes) {
  writing_ = true;
  transaction_.scope().exchange().WriteBody(
      std::move(bytes), [this](const absl::Status& status) { OnWritten(status); });
}

void RawDownload::OnWritten(const absl::Status& status) {
  writing_ = false;
  if (!status.ok()) return transaction_.FailClient(status);
  if (service_done_) return WriteRest();
  transaction_.call().Pull();
}

void RawDownload::WriteRest() {
  if (!held_.empty()) return Write(std::exchange(held_, {}));
  if (gzip_ != nullptr) return Put(std::exchange(gzip_, nullptr)->Finish());
  transaction_.FinishResponse();
}

void RawDownload::Fail(const grpc_client::CallResult& error) {
  if (!transaction_.response_started()) return transaction_.Fail(error);
  RequestScope& scope = transaction_.scope();
  log::Warning("download broken off", {{"route", transaction_.route().path_template},
                                       {"error", error.status.ToString()},
                                       {"request_id", scope.request_id()}});
  scope.set_problem(error.status);
  transaction_.FailResponse();
}

}  // namespace triad::gateway
