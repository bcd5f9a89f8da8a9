#include "services/config/transfer/export_handler.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "runtime/base/status.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/transfer/transfer_mapping.h"

namespace triad::config {
namespace {

using google::api::HttpBody;

constexpr std::size_t kChunk = 256 << 10;

// The file, a chunk at a time. The first message has the media type.
class FileSource final : public rpc::BlockingSource<HttpBody> {
 public:
  FileSource(rpc::Call& call, Executor& executor, std::unique_ptr<config::Export> file,
             std::string beginning, absl::string_view media_type)
      : rpc::BlockingSource<HttpBody>(executor),
        call_(call),
        file_(std::move(file)),
        text_(std::move(beginning)),
        media_type_(media_type) {}

  absl::StatusOr<std::optional<HttpBody>> Read() override {
    // Lines of the audit log say whose call it is.
    WorkingFor scope(&call_);
    while (at_ == text_.size()) {
      TRIAD_ASSIGN_OR_RETURN(std::optional<std::string> next, file_->Next());
      if (!next.has_value() && media_type_.empty()) return std::nullopt;
      text_ = std::move(next).value_or("");
      at_ = 0;
      if (!next.has_value()) break;  // an empty file
    }
    HttpBody body;
    body.set_content_type(std::string(std::exchange(media_type_, {})));
    body.set_data(text_.substr(at_, call_.RoomForAnswer(kChunk)));
    at_ += body.data().size();
    return body;
  }

 private:
  rpc::Call& call_;
  std::unique_ptr<config::Export> file_;
  std::string text_;  // that is being sent
  std::size_t at_ = 0;
  absl::string_view media_type_;  // until it was sent
};

// What the two requests have both.
template <typename Request>
absl::StatusOr<ExportRequest> ExportFromProto(const Request& request) {
  ExportRequest chosen;
  TRIAD_ASSIGN_OR_RETURN(chosen.filter, FilterFromProto(request.parent(), request.prefix()));
  TRIAD_ASSIGN_OR_RETURN(chosen.labels,
                         LabelSelector::Parse("label_selector", request.label_selector()));
  TRIAD_ASSIGN_OR_RETURN(chosen.format, FormatFromProto(request.format()));
  return chosen;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ExportHandler::Source>> ExportHandler::Export(
    rpc::Call& call, const v1::ExportEntriesRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(ExportRequest chosen, ExportFromProto(request));
  if (request.revision() > 0) chosen.at = Revision{request.revision()};
  return Open(call, nullptr, std::move(chosen));
}

absl::StatusOr<std::unique_ptr<ExportHandler::Source>> ExportHandler::Reveal(
    rpc::Call& call, const v1::RevealEntriesRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(ExportRequest chosen, ExportFromProto(request));
  call.SetHttpHeader("cache-control", "no-store");
  return Open(call, &revealer_, std::move(chosen));
}

absl::StatusOr<std::unique_ptr<ExportHandler::Source>> ExportHandler::Open(rpc::Call& call,
                                                                           Revealer* revealer,
                                                                           ExportRequest request) {
  absl::string_view media_type = MediaTypeOf(request.format);
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<config::Export> file,
                         config::Export::Begin(store_, revealer, std::move(request)));
  // What fails at once is an error, and no file that breaks off.
  TRIAD_ASSIGN_OR_RETURN(std::optional<std::string> beginning, file->Next());
  return std::make_unique<FileSource>(call, executor_, std::move(file),
                                      std::move(beginning).value_or(""), media_type);
}

}  // namespace triad::config
