#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "cli/config/call.h"
#include "cli/config/commands.h"
#include "cli/config/entry_output.h"
#include "cli/config/names.h"
#include "cli/output/document.h"
#include "cli/session.h"
#include "cli/terminal/terminal.h"
#include "runtime/base/status.h"
#include "triad/config/v1/config.pb.h"

namespace triad::cli {
namespace {

namespace v1 = config::v1;

absl::StatusOr<v1::ListEntriesRequest> BuildRequest(const Session& session) {
  const FlagValues& flags = session.flags();
  v1::ListEntriesRequest request;
  TRIAD_ASSIGN_OR_RETURN(*request.mutable_parent(), NamespaceName(session, session.argument(0)));
  request.set_page_size(kMaxPageSize);
  request.set_prefix(flags.Text("prefix"));
  request.set_label_selector(flags.Text("selector"));
  request.set_search(flags.Text("search"));
  request.set_delimiter(flags.Text("delimiter"));
  request.set_revision(flags.Integer("at-revision"));
  request.set_resolve(flags.Has("resolve"));
  if (flags.Has("reverse")) request.set_order_by("key desc");
  for (const std::string& type : flags.All("type")) {
    v1::EntryType number = v1::ENTRY_TYPE_UNSPECIFIED;
    v1::EntryType_Parse(absl::StrCat("ENTRY_TYPE_", absl::AsciiStrToUpper(type)), &number);
    request.add_types(number);
  }
  return request;
}

// Pages are written as they come: however many entries there are, one page is held.
class ListOutput {
 public:
  explicit ListOutput(const Session& session)
      : session_(session),
        table_({"KEY", "TYPE", "VALUE", "VERSION", "UPDATED"}, session.colours(), session.sink()),
        document_("entries", session.settings().output, session.sink()) {}

  void Take(const v1::ListEntriesResponse& page) {
    session_.wants_table() ? TakeRows(page) : TakeItems(page);
    count_ += page.entries_size();
    progress_.Show(count_, "entries");
    last_.set_revision(page.revision());
    last_.set_resume(page.resume());
    last_.mutable_prefixes()->MergeFrom(page.prefixes());
  }

  void End() {
    if (session_.wants_table()) return;
    nlohmann::ordered_json fields = MessageJson(last_);
    fields.erase("entries");
    fields.erase("nextPageToken");
    document_.End(fields);
  }

 private:
  void TakeRows(const v1::ListEntriesResponse& page) {
    std::vector<Row> rows;
    for (const v1::KeyPrefix& one : page.prefixes()) {
      std::string count = absl::StrCat(one.at_least() ? "at least " : "", one.count(), " entries");
      rows.push_back({{one.prefix(), Style::kCyan}, {""}, {count, Style::kDim}, {""}, {""}});
    }
    for (const v1::Entry& entry : page.entries()) {
      std::string key = ShortName(entry.name());
      key.erase(0, key.find('/') + 1);
      rows.push_back({{key, Style::kCyan},
                      {TypeOf(entry)},
                      ValueCell(entry),
                      {absl::StrCat(entry.version())},
                      {FormatTime(entry.update_time()), Style::kDim}});
    }
    table_.Write(rows);
  }

  void TakeItems(const v1::ListEntriesResponse& page) {
    for (const v1::Entry& entry : page.entries()) document_.Add(MessageJson(entry));
  }

  const Session& session_;
  TableWriter table_;
  DocumentWriter document_;
  Progress progress_;
  std::int64_t count_ = 0;
  v1::ListEntriesResponse last_;  // what the document ends with
};

absl::StatusOr<ExitCode> List(Session& session) {
  TRIAD_ASSIGN_OR_RETURN(v1::ListEntriesRequest request, BuildRequest(session));
  ListOutput output(session);
  TRIAD_RETURN_IF_ERROR(ForEachPage<v1::ListEntriesResponse>(
      session, "ListEntries", request, [&](const v1::ListEntriesResponse& page) {
        output.Take(page);
        return true;
      }));
  output.End();
  return ExitCode::kOk;
}

}  // namespace

std::vector<Command> ListCommands() {
  return {{
      "config list",
      "Lists the entries of a namespace, all of them as they are at one revision",
      "As JSON and YAML it is one document, {\"entries\": [...], \"revision\": ...}, however many\n"
      "there are.",
      {NamespaceArgument()},
      {{"prefix", "TEXT", "keys that start with this"},
       {"selector",
        "LABELS",
        "entries with such labels, as in Kubernetes: env=prod,tier!=db",
        FlagType::kText,
        {},
        'l'},
       {"type",
        "TYPE",
        "string, int, double, bool, json or secret",
        FlagType::kText,
        {"string", "int", "double", "bool", "json", "secret"},
        0,
        true},
       {"search", "TEXT", "keys that have this somewhere, in upper or lower case"},
       {"delimiter", "TEXT", "counts keys that have this after the prefix, as directories do"},
       {"at-revision", "N", "as of this revision of the store", FlagType::kInteger},
       ResolveFlag(),
       {"reverse", "", "the last key first", FlagType::kSwitch}},
      "triadctl config list shop --prefix checkout/\n"
      "triadctl config list shop -l team=web -o json | jq -r '.entries[].name'",
      List,
  }};
}

}  // namespace triad::cli
