#include "services/config/entries/commit_handler.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

constexpr int kConflict = 409;

// "namespaces/{namespace}/entries/{prefix}", whose prefix may be empty.
absl::StatusOr<EntryName> ParsePrefix(const std::string& field, const std::string& name) {
  if (!absl::EndsWith(name, "/entries/")) {
    // Any character that may stand in a key makes a key of a prefix that ends with '/'.
    TRIAD_ASSIGN_OR_RETURN(EntryName parsed, ParseEntryName(field, absl::StrCat(name, "x")));
    parsed.key.pop_back();
    return parsed;
  }
  std::string parent = name.substr(0, name.size() - absl::string_view("/entries/").size());
  TRIAD_ASSIGN_OR_RETURN(std::string space, ParseParent(field, parent));
  return EntryName{std::move(space), ""};
}

absl::StatusOr<EntryWrite> CopyFromProto(const std::string& field, const v1::CopyEntry& copy) {
  EntryWrite write;
  write.kind = EntryWrite::Kind::kCopy;
  TRIAD_ASSIGN_OR_RETURN(write.source,
                         ParseEntryName(absl::StrCat(field, ".copy.source"), copy.source()));
  TRIAD_ASSIGN_OR_RETURN(write.name,
                         ParseEntryName(absl::StrCat(field, ".copy.name"), copy.name()));
  return write;
}

absl::StatusOr<EntryWrite> PutFromProto(const std::string& field, const v1::Entry& entry,
                                        const ValueLimits& limits) {
  TRIAD_ASSIGN_OR_RETURN(EntryWrite write, WriteFromProto(field, entry, limits));
  write.expects = {};  // what is expected stands beside it
  return write;
}

absl::StatusOr<EntryWrite> DeleteFromProto(const std::string& field, const std::string& name) {
  EntryWrite write;
  write.kind = EntryWrite::Kind::kDelete;
  TRIAD_ASSIGN_OR_RETURN(write.name, ParseEntryName(field, name));
  return write;
}

absl::StatusOr<EntryWrite> DeletePrefixFromProto(const std::string& field,
                                                 const std::string& prefix) {
  EntryWrite write;
  write.kind = EntryWrite::Kind::kDeletePrefix;
  TRIAD_ASSIGN_OR_RETURN(write.name, ParsePrefix(field, prefix));
  return write;
}

absl::StatusOr<EntryWrite> OperationFromProto(const std::string& field,
                                              const v1::EntryOperation& operation,
                                              const ValueLimits& limits) {
  switch (operation.operation_case()) {
    case v1::EntryOperation::kPut:
      return PutFromProto(absl::StrCat(field, ".put"), operation.put(), limits);
    case v1::EntryOperation::kDeleteEntry:
      return DeleteFromProto(absl::StrCat(field, ".delete_entry"), operation.delete_entry());
    case v1::EntryOperation::kDeletePrefix:
      return DeletePrefixFromProto(absl::StrCat(field, ".delete_prefix"),
                                   operation.delete_prefix());
    case v1::EntryOperation::kCopy:
      return CopyFromProto(field, operation.copy());
    case v1::EntryOperation::OPERATION_NOT_SET:
      break;
  }
  return InvalidField(field, "must have one of put, delete_entry, delete_prefix and copy set");
}

