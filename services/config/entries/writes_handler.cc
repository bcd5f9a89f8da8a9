#include "services/config/entries/writes_handler.h"

#include <utility>

#include "runtime/base/etags.h"
#include "runtime/base/status.h"
#include "services/config/model/entry_name.h"

namespace triad::config {

absl::StatusOr<v1::Entry> WritesHandler::Set(rpc::Call& call, const v1::SetEntryRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(EntryWrite write, WriteFromProto("entry", request.entry(), limits_));
  return Write(call, std::move(write), request.validate_only());
}

absl::StatusOr<v1::Entry> WritesHandler::Update(rpc::Call& call,
                                                const v1::UpdateEntryRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(EntryWrite write, UpdateFromProto(request, limits_));
  return Write(call, std::move(write), request.validate_only());
}

absl::StatusOr<v1::Entry> WritesHandler::Delete(rpc::Call& call,
                                                const v1::DeleteEntryRequest& request) {
  EntryWrite write;
  write.kind = EntryWrite::Kind::kDelete;
  TRIAD_ASSIGN_OR_RETURN(write.name, ParseEntryName("name", request.name()));
  write.expects.etag = request.etag();
  return Write(call, std::move(write), request.validate_only());
}

absl::StatusOr<v1::Entry> WritesHandler::Undelete(rpc::Call& call,
                                                  const v1::UndeleteEntryRequest& request) {
  EntryWrite write;
  write.kind = EntryWrite::Kind::kUndelete;
  TRIAD_ASSIGN_OR_RETURN(write.name, ParseEntryName("name", request.name()));
  return Write(call, std::move(write), request.validate_only());
}

absl::StatusOr<v1::Entry> WritesHandler::Write(rpc::Call& call, EntryWrite write,
                                               bool validate_only) {
  TRIAD_ASSIGN_OR_RETURN(write.expects.condition,
                         ParseEtagCondition(call.Header("if-match"), call.Header("if-none-match")));
  absl::StatusOr<Entry> entry = store_.Write(write, validate_only ? DryRun::kYes : DryRun::kNo);
  SetHttpStatusOf(call, entry.status());
  if (!entry.ok()) return entry.status();
  return ToProto(*std::move(entry));
}

}  // namespace triad::config
