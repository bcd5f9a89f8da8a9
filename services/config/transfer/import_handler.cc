#include "services/config/transfer/import_handler.h"

#include <utility>

#include "runtime/base/status.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/transfer/transfer_mapping.h"

namespace triad::config {
namespace {

constexpr int kTooLarge = 413;
constexpr int kTimeout = 408;

absl::Status WithHttpStatus(rpc::Call& call, absl::Status status) {
  SetHttpStatusOf(call, status);
  if (absl::IsOutOfRange(status)) call.SetHttpStatus(kTooLarge);
  if (absl::IsDeadlineExceeded(status)) call.SetHttpStatus(kTimeout);
  return status;
}

// Nothing is written before the caller has said that the file is whole.
class FileSink final : public ImportHandler::Sink {
 public:
  FileSink(Importer& importer, rpc::Call& call)
      : importer_(importer), call_(call), upload_(importer.Begin()) {}

  absl::Status Write(const v1::ImportEntriesRequest& request) override {
    if (!std::exchange(begun_, true)) {
      TRIAD_ASSIGN_OR_RETURN(import_, ImportFromProto(request));
    }
    return WithHttpStatus(call_, upload_->Append(request.content().data()));
  }

  absl::StatusOr<v1::ImportEntriesResponse> Finish() override {
    if (!begun_) return InvalidField("parent", "must be in the first message");
    absl::StatusOr<ImportResult> result =
        importer_.Import(import_, *upload_, [this] { return call_.StillWanted(); });
    if (!result.ok()) return WithHttpStatus(call_, std::move(result).status());
    return ToProto(*std::move(result));
  }

 private:
  Importer& importer_;
  rpc::Call& call_;
  bool begun_ = false;
  ImportRequest import_;
  std::unique_ptr<Upload> upload_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ImportHandler::Sink>> ImportHandler::Import(rpc::Call& call) {
  return std::make_unique<FileSink>(importer_, call);
}

}  // namespace triad::config
