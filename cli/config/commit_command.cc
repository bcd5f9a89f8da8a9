#include <google/protobuf/util/json_util.h>

#include "absl/strings/str_cat.h"
#include "cli/config/call.h"
#include "cli/config/commands.h"
#include "cli/config/entry_output.h"
#include "cli/config/names.h"
#include "cli/files/read_input.h"
#include "cli/output/document.h"
#include "cli/session.h"
#include "runtime/base/status.h"
#include "triad/config/v1/config.pb.h"

namespace triad::cli {
namespace {

namespace v1 = config::v1;
using nlohmann::ordered_json;

// Where an operation names entries: members of members.
constexpr const char* kNamePlaces[] = {"/put/name", "/deleteEntry", "/deletePrefix", "/copy/source",
                                       "/copy/name"};

// "shop/a" is written in full where the service wants it so.
absl::Status CompleteNames(const Session& session, ordered_json& operation) {
  for (const char* place : kNamePlaces) {
    ordered_json::json_pointer pointer(place);
    if (!operation.contains(pointer) || !operation[pointer].is_string()) continue;
    TRIAD_ASSIGN_OR_RETURN(std::string name,
                           EntryName(session, operation[pointer].get<std::string>()));
    operation[pointer] = std::move(name);
  }
  return absl::OkStatus();
}

// A mistake is named by the operation's place. The message of the parser may quote a value.
absl::StatusOr<v1::EntryOperation> ParseOperation(const Session& session, ordered_json operation,
                                                  std::size_t index) {
  std::string place = absl::StrCat("FILE: operations[", index, "]");
  if (!operation.is_object()) return UsageError(absl::StrCat(place, ": expected an operation"));
  TRIAD_RETURN_IF_ERROR(CompleteNames(session, operation));
  v1::EntryOperation message;
  if (google::protobuf::util::JsonStringToMessage(operation.dump(), &message).ok()) return message;
  return UsageError(absl::StrCat(
      place,
      ": is no EntryOperation: one of put, deleteEntry, deletePrefix and copy, with etag,"
      " version or absent beside it; see 'triadctl config commit -h'"));
}

absl::StatusOr<v1::CommitEntriesRequest> BuildRequest(const Session& session) {
  TRIAD_ASSIGN_OR_RETURN(std::string text, ReadInput("FILE", session.argument(0)));
  absl::StatusOr<ordered_json> file = ParseDocument(text);
  if (!file.ok()) return UsageError(absl::StrCat("FILE: ", file.status().message()));
  if (file->is_object() && file->contains("operations")) file = ordered_json((*file)["operations"]);
  if (!file->is_array()) return UsageError("FILE: expected a list of operations");
  v1::CommitEntriesRequest request;
  request.set_parent("namespaces/-");
  for (std::size_t i = 0; i < file->size(); ++i) {
    TRIAD_ASSIGN_OR_RETURN(*request.add_operations(), ParseOperation(session, (*file)[i], i));
  }
  request.set_validate_only(session.flags().Has("dry-run"));
  return request;
}

void WriteCommitted(const Session& session, const v1::CommitEntriesResponse& done) {
  if (!session.wants_table()) {
    session.WriteDocument(MessageJson(done));
    return;
  }
  for (const v1::OperationResult& result : done.results()) {
    if (!done.committed()) continue;
    if (result.has_entry()) {
      WriteWritten(session, result.entry());
    } else {
      session.Write(absl::StrCat(result.deleted(), " entries deleted\n"));
    }
  }
}

absl::Status Refusal(const v1::CommitEntriesResponse& done) {
  std::string reasons;
  for (int i = 0; i < done.results_size(); ++i) {
    if (done.results(i).reason().empty()) continue;
    absl::StrAppend(&reasons, "; operations[", i, "]: ", done.results(i).reason());
  }
  return absl::AbortedError(absl::StrCat("nothing was written", reasons));
}

absl::StatusOr<ExitCode> Commit(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(v1::CommitEntriesRequest request, BuildRequest(session));
  TRIAD_ASSIGN_OR_RETURN(v1::CommitEntriesResponse done,
                         Ask<v1::CommitEntriesResponse>(session, "CommitEntries", request));
  WriteCommitted(session, done);
  if (done.committed()) return ExitCode::kOk;
  return Refusal(done);
}

}  // namespace

std::vector<Command> CommitCommands() {
  return {{
      "config commit",
      "Does several writes, all at one revision or none",
      "FILE has a list of operations as JSON or YAML: put, deleteEntry, deletePrefix or copy,\n"
      "each with an etag, a version or 'absent: true' that has to hold for it. Names may be\n"
      "NS/KEY. If one finds other than it expects, nothing is written and the exit code is 4.",
      {{"FILE", "the operations; - for standard input"}},
      {{"dry-run", "", "checks everything and writes nothing", FlagType::kSwitch}},
      "triadctl config commit operations.yaml\n"
      "echo '[{\"put\":{\"name\":\"shop/vat\",\"value\":{\"intValue\":19}},\"absent\":true}]' |"
      " triadctl config commit -",
      Commit,
  }};
}

}  // namespace triad::cli
