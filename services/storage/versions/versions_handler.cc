#include "services/storage/versions/versions_handler.h"

#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/rpc/paging.h"
#include "services/storage/objects/object_mapping.h"

namespace triad::storage {
namespace {

std::string FormatPlace(const Object& last) {
  return absl::StrCat(last.generation, "/", last.name.object);
}

absl::StatusOr<VersionPlace> ParsePlace(absl::string_view place) {
  std::size_t slash = place.find('/');
  VersionPlace parsed;
  if (slash == absl::string_view::npos ||
      !absl::SimpleAtoi(place.substr(0, slash), &parsed.generation)) {
    return InvalidField("page_token", "is not one of this list");
  }
  parsed.name = std::string(place.substr(slash + 1));
  return parsed;
}

}  // namespace

absl::StatusOr<v1::ListVersionsResponse> VersionsHandler::List(
    rpc::Call&, const v1::ListVersionsRequest& request) {
  VersionQuery query;
  TRIAD_ASSIGN_OR_RETURN(query.bucket, ParseBucketName("parent", request.parent()));
  TRIAD_RETURN_IF_ERROR(CheckObjectPrefix("prefix", request.prefix()));
  TRIAD_RETURN_IF_ERROR(CheckObjectPrefix("object", request.object()));
  if (!request.prefix().empty() && !request.object().empty()) {
    return InvalidField("prefix", "must not be set beside object");
  }
  query.prefix = request.prefix();
  if (!request.object().empty()) query.object = request.object();
  TRIAD_ASSIGN_OR_RETURN(query.limit, rpc::PageSize(request.page_size()));
  absl::string_view chosen[] = {request.parent(), request.prefix(), request.object()};
  TRIAD_ASSIGN_OR_RETURN(std::string place, rpc::ParsePageToken(chosen, request.page_token()));
  if (!place.empty()) {
    TRIAD_ASSIGN_OR_RETURN(query.after, ParsePlace(place));
  }
  TRIAD_ASSIGN_OR_RETURN(VersionPage page, lister_.List(query));
  v1::ListVersionsResponse response;
  if (page.more) {
    response.set_next_page_token(rpc::MakePageToken(chosen, FormatPlace(page.versions.back())));
  }
  for (const Object& version : page.versions) *response.add_versions() = ToProto(version);
  return response;
}

}  // namespace triad::storage
