#include "gateway/proxy/answer/raw_download.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/transcoding/request_builder.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::gateway {
namespace {

constexpr char kNoType[] = "application/octet-stream";

grpc_client::CallResult WrongLength() {
  return {absl::InternalError("the service sent another length than it announced"), "", {}};
}

}  // namespace

void RawDownload::OnInitialMetadata(const grpc_client::Metadata& metadata) { TakeFacts(metadata); }

void RawDownload::OnMessage(std::string message) {
  absl::StatusOr<RawBody> body = ParseRawBody(route(), message);
  if (!body.ok()) return Fail({body.status(), "", {}});
  if (received_ == 0) content_type_ = std::move(body->content_type);
  if (bodiless()) {
    WriteHead();
    return;
  }
  received_ += body->data.size();
  std::optional<std::uint64_t> announced = facts().content_length;
  if (received_ > announced.value_or(received_)) return Fail(WrongLength());
  if (received_ == announced) {
    held_ += body->data;
    return call().Pull();
  }
  if (!head_written_ && !WriteHead()) return;
  if (body->data.empty()) return call().Pull();
  Write(std::move(body->data));
}

void RawDownload::OnCallDone(const grpc_client::CallResult& result) {
  TakeFacts(result.trailers);
  if (!result.status.ok()) return Fail(result);
  if (!head_written_ && bodiless()) {
    WriteHead();
    return;
  }
  if (received_ != facts().content_length.value_or(received_)) return Fail(WrongLength());
  if (!head_written_) {
    return Respond(HeadFrom(facts(), content_type_.empty() ? kNoType : content_type_),
                   std::move(held_));
  }
  service_done_ = true;
  if (!writing_) WriteRest();
}

bool RawDownload::WriteHead() {
  head_written_ = true;
  http::ResponseHead head = HeadFrom(facts(), content_type_.empty() ? kNoType : content_type_);
  status_ = head.status;
  scope().StartResponse(std::move(head), facts().content_length);
  if (!bodiless()) return true;
  scope().exchange().FinishResponse();
  End(status_);
  return false;
}

void RawDownload::Write(std::string piece) {
  writing_ = true;
  scope().exchange().WriteBody(std::move(piece),
                               [weak = WeakSelf<RawDownload>()](const absl::Status& status) {
                                 if (auto self = weak.lock()) self->OnWritten(status);
                               });
}

void RawDownload::OnWritten(const absl::Status& status) {
  writing_ = false;
  if (!status.ok()) return End(kClientLeft);
  if (service_done_) return WriteRest();
  call().Pull();
}

void RawDownload::WriteRest() {
  if (!held_.empty()) return Write(std::exchange(held_, {}));
  scope().exchange().FinishResponse();
  End(status_);
}

void RawDownload::Fail(const grpc_client::CallResult& result) {
  if (!head_written_) return RespondError(result);
  log::Warning("download broken off", {{"route", route().path_template},
                                       {"error", result.status.ToString()},
                                       {"request_id", scope().request_id()}});
  scope().set_problem(result.status);
  scope().exchange().FailResponse();
  End(status_);
}

}  // namespace triad::gateway
