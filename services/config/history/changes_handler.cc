#include "services/config/history/changes_handler.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "runtime/base/status.h"
#include "runtime/rpc/paging.h"
#include "services/config/history/entry_diff.h"
#include "services/config/history/rollback.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

std::optional<Revision> RevisionFromProto(std::int64_t value) {
  if (value == 0) return std::nullopt;
  return Revision{value};
}

std::vector<std::string> Choice(const v1::DiffEntriesRequest& request) {
  return {request.parent(), request.other_parent(), request.prefix(),
          absl::StrCat(request.revision()), absl::StrCat(request.other_revision())};
}

// A token holds both revisions and the key where the next page goes on.
absl::Status TakePlace(const v1::DiffEntriesRequest& request, DiffQuery& query) {
  std::vector<std::string> choice = Choice(request);
  TRIAD_ASSIGN_OR_RETURN(std::string token, rpc::ParsePageToken(std::vector<absl::string_view>(
                                                                    choice.begin(), choice.end()),
                                                                request.page_token()));
  if (token.empty()) return absl::OkStatus();
  std::vector<std::string> parts = absl::StrSplit(token, absl::MaxSplits(':', 2));
  Revision before, after;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &before.value) ||
      !absl::SimpleAtoi(parts[1], &after.value)) {
    return InvalidField("page_token", "is none of this list");
  }
  query.before.revision = before;
  query.after.revision = after;
  query.after_key = std::move(parts[2]);
  return absl::OkStatus();
}

absl::StatusOr<DiffQuery> QueryFromProto(const v1::DiffEntriesRequest& request) {
  DiffQuery query;
  TRIAD_ASSIGN_OR_RETURN(query.before.space, ParseParent("parent", request.parent()));
  query.after.space = query.before.space;
  if (!request.other_parent().empty()) {
    TRIAD_ASSIGN_OR_RETURN(query.after.space, ParseParent("other_parent", request.other_parent()));
  }
  query.before.revision = RevisionFromProto(request.revision());
  query.after.revision = RevisionFromProto(request.other_revision());
  TRIAD_RETURN_IF_ERROR(CheckPrefix("prefix", request.prefix()));
  query.prefix = request.prefix();
  TRIAD_ASSIGN_OR_RETURN(query.limit, rpc::PageSize(request.page_size()));
  TRIAD_RETURN_IF_ERROR(TakePlace(request, query));
  return query;
}

v1::EntryDifference ToProto(Difference difference) {
  v1::EntryDifference proto;
  proto.set_key(std::move(difference.key));
  proto.set_type(!difference.before.has_value()  ? v1::EntryDifference::TYPE_ADDED
                 : !difference.after.has_value() ? v1::EntryDifference::TYPE_REMOVED
                                                 : v1::EntryDifference::TYPE_CHANGED);
  if (difference.before.has_value()) {
    *proto.mutable_before() = config::ToProto(*std::move(difference.before));
  }
  if (difference.after.has_value()) {
    *proto.mutable_after() = config::ToProto(*std::move(difference.after));
  }
  return proto;
}

}  // namespace

absl::StatusOr<v1::DiffEntriesResponse> ChangesHandler::Diff(
    rpc::Call&, const v1::DiffEntriesRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(DiffQuery query, QueryFromProto(request));
  TRIAD_ASSIGN_OR_RETURN(DiffPage page, history_.Diff(query));
  v1::DiffEntriesResponse response;
  response.set_revision(page.before.value);
  response.set_other_revision(page.after.value);
  if (page.more) {
    std::vector<std::string> choice = Choice(request);
    response.set_next_page_token(rpc::MakePageToken(
        std::vector<absl::string_view>(choice.begin(), choice.end()),
        absl::StrCat(page.before.value, ":", page.after.value, ":", page.after_key)));
  }
  for (Difference& difference : page.differences) {
    *response.add_differences() = ToProto(std::move(difference));
  }
  return response;
}

absl::StatusOr<v1::RollbackResponse> ChangesHandler::Apply(const EntryStore::Plan& plan,
                                                           bool validate_only) {
  TRIAD_ASSIGN_OR_RETURN(Change change, store_.Apply(plan, DryRunOf(validate_only)));
  v1::RollbackResponse response;
  response.set_revision(change.revision.value);
  for (EntryEvent& event : change.events) {
    bool left_out = event.left_out_bytes > 0;
    *response.add_entries() = ToProtoWithoutLargeValue(std::move(event.entry));
    if (left_out) response.mutable_entries()->rbegin()->clear_value();
  }
  return response;
}

absl::StatusOr<v1::RollbackResponse> ChangesHandler::RollbackEntry(
    rpc::Call&, const v1::RollbackEntryRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(EntryName name, ParseEntryName("name", request.name()));
  switch (request.to_case()) {
    case v1::RollbackEntryRequest::kVersion:
      if (request.version() <= 0) return InvalidField("version", "must be 1 or more");
      return Apply([&](db::Session& s) { return PlanRollback(s, name, request.version()); },
                   request.validate_only());
    case v1::RollbackEntryRequest::kRevision:
      if (request.revision() <= 0) return InvalidField("revision", "must be 1 or more");
      return Apply(
          [&](db::Session& s) { return PlanRollback(s, name, Revision{request.revision()}); },
          request.validate_only());
    case v1::RollbackEntryRequest::TO_NOT_SET:
      break;
  }
  return InvalidField("version", "must be set, or revision");
}

absl::StatusOr<v1::RollbackResponse> ChangesHandler::RollbackNamespace(
    rpc::Call&, const v1::RollbackNamespaceRequest& request) {
  EntryFilter filter;
  TRIAD_ASSIGN_OR_RETURN(filter.space, ParseParent("name", request.name()));
  TRIAD_RETURN_IF_ERROR(CheckPrefix("prefix", request.prefix()));
  filter.prefix = request.prefix();
  return Apply(
      [&](db::Session& session) {
        return PlanRollback(session, filter, Revision{request.revision()},
                            store_.limits().transaction_entries);
      },
      request.validate_only());
}

absl::StatusOr<v1::DestroyEntryVersionsResponse> ChangesHandler::Destroy(
    rpc::Call&, const v1::DestroyEntryVersionsRequest& request) {
  Destruction destruction;
  TRIAD_ASSIGN_OR_RETURN(destruction.name, ParseEntryName("name", request.name()));
  destruction.versions.assign(request.versions().begin(), request.versions().end());
  if (request.has_value()) {
    TRIAD_ASSIGN_OR_RETURN(destruction.replacement,
                           ValueFromProto("value", request.value(), limits_));
  }
  TRIAD_ASSIGN_OR_RETURN(Destroyed destroyed,
                         destroyer_.Destroy(destruction, DryRunOf(request.validate_only())));
  v1::DestroyEntryVersionsResponse response;
  response.set_destroyed(destroyed.count);
  response.set_revision(destroyed.revision.value);
  if (destroyed.entry.has_value()) {
    *response.mutable_entry() = config::ToProto(*std::move(destroyed.entry));
  }
  return response;
}

}  // namespace triad::config
