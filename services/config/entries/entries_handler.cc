#include "services/config/entries/entries_handler.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/etags.h"
#include "runtime/base/status.h"
#include "runtime/rpc/paging.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

absl::StatusOr<ListQuery> QueryFromProto(const v1::ListEntriesRequest& request) {
  ListQuery query;
  TRIAD_ASSIGN_OR_RETURN(query.filter, FilterFromProto(request.parent(), request.prefix()));
  TRIAD_ASSIGN_OR_RETURN(query.limit, rpc::PageSize(request.page_size()));
  TRIAD_ASSIGN_OR_RETURN(
      query.after, rpc::ParsePageToken({request.parent(), request.prefix()}, request.page_token()));
  return query;
}

// The entity tag of the answer, and 304 if the caller has it (RFC 9110, section 13.1.2).
absl::Status SayWhetherChanged(rpc::Call& call, const std::string& etag) {
  call.SetHttpHeader("etag", absl::StrCat("\"", etag, "\""));
  std::optional<std::string> known = call.Header("if-none-match");
  if (!known.has_value()) return absl::OkStatus();
  TRIAD_ASSIGN_OR_RETURN(EtagList etags, ParseEtagList("if-none-match", *known));
  if (etags.MatchesWeakly(etag)) call.SetHttpStatus(304);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Entry> EntriesHandler::Get(rpc::Call& call, const v1::GetEntryRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(EntryName name, ParseEntryName("name", request.name()));
  TRIAD_ASSIGN_OR_RETURN(Entry entry, Find(name, request));
  TRIAD_RETURN_IF_ERROR(SayWhetherChanged(call, entry.etag));
  return ToProto(std::move(entry));
}

absl::StatusOr<Entry> EntriesHandler::Find(const EntryName& name,
                                           const v1::GetEntryRequest& request) {
  switch (request.at_case()) {
    case v1::GetEntryRequest::kVersion:
      if (request.version() <= 0) return InvalidField("version", "must be 1 or more");
      return history_.GetVersion(name, request.version());
    case v1::GetEntryRequest::kRevision:
      if (request.revision() <= 0) return InvalidField("revision", "must be 1 or more");
      return history_.GetAt(name, Revision{request.revision()});
    case v1::GetEntryRequest::AT_NOT_SET:
      break;
  }
  return store_.Get(name);
}

absl::StatusOr<v1::ListEntriesResponse> EntriesHandler::List(
    rpc::Call&, const v1::ListEntriesRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(ListQuery query, QueryFromProto(request));
  TRIAD_ASSIGN_OR_RETURN(EntryPage page, store_.List(query));
  v1::ListEntriesResponse response;
  if (page.more) {
    response.set_next_page_token(
        rpc::MakePageToken({request.parent(), request.prefix()}, page.entries.back().name.key));
  }
  for (Entry& entry : page.entries) *response.add_entries() = ToProto(std::move(entry));
  response.set_revision(page.revision.value);
  return response;
}

absl::StatusOr<v1::Entry> EntriesHandler::Set(rpc::Call& call, const v1::SetEntryRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(EntryWrite write, WriteFromProto("entry", request.entry(), limits_));
  return Write(call, std::move(write));
}

absl::StatusOr<v1::Entry> EntriesHandler::Delete(rpc::Call& call,
                                                 const v1::DeleteEntryRequest& request) {
  EntryWrite write;
  write.kind = EntryWrite::Kind::kDelete;
  TRIAD_ASSIGN_OR_RETURN(write.name, ParseEntryName("name", request.name()));
  write.etag = request.etag();
  return Write(call, std::move(write));
}

absl::StatusOr<v1::Entry> EntriesHandler::Undelete(rpc::Call& call,
                                                   const v1::UndeleteEntryRequest& request) {
  EntryWrite write;
  write.kind = EntryWrite::Kind::kUndelete;
  TRIAD_ASSIGN_OR_RETURN(write.name, ParseEntryName("name", request.name()));
  return Write(call, std::move(write));
}

absl::StatusOr<v1::Entry> EntriesHandler::Write(rpc::Call& call, EntryWrite write) {
  TRIAD_ASSIGN_OR_RETURN(write.condition,
                         ParseEtagCondition(call.Header("if-match"), call.Header("if-none-match")));
  absl::StatusOr<Entry> entry = store_.Write(write);
  SetHttpStatusOf(call, entry.status());
  if (!entry.ok()) return entry.status();
  return ToProto(*std::move(entry));
}

}  // namespace triad::config
