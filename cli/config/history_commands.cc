#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/config/call.h"
#include "cli/config/commands.h"
#include "cli/config/entry_output.h"
#include "cli/config/names.h"
#include "cli/output/document.h"
#include "cli/output/table.h"
#include "cli/session.h"
#include "cli/terminal/terminal.h"
#include "runtime/base/status.h"
#include "triad/config/v1/config.pb.h"

namespace triad::cli {
namespace {

namespace v1 = config::v1;

absl::StatusOr<ExitCode> History(Session& session) {
  v1::ListEntryVersionsRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_name(), EntryName(session, session.argument(0)));
  request.set_page_size(kMaxPageSize);
  TableWriter table({"VERSION", "REVISION", "UPDATED", "TYPE", "VALUE"}, session.colours(),
                    session.sink());
  DocumentWriter document("versions", session.settings().output, session.sink());
  Progress progress;
  std::int64_t count = 0;
  auto take = [&](const v1::ListEntryVersionsResponse& page) {
    std::vector<Row> rows;
    for (const v1::Entry& entry : page.versions()) {
      if (!session.wants_table()) document.Add(MessageJson(entry));
      const auto& time = entry.has_delete_time() ? entry.delete_time() : entry.update_time();
      rows.push_back({{absl::StrCat(entry.version())},
                      {absl::StrCat(entry.revision())},
                      {FormatTime(time), Style::kDim},
                      {TypeOf(entry)},
                      ValueCell(entry)});
    }
    if (session.wants_table()) table.Write(rows);
    progress.Show(count += page.versions_size(), "versions");
    return true;
  };
  TRIAD_RETURN_IF_ERROR(
      ForEachPage<v1::ListEntryVersionsResponse>(session, "ListEntryVersions", request, take));
  if (!session.wants_table()) document.End({});
  return ExitCode::kOk;
}

// "NS@REVISION": the second is 0, for now, if it is not there.
absl::StatusOr<std::pair<std::string, std::int64_t>> ParseState(const Session& session,
                                                                const std::string& text) {
  std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('@', 1));
  TRIAD_ASSIGN_OR_RETURN(std::string name, NamespaceName(session, parts.first));
  std::int64_t revision = 0;
  bool has_revision = absl::StrContains(text, '@');
  if (has_revision && (!absl::SimpleAtoi(parts.second, &revision) || revision < 1)) {
    return UsageError(absl::StrCat("NS@REVISION: expected a revision after @ in '", text, "'"));
  }
  return std::make_pair(name, revision);
}

std::string Place(const std::string& name, std::int64_t revision) {
  return absl::StrCat(ShortName(name), revision == 0 ? "" : absl::StrCat("@", revision));
}

absl::StatusOr<ExitCode> Diff(Session& session) {
  std::string first = session.argument(0);
  std::string second = session.argument(1);
  if (second.empty()) second = first.substr(0, first.find('@'));
  if (first == second) {
    return UsageError("NS@REVISION: name a revision, as in shop@12, or another namespace");
  }
  v1::DiffEntriesRequest request;
  std::int64_t revision = 0;
  TRIAD_ASSIGN_OR_RETURN(std::tie(*request.mutable_parent(), revision), ParseState(session, first));
  request.set_revision(revision);
  TRIAD_ASSIGN_OR_RETURN(std::tie(*request.mutable_other_parent(), revision),
                         ParseState(session, second));
  request.set_other_revision(revision);
  request.set_prefix(session.flags().Text("prefix"));
  request.set_page_size(kMaxPageSize);
  DocumentWriter document("differences", session.settings().output, session.sink());
  bool any = false;
  v1::DiffEntriesResponse last;
  TRIAD_RETURN_IF_ERROR(ForEachPage<v1::DiffEntriesResponse>(
      session, "DiffEntries", request, [&](const v1::DiffEntriesResponse& page) {
        for (const v1::EntryDifference& one : page.differences()) {
          any = true;
          if (!session.wants_table()) {
            document.Add(MessageJson(one));
            continue;
          }
          session.Write(FormatDifference(one, Place(request.parent(), page.revision()),
                                         Place(request.other_parent(), page.other_revision()),
                                         session.colours()));
        }
        last.set_revision(page.revision());
        last.set_other_revision(page.other_revision());
        return true;
      }));
  if (!session.wants_table()) {
    nlohmann::ordered_json fields = MessageJson(last);
    fields.erase("differences");
    fields.erase("nextPageToken");
    document.End(fields);
  }
  return any && session.flags().Has("exit-code") ? ExitCode::kDiffers : ExitCode::kOk;
}

