#include "services/config/entries/entries_handler.h"

#include <utility>

#include "runtime/base/status.h"
#include "runtime/rpc/paging.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

// Where HTTP has a better status than that of the code.
constexpr std::pair<absl::StatusCode, int> kHttpStatuses[] = {
    {absl::StatusCode::kFailedPrecondition, 412},
    {absl::StatusCode::kResourceExhausted, 507},
};

absl::StatusOr<ListQuery> QueryFromProto(const v1::ListEntriesRequest& request) {
  ListQuery query;
  TRIAD_ASSIGN_OR_RETURN(query.filter, FilterFromProto(request.parent(), request.prefix()));
  TRIAD_ASSIGN_OR_RETURN(query.limit, rpc::PageSize(request.page_size()));
  TRIAD_ASSIGN_OR_RETURN(
      query.after, rpc::ParsePageToken({request.parent(), request.prefix()}, request.page_token()));
  return query;
}

}  // namespace

absl::StatusOr<v1::Entry> EntriesHandler::Get(rpc::Call&, const v1::GetEntryRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(EntryName name, ParseEntryName("name", request.name()));
  TRIAD_ASSIGN_OR_RETURN(Entry entry, store_.Get(name));
  return ToProto(std::move(entry));
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
  TRIAD_ASSIGN_OR_RETURN(EntryWrite write, WriteFromProto(request.entry(), limits_));
  TRIAD_ASSIGN_OR_RETURN(write.condition,
                         ParseEtagCondition(call.Header("if-match"), call.Header("if-none-match")));
  absl::StatusOr<Entry> entry = store_.Set(write);
  for (const auto& [code, http_status] : kHttpStatuses) {
    if (entry.status().code() == code) call.SetHttpStatus(http_status);
  }
  if (!entry.ok()) return entry.status();
  return ToProto(*std::move(entry));
}

}  // namespace triad::config
