#include "cli/config/entry_output.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/config/names.h"
#include "cli/config/values.h"
#include "cli/output/line_diff.h"

namespace triad::cli {
namespace {

namespace v1 = config::v1;

constexpr std::size_t kMaxCellWidth = 60;

std::map<std::string, std::string> Labels(const v1::Entry& entry) {
  return {entry.labels().begin(), entry.labels().end()};
}

// What an entry is, as lines that can be compared.
std::vector<std::string> Lines(const v1::Entry& entry) {
  std::vector<std::string> lines = {absl::StrCat("type: ", TypeOf(entry))};
  if (!entry.description().empty()) {
    lines.push_back(absl::StrCat("description: ", OneLine(entry.description())));
  }
  for (const auto& [key, value] : Labels(entry)) {
    lines.push_back(absl::StrCat("label: ", key, "=", value));
  }
  // Two secrets that differ look the same here.
  std::string which = entry.secret() ? absl::StrCat(" (version ", entry.version(), ")") : "";
  std::vector<std::string> values = absl::StrSplit(FormatValue(entry.value()), '\n');
  if (values.size() == 1) {
    lines.push_back(absl::StrCat("value: ", OneLine(values[0]), which));
    return lines;
  }
  lines.emplace_back("value:");
  for (const std::string& line : values) lines.push_back(absl::StrCat("  ", OneLine(line)));
  return lines;
}

std::string Version(const v1::Entry& entry) {
  return absl::StrCat("version ", entry.version(), ", revision ", entry.revision());
}

}  // namespace

std::string FormatLabels(const v1::Entry& entry) {
  return absl::StrJoin(Labels(entry), ",", absl::PairFormatter("="));
}

Cell ValueCell(const v1::Entry& entry) {
  if (entry.has_delete_time()) return {"(deleted)", Style::kRed};
  if (entry.destroyed()) return {"(destroyed)", Style::kRed};
  Style style = entry.secret() ? Style::kYellow : Style::kPlain;
  return {OneLine(FormatValue(entry.value()), kMaxCellWidth), style};
}

std::string TypeOf(const v1::Entry& entry) {
  return entry.secret() ? "secret" : std::string(TypeName(entry.value()));
}

void WriteEntry(const Session& session, const v1::Entry& entry) {
  if (!session.wants_table()) {
    session.WriteDocument(MessageJson(entry));
    return;
  }
  session.Write(FormatFields({{"name", {ShortName(entry.name()), Style::kCyan}},
                              {"value", ValueCell(entry)},
                              {"type", {TypeOf(entry)}},
                              {"description", {OneLine(entry.description())}},
                              {"labels", {FormatLabels(entry)}},
                              {"version", {absl::StrCat(entry.version())}},
                              {"revision", {absl::StrCat(entry.revision())}},
                              {"etag", {entry.etag()}},
                              {"created", {FormatTime(entry.create_time())}},
                              {"updated", {FormatTime(entry.update_time())}},
                              {"ends", {FormatTime(entry.expire_time())}}},
                             session.colours()));
}

void WriteWritten(const Session& session, const v1::Entry& entry) {
  if (!session.wants_table()) {
    session.WriteDocument(MessageJson(entry));
    return;
  }
  // Nothing was written then, and the version is that which it would have had.
  std::string done = session.flags().Has("dry-run") ? "  would be " : "  ";
  std::string what = entry.has_delete_time() ? "deleted, " : "";
  std::string revision = entry.revision() == 0 ? "" : absl::StrCat(", revision ", entry.revision());
  session.Write(absl::StrCat(session.colours()(Style::kCyan, ShortName(entry.name())), done, what,
                             "version ", entry.version(), revision, "\n"));
}

std::string FormatDifference(const v1::EntryDifference& difference, const std::string& before,
                             const std::string& after, const Colours& colours) {
  auto side = [&](const std::string& place, const v1::Entry& entry, bool there) {
    return there ? absl::StrCat(place, "/", difference.key(), "  ", Version(entry))
                 : std::string("/dev/null");
  };
  bool had = difference.has_before();
  bool has = difference.has_after();
  std::vector<std::string> old_lines =
      had ? Lines(difference.before()) : std::vector<std::string>();
  std::vector<std::string> new_lines = has ? Lines(difference.after()) : std::vector<std::string>();
  std::string head =
      absl::StrCat("diff ", before, "/", difference.key(), " ", after, "/", difference.key());
  return absl::StrCat(
      colours(Style::kBold, head), "\n",
      colours(Style::kBold, absl::StrCat("--- ", side(before, difference.before(), had))), "\n",
      colours(Style::kBold, absl::StrCat("+++ ", side(after, difference.after(), has))), "\n",
      UnifiedDiff(old_lines, new_lines, colours));
}

}  // namespace triad::cli
