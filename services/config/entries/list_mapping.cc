#include "services/config/entries/list_mapping.h"

#include <google/protobuf/util/field_mask_util.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/status.h"
#include "runtime/rpc/paging.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

using google::protobuf::util::FieldMaskUtil;

// Everything that chooses and orders what is listed.
std::vector<std::string> Choice(const v1::ListEntriesRequest& request) {
  return {request.parent(),
          request.prefix(),
          request.search(),
          request.label_selector(),
          request.order_by(),
          request.delimiter(),
          absl::StrJoin(request.types(), ","),
          absl::StrCat(request.revision())};
}

std::vector<absl::string_view> Views(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

absl::Status TakeTypes(const v1::ListEntriesRequest& request, ListQuery& query) {
  for (int type : request.types()) {
    if (type == v1::ENTRY_TYPE_SECRET) {
      query.secrets = true;
    } else if (type > v1::ENTRY_TYPE_UNSPECIFIED && type < v1::ENTRY_TYPE_SECRET) {
      // The numbers of the first five are those of the database.
      query.kinds.push_back(static_cast<ValueKind>(type));
    } else {
      return InvalidField("types", "must be types of entries, such as ENTRY_TYPE_STRING");
    }
  }
  return absl::OkStatus();
}

absl::Status TakeOrder(const v1::ListEntriesRequest& request, ListQuery& query) {
  query.descending = request.order_by() == "key desc";
  if (query.descending || request.order_by().empty() || request.order_by() == "key" ||
      request.order_by() == "key asc") {
    return absl::OkStatus();
  }
  return InvalidField("order_by", "must be 'key' or 'key desc'");
}

absl::Status TakeMask(const v1::ListEntriesRequest& request, ListQuery& query) {
  const auto& paths = request.read_mask().paths();
  for (const std::string& path : paths) {
    if (path == "*" || FieldMaskUtil::IsValidPath<v1::Entry>(path)) continue;
    return InvalidField("read_mask",
                        absl::StrCat("must name fields of an entry, and not '", path, "'"));
  }
  query.with_values =
      paths.empty() || std::any_of(paths.begin(), paths.end(), [](const std::string& path) {
        return path == "*" || path == "value" || absl::StartsWith(path, "value.");
      });
  return absl::OkStatus();
}

// A token holds the revision of the list and the place where it goes on.
absl::Status TakePlace(const v1::ListEntriesRequest& request, ListQuery& query) {
  if (request.revision() > 0) query.at = Revision{request.revision()};
  TRIAD_ASSIGN_OR_RETURN(std::string place,
                         rpc::ParsePageToken(Views(Choice(request)), request.page_token()));
  if (place.empty()) return absl::OkStatus();
  std::size_t colon = place.find(':');
  Revision at;
  if (colon == std::string::npos || !absl::SimpleAtoi(place.substr(0, colon), &at.value)) {
    return InvalidField("page_token", "is none of this list");
  }
  query.at = at;
  query.after = place.substr(colon + 1);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ListQuery> QueryFromProto(const v1::ListEntriesRequest& request) {
  ListQuery query;
  TRIAD_ASSIGN_OR_RETURN(query.filter, FilterFromProto(request.parent(), request.prefix()));
  TRIAD_ASSIGN_OR_RETURN(query.limit, rpc::PageSize(request.page_size()));
  TRIAD_ASSIGN_OR_RETURN(query.labels,
                         LabelSelector::Parse("label_selector", request.label_selector()));
  TRIAD_RETURN_IF_ERROR(TakeTypes(request, query));
  TRIAD_RETURN_IF_ERROR(TakeOrder(request, query));
  TRIAD_RETURN_IF_ERROR(TakeMask(request, query));
  query.search = absl::AsciiStrToLower(request.search());
  query.delimiter = request.delimiter();
  TRIAD_RETURN_IF_ERROR(TakePlace(request, query));
  return query;
}

v1::ListEntriesResponse PageToProto(const v1::ListEntriesRequest& request, EntryPage page,
                                    Epoch epoch) {
  v1::ListEntriesResponse response;
  if (page.more) {
    response.set_next_page_token(rpc::MakePageToken(
        Views(Choice(request)), absl::StrCat(page.revision.value, ":", page.after)));
  }
  bool masked = !request.read_mask().paths().empty() && request.read_mask().paths(0) != "*";
  for (Entry& entry : page.entries) {
    v1::Entry& added = *response.add_entries();
    entry.read_revision = page.revision;
    added = ToProto(std::move(entry));
    if (masked) FieldMaskUtil::TrimMessage(request.read_mask(), &added);
  }
  for (KeyGroup& group : page.groups) {
    v1::KeyPrefix& added = *response.add_prefixes();
    added.set_prefix(std::move(group.prefix));
    added.set_count(group.count);
    added.set_at_least(group.at_least);
  }
  response.set_revision(page.revision.value);
  response.set_resume(FormatResume(epoch, page.revision));
  return response;
}

}  // namespace triad::config
