#include "services/config/history/history_handler.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/rpc/paging.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

absl::StatusOr<HistoryQuery> QueryFromProto(const v1::ListEntryVersionsRequest& request) {
  HistoryQuery query;
  TRIAD_ASSIGN_OR_RETURN(query.name, ParseEntryName("name", request.name()));
  TRIAD_ASSIGN_OR_RETURN(query.limit, rpc::PageSize(request.page_size()));
  TRIAD_ASSIGN_OR_RETURN(std::string place,
                         rpc::ParsePageToken({request.name()}, request.page_token()));
  if (!place.empty() && !absl::SimpleAtoi(place, &query.below)) {
    return InvalidField("page_token", "is none of this list");
  }
  return query;
}

}  // namespace

absl::StatusOr<v1::ListEntryVersionsResponse> HistoryHandler::List(
    rpc::Call& call, const v1::ListEntryVersionsRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(HistoryQuery query, QueryFromProto(request));
  TRIAD_ASSIGN_OR_RETURN(VersionPage page, history_.List(query));
  bool secret = std::any_of(page.versions.begin(), page.versions.end(),
                            [](const Entry& version) { return version.secret; });
  if (secret) TRIAD_RETURN_IF_ERROR(call.CheckToken());
  v1::ListEntryVersionsResponse response;
  if (page.more) {
    response.set_next_page_token(
        rpc::MakePageToken({request.name()}, absl::StrCat(page.versions.back().version)));
  }
  for (Entry& version : page.versions) *response.add_versions() = ToProto(std::move(version));
  response.set_revision(page.revision.value);
  return response;
}

}  // namespace triad::config
