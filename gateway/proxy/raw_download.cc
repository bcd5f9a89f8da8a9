#include "gateway/proxy/raw_download.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/transcoding/request_builder.h"
#include "runtime/telemetry/log.h"

namespace triad::gateway {
namespace {

constexpr char kNoType[] = "application/octet-stream";

absl::Status WrongLength() {
  return absl::InternalError("the service sent another length than it announced");
}

}  // namespace

void RawDownload::OnInitialMetadata(const Metadata& metadata) { TakeFacts(metadata); }

void RawDownload::OnMessage(std::string message) {
  absl::StatusOr<RawBody> body = ParseRawBody(route(), message);
  if (!body.ok()) return head_written_ ? Break(body.status()) : RespondError(body.status());
  if (!head_written_ && !WriteHead(body->content_type)) return;
  written_ += body->data.size();
  if (written_ > facts().content_length.value_or(written_)) return Break(WrongLength());
  if (body->data.empty()) return call().Pull();
  Write(std::move(body->data));
}

bool RawDownload::WriteHead(const std::string& content_type) {
  head_written_ = true;
  http::ResponseHead head = HeadFrom(facts(), content_type.empty() ? kNoType : content_type);
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
  if (service_done_) return Finish();
  call().Pull();
}

void RawDownload::OnDone(const CallResult& result) {
  TakeFacts(result.trailers);
  if (!result.status.ok()) return head_written_ ? Break(result.status) : RespondError(result);
  if (!head_written_) {
    if (!bodiless() && facts().content_length.value_or(0) > 0) {
      return RespondError(WrongLength());
    }
    if (!WriteHead("")) return;
  }
  service_done_ = true;
  if (!writing_) Finish();
}

void RawDownload::Finish() {
  if (written_ != facts().content_length.value_or(written_)) return Break(WrongLength());
  scope().exchange().FinishResponse();
  End(status_);
}

void RawDownload::Break(const absl::Status& why) {
  log::Warning("download broken off", {{"route", route().path_template},
                                       {"error", why.ToString()},
                                       {"request_id", scope().request_id()}});
  scope().exchange().Abort();
  End(status_);
}

}  // namespace triad::gateway
