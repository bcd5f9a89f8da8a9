#include "runtime/audit/handler/audit_handler.h"

#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/audit/handler/audit_mapping.h"
#include "runtime/base/status.h"
#include "runtime/rpc/paging.h"

namespace triad::audit {

absl::StatusOr<v1::ListAuditLinesResponse> AuditHandler::List(
    rpc::Call& call, const v1::ListAuditLinesRequest& request) {
  TRIAD_RETURN_IF_ERROR(call.CheckToken());
  TRIAD_ASSIGN_OR_RETURN(Filter filter, FilterFromProto(request.filter()));
  TRIAD_ASSIGN_OR_RETURN(std::int32_t limit, rpc::PageSize(request.page_size()));
  std::string choice = request.filter().SerializeAsString();
  TRIAD_ASSIGN_OR_RETURN(std::string place, rpc::ParsePageToken({choice}, request.page_token()));
  std::int64_t below = 0;
  if (!place.empty() && !absl::SimpleAtoi(place, &below)) {
    return InvalidField("page_token", "is none of this list");
  }
  TRIAD_ASSIGN_OR_RETURN(Page page, log_.List(filter, below, limit));
  v1::ListAuditLinesResponse response;
  if (page.more) {
    response.set_next_page_token(rpc::MakePageToken({choice}, absl::StrCat(page.next)));
  }
  for (Line& line : page.lines) *response.add_lines() = ToProto(std::move(line));
  return response;
}

absl::StatusOr<std::unique_ptr<LineSource>> AuditHandler::Watch(
    rpc::Call& call, const v1::WatchAuditLinesRequest& request) {
  TRIAD_RETURN_IF_ERROR(call.CheckToken());
  TRIAD_ASSIGN_OR_RETURN(Filter filter, FilterFromProto(request.filter()));
  if (request.after_id() < 0) return InvalidField("after_id", "must not be negative");
  LinePosition after{request.after_id(), request.after_id() > 0};
  if (!after.known) {
    TRIAD_ASSIGN_OR_RETURN(after.id, log_.NewestId());
  }
  return FollowLines(log_, executor_, std::move(filter), after);
}

}  // namespace triad::audit
