#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/output/document.h"
#include "cli/output/table.h"
#include "cli/session.h"
#include "cli/table/suggest.h"
#include "cli/transform/commands.h"
#include "cli/transform/operations.h"
#include "cli/transform/parameter_table.h"
#include "cli/transform/recipe_candidates.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

namespace v1 = transform::v1;

// Whether `word`, in lower case, stands in a name of it or in what it does.
bool IsAbout(const v1::Operation& operation, const std::string& word) {
  auto has = [&](absl::string_view text) {
    return absl::StrContains(absl::AsciiStrToLower(text), word);
  };
  return has(operation.id()) || has(operation.name()) || has(operation.description()) ||
         std::any_of(operation.aliases().begin(), operation.aliases().end(), has);
}

absl::StatusOr<ExitCode> List(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<v1::Operation> all, ListedOperations(session));
  std::string word = absl::AsciiStrToLower(session.argument(0));
  std::string family = session.flags().Text("family");
  std::vector<Row> rows;
  DocumentWriter document("operations", session.settings().output, session.sink());
  for (const v1::Operation& one : all) {
    if (!IsAbout(one, word) || (!family.empty() && one.family() != family)) continue;
    if (!session.wants_table()) document.Add(MessageJson(one));
    rows.push_back({{one.id(), Style::kCyan}, {one.family()}, {OneLine(one.description())}});
  }
  if (session.wants_table()) {
    TableWriter({"OPERATION", "FAMILY", "DESCRIPTION"}, session.colours(), session.sink())
        .Write(rows);
  } else {
    document.End(nlohmann::ordered_json::object());
  }
  return ExitCode::kOk;
}

absl::string_view DataText(v1::Operation::Data data) {
  return data == v1::Operation::DATA_TEXT ? "text" : "bytes";
}

void WriteOperation(const Session& session, const v1::Operation& operation) {
  session.Write(FormatFields(
      {{"operation", {operation.id(), Style::kCyan}},
       {"does", {OneLine(operation.description())}},
       {"family", {operation.family()}},
       {"also", {absl::StrJoin(operation.aliases(), ", ")}},
       {"takes", {std::string(DataText(operation.takes()))}},
       {"gives", {std::string(DataText(operation.gives()))}},
       {"streams", {operation.streams() ? "yes" : "no, it takes its input as a whole"}},
       {"undone by", {operation.inverse()}}},
      session.colours()));
  WriteParameters(session, operation.parameters());
  session.Write("\n");
  std::vector<Row> rows;
  for (const v1::Operation::Example& one : operation.examples()) {
    rows.push_back(
        {{OneLine(one.recipe()), Style::kCyan}, {OneLine(one.input())}, {OneLine(one.output())}});
  }
  TableWriter({"EXAMPLE", "INPUT", "OUTPUT"}, session.colours(), session.sink()).Write(rows);
}

absl::StatusOr<ExitCode> Show(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<v1::Operation> all, ListedOperations(session));
  std::string name = session.argument(0);
  std::vector<std::string> known;
  for (const v1::Operation& one : all) {
    known.push_back(one.id());
    known.insert(known.end(), one.aliases().begin(), one.aliases().end());
    if (std::find(one.aliases().begin(), one.aliases().end(), name) == one.aliases().end() &&
        one.id() != name) {
      continue;
    }
    session.wants_table() ? WriteOperation(session, one) : session.WriteDocument(MessageJson(one));
    return ExitCode::kOk;
  }
  std::string nearest = Nearest(name, known);
  return absl::NotFoundError(
      absl::StrCat("there is no operation '", name, "'",
                   nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?")));
}

}  // namespace

std::vector<Command> OperationCommands() {
  Flag local = {"local", "", "those of this program; no server is asked", FlagType::kSwitch};
  return {
      {"transform list",
       "Lists the operations that recipes are made of",
       "",
       {{"WORD", "stands in a name of it, or in what it does", true}},
       {{"family", "NAME", "of this family alone"}, local},
       "triadctl transform list\ntriadctl transform list base64 --local",
       List},
      {"transform show",
       "Says what an operation does, with its parameters and examples",
       "",
       {{"OPERATION", "its id, or another of its names", false, false, {}, OperationCandidates}},
       {local},
       "triadctl transform show gzip",
       Show},
  };
}

}  // namespace triad::cli
