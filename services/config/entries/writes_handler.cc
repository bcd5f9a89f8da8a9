#include "services/config/entries/writes_handler.h"

#include <memory>
#include <utility>

#include "runtime/base/etags.h"
#include "runtime/base/status.h"
#include "services/config/model/entry_name.h"

namespace triad::config {

namespace {

absl::StatusOr<v1::Entry> AnswerWith(rpc::Call& call, absl::StatusOr<Entry> entry) {
  SetHttpStatusOf(call, entry.status());
  if (!entry.ok()) return std::move(entry).status();
  return ToProto(*std::move(entry));
}

}  // namespace

template <typename Request>
WritesHandler::Later WritesHandler::Write(rpc::Call& call, const Request& request,
                                          EntryWrite write) {
  using Promised = rpc::Promised<v1::Entry>;
  TRIAD_ASSIGN_OR_RETURN(write.expects.condition,
                         ParseEtagCondition(call.Header("if-match"), call.Header("if-none-match")));
  DryRun dry_run = DryRunOf(request.validate_only());
  if (request.ByteSizeLong() > kShortWrite) {
    TRIAD_ASSIGN_OR_RETURN(v1::Entry entry, AnswerWith(call, store_.Write(write, dry_run)));
    return std::make_unique<rpc::Ready<v1::Entry>>(std::move(entry));
  }
  return std::make_unique<Promised>(
      [this, &call, dry_run, write = std::move(write)](Promised::Answer answer) mutable {
        store_.WriteLater(
            std::move(write), dry_run, [&call] { return call.StillWanted(); },
            [&call, answer = std::move(answer)](absl::StatusOr<Entry> entry) {
              answer(AnswerWith(call, std::move(entry)));
            });
      });
}

WritesHandler::Later WritesHandler::Set(rpc::Call& call, const v1::SetEntryRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(EntryWrite write, WriteFromProto("entry", request.entry(), limits_));
  return Write(call, request, std::move(write));
}

WritesHandler::Later WritesHandler::Update(rpc::Call& call, const v1::UpdateEntryRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(EntryWrite write, UpdateFromProto(request, limits_));
  return Write(call, request, std::move(write));
}

WritesHandler::Later WritesHandler::Delete(rpc::Call& call, const v1::DeleteEntryRequest& request) {
  EntryWrite write;
  write.kind = EntryWrite::Kind::kDelete;
  TRIAD_ASSIGN_OR_RETURN(write.name, ParseEntryName("name", request.name()));
  write.expects.etag = request.etag();
  return Write(call, request, std::move(write));
}

WritesHandler::Later WritesHandler::Undelete(rpc::Call& call,
                                             const v1::UndeleteEntryRequest& request) {
  EntryWrite write;
  write.kind = EntryWrite::Kind::kUndelete;
  TRIAD_ASSIGN_OR_RETURN(write.name, ParseEntryName("name", request.name()));
  return Write(call, request, std::move(write));
}

}  // namespace triad::config