absl::Status AddExpectation(const std::string& field, const v1::EntryOperation& operation,
                            EntryWrite& write) {
  bool expects = operation.expect_case() != v1::EntryOperation::EXPECT_NOT_SET;
  if (expects && write.kind == EntryWrite::Kind::kDeletePrefix) {
    return InvalidField(field, "must expect nothing, as delete_prefix is about many entries");
  }
  switch (operation.expect_case()) {
    case v1::EntryOperation::kEtag:
      if (operation.etag().empty()) {
        return InvalidField(absl::StrCat(field, ".etag"), "must not be empty");
      }
      write.expects.etag = operation.etag();
      break;
    case v1::EntryOperation::kVersion:
      if (operation.version() <= 0) {
        return InvalidField(absl::StrCat(field, ".version"), "must be 1 or more");
      }
      write.expects.version = operation.version();
      break;
    case v1::EntryOperation::kAbsent:
      if (!operation.absent()) {
        return InvalidField(absl::StrCat(field, ".absent"), "must be true, or not be set");
      }
      write.expects.version = Expectation::kAbsent;
      break;
    case v1::EntryOperation::EXPECT_NOT_SET:
      break;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<EntryWrite>> WritesFromProto(const v1::CommitEntriesRequest& request,
                                                        const ValueLimits& limits) {
  bool any = request.parent() == kAnyNamespace;
  std::string space;
  if (!any) {
    TRIAD_ASSIGN_OR_RETURN(space, ParseParent("parent", request.parent()));
  }
  std::vector<EntryWrite> writes;
  for (const v1::EntryOperation& operation : request.operations()) {
    std::string field = absl::StrCat("operations[", writes.size(), "]");
    TRIAD_ASSIGN_OR_RETURN(EntryWrite write, OperationFromProto(field, operation, limits));
    TRIAD_RETURN_IF_ERROR(AddExpectation(field, operation, write));
    if (!any && write.name.space != space) {
      return InvalidField(field, absl::StrCat("must write into ", request.parent(),
                                              "; a commit of namespaces/- may span several"));
    }
    writes.push_back(std::move(write));
  }
  return writes;
}

v1::OperationResult ResultOf(WriteOutcome& outcome, Applied& applied, EntryWrite::Kind kind) {
  v1::OperationResult result;
  result.set_reason(std::string(outcome.refused.message()));
  if (outcome.current.has_value()) {
    *result.mutable_entry() = ToProtoWithoutLargeValue(*std::move(outcome.current));
  }
  if (applied.refused) return result;
  if (kind == EntryWrite::Kind::kDeletePrefix) {
    result.set_deleted(static_cast<std::int32_t>(outcome.events));
  } else {
    *result.mutable_entry() = ToProto(std::move(applied.change.events[outcome.first_event]));
  }
  return result;
}

v1::CommitEntriesResponse ResponseOf(Applied applied, const std::vector<EntryWrite::Kind>& kinds) {
  v1::CommitEntriesResponse response;
  response.set_committed(!applied.refused);
  response.set_revision(applied.change.revision.value);
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    *response.add_results() = ResultOf(applied.outcomes[i], applied, kinds[i]);
  }
  return response;
}

std::vector<EntryWrite::Kind> KindsOf(const std::vector<EntryWrite>& writes) {
  std::vector<EntryWrite::Kind> kinds;
  for (const EntryWrite& write : writes) kinds.push_back(write.kind);
  return kinds;
}

absl::StatusOr<v1::CommitEntriesResponse> AnswerWith(rpc::Call& call,
                                                     const std::vector<EntryWrite::Kind>& kinds,
                                                     absl::StatusOr<Applied> applied) {
  SetHttpStatusOf(call, applied.status());
  if (!applied.ok()) return std::move(applied).status();
  if (applied->refused) call.SetHttpStatus(kConflict);
  return ResponseOf(*std::move(applied), kinds);
}

}  // namespace

CommitHandler::Later CommitHandler::Commit(rpc::Call& call,
                                           const v1::CommitEntriesRequest& request) {
  using Response = v1::CommitEntriesResponse;
  using Promised = rpc::Promised<Response>;
  TRIAD_ASSIGN_OR_RETURN(std::vector<EntryWrite> writes, WritesFromProto(request, limits_));
  DryRun dry_run = DryRunOf(request.validate_only());
  std::vector<EntryWrite::Kind> kinds = KindsOf(writes);
  if (request.ByteSizeLong() > kShortWrite) {
    TRIAD_ASSIGN_OR_RETURN(Response response,
                           AnswerWith(call, kinds, store_.Commit(std::move(writes), dry_run)));
    return std::make_unique<rpc::Ready<Response>>(std::move(response));
  }
  return std::make_unique<Promised>([this, &call, dry_run, kinds = std::move(kinds),
                                     writes = std::move(writes)](Promised::Answer answer) mutable {
    store_.CommitLater(
        std::move(writes), dry_run, [&call] { return call.StillWanted(); },
        [&call, kinds = std::move(kinds),
         answer = std::move(answer)](absl::StatusOr<Applied> applied) {
          answer(AnswerWith(call, kinds, std::move(applied)));
        });
  });
}

}  // namespace triad::config
