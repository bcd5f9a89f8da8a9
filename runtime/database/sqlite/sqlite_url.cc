#include "runtime/database/sqlite/sqlite_url.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"

namespace triad::db::sqlite {
namespace {

constexpr absl::string_view kScheme = "sqlite:";
constexpr absl::string_view kOptions = "max_pages=N (most pages of the file, 0 for no limit)";

absl::Status NoFile() { return absl::InvalidArgumentError("expected sqlite:PATH, a file"); }

absl::StatusOr<std::string> DecodePath(absl::string_view text) {
  std::string path;
  while (!text.empty()) {
    std::size_t length = text.front() == '%' ? 3 : 1;
    if (length == 1) {
      path += text.front();
    } else if (text.size() >= length && absl::ascii_isxdigit(text[1]) &&
               absl::ascii_isxdigit(text[2])) {
      path += absl::HexStringToBytes(text.substr(1, 2));
    } else {
      return absl::InvalidArgumentError("expected two hexadecimal digits after %; % itself is %25");
    }
    text.remove_prefix(length);
  }
  bool is_file = !path.empty() && path != ":memory:" && !absl::StartsWith(path, "//") &&
                 !absl::StrContains(path, '\0');
  if (!is_file) return NoFile();
  return path;
}

absl::StatusOr<std::int64_t> ParseMaxPages(absl::string_view option) {
  std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(option, absl::MaxSplits('=', 1));
  if (parts.first != "max_pages") {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown option '", parts.first, "'; options are ", kOptions));
  }
  std::int64_t pages;
  if (absl::SimpleAtoi(parts.second, &pages) && pages >= 0) return pages;
  return absl::InvalidArgumentError(
      absl::StrCat("expected a number of pages, not '", parts.second, "'; options are ", kOptions));
}

absl::StatusOr<SqliteUrl> Parse(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, kScheme)) return NoFile();
  SqliteUrl url;
  std::size_t query = text.find('?');
  TRIAD_ASSIGN_OR_RETURN(url.path, DecodePath(text.substr(0, query)));
  if (query == absl::string_view::npos) return url;
  for (absl::string_view option : absl::StrSplit(text.substr(query + 1), '&')) {
    TRIAD_ASSIGN_OR_RETURN(url.max_pages, ParseMaxPages(option));
  }
  return url;
}

}  // namespace

absl::StatusOr<SqliteUrl> ParseSqliteUrl(absl::string_view text) {
  absl::StatusOr<SqliteUrl> url = Parse(text);
  if (url.ok()) return url;
  return Annotate(url.status(), absl::StrCat("database URL '", text, "': "));
}

std::string FormatSqliteUrl(const SqliteUrl& url) {
  std::string text =
      absl::StrCat(kScheme, absl::StrReplaceAll(url.path, {{"%", "%25"}, {"?", "%3F"}}));
  if (url.max_pages != 0) absl::StrAppend(&text, "?max_pages=", url.max_pages);
  return text;
}

}  // namespace triad::db::sqlite