void WriteRolledBack(const Session& session, const v1::RollbackResponse& done) {
  if (!session.wants_table()) {
    session.WriteDocument(MessageJson(done));
    return;
  }
  for (const v1::Entry& entry : done.entries()) WriteWritten(session, entry);
  if (done.entries().empty()) session.Say("triadctl: all was as it was then already");
}

absl::StatusOr<v1::RollbackResponse> RollbackNamespace(Session& session) {
  const FlagValues& flags = session.flags();
  if (flags.Has("to-version") || !flags.Has("to-revision")) {
    return UsageError("--to-revision: needed to roll a namespace back, and --to-version not taken");
  }
  v1::RollbackNamespaceRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_name(), NamespaceName(session, session.argument(0)));
  request.set_revision(flags.Integer("to-revision"));
  request.set_prefix(flags.Text("prefix"));
  request.set_validate_only(flags.Has("dry-run"));
  return Ask<v1::RollbackResponse>(session, "RollbackNamespace", request);
}

absl::StatusOr<v1::RollbackResponse> RollbackEntry(Session& session) {
  const FlagValues& flags = session.flags();
  if (flags.Has("to-version") == flags.Has("to-revision")) {
    return UsageError("--to-version: give this or --to-revision");
  }
  if (flags.Has("prefix")) return UsageError("--prefix: taken for a namespace alone");
  v1::RollbackEntryRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_name(), EntryName(session, session.argument(0)));
  if (flags.Has("to-version")) request.set_version(flags.Integer("to-version"));
  if (flags.Has("to-revision")) request.set_revision(flags.Integer("to-revision"));
  request.set_validate_only(flags.Has("dry-run"));
  return Ask<v1::RollbackResponse>(session, "RollbackEntry", request);
}

absl::StatusOr<ExitCode> Rollback(Session& session) {
  bool is_entry = absl::StrContains(session.argument(0), '/');
  TRIAD_ASSIGN_OR_RETURN(v1::RollbackResponse done,
                         is_entry ? RollbackEntry(session) : RollbackNamespace(session));
  WriteRolledBack(session, done);
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> HistoryCommands() {
  return {
      {"config history",
       "Lists the versions of an entry that are kept, the newest first",
       "",
       {EntryArgument()},
       {},
       "triadctl config history shop/checkout/timeout",
       History},
      {"config diff",
       "Shows what differs between two revisions of a namespace, or two namespaces",
       "Without a second argument with the namespace as it is now. Of secrets it says that\n"
       "they differ, and no more.",
       {{"NS[@REVISION]",
         "a namespace, as it is or as it was",
         false,
         false,
         {},
         NamespaceCandidates},
        {"NS[@REVISION]", "what it is compared with", true, false, {}, NamespaceCandidates}},
       {{"prefix", "TEXT", "keys that start with this"},
        {"exit-code", "", "ends with 7 if there are differences", FlagType::kSwitch}},
       "triadctl config diff shop@12\n"
       "triadctl config diff shop@12 shop@30 --prefix checkout/\n"
       "triadctl config diff staging production --exit-code",
       Diff},
      {"config rollback",
       "Writes an entry, or a namespace, as it was",
       "A namespace becomes as it was at a revision, all at one new one: what was not there\n"
       "then is deleted. What is so already is not written.",
       {{"NS/KEY|NS",
         "an entry (/KEY of the namespace of --namespace), or a namespace",
         false,
         false,
         {},
         EntryCandidates}},
       {{"to-version", "N", "this version of the entry", FlagType::kInteger},
        {"to-revision", "N", "as of this revision of the store", FlagType::kInteger},
        {"prefix", "TEXT", "of a namespace, keys that start with this"},
        {"dry-run", "", "says what would be written, and writes nothing", FlagType::kSwitch}},
       "triadctl config rollback shop/checkout/timeout --to-version 1\n"
       "triadctl config rollback shop --to-revision 12 --prefix checkout/ --dry-run",
       Rollback},
  };
}

}  // namespace triad::cli
