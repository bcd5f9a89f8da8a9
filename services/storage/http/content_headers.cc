#include "services/storage/http/content_headers.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "runtime/base/status.h"
#include "services/storage/http/http_date.h"

namespace triad::storage {
namespace {

bool IsTokenCharacter(char c) {
  return absl::ascii_isalnum(c) || absl::StrContains("!#$%&'*+-.^_`|~", c);
}

bool IsToken(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenCharacter);
}

//   tag = 1*8ALPHA *( "-" 1*8( ALPHA / DIGIT ) )
bool IsLanguage(absl::string_view text) {
  std::vector<absl::string_view> parts = absl::StrSplit(text, '-');
  bool fit = std::all_of(parts.begin(), parts.end(), [](absl::string_view part) {
    return !part.empty() && part.size() <= 8 &&
           std::all_of(part.begin(), part.end(), absl::ascii_isalnum);
  });
  return fit && std::all_of(parts[0].begin(), parts[0].end(), absl::ascii_isalpha);
}

// Elements of a list, without white space around them. One that is empty is no element
// (RFC 9110, section 5.6.1).
std::vector<absl::string_view> ElementsOf(absl::string_view list) {
  std::vector<absl::string_view> elements;
  for (absl::string_view element : absl::StrSplit(list, ',')) {
    element = absl::StripAsciiWhitespace(element);
    if (!element.empty()) elements.push_back(element);
  }
  return elements;
}

// Each of these gets a value without white space around it, which is short and printable,
// and is nullopt for a malformed one.
using Normalized = std::optional<std::string>;

Normalized CacheControl(absl::string_view value) {
  // Each directive begins with its name; a comma within quotes cannot be told from one
  // between directives that way, so that no more is looked at.
  absl::string_view name = value.substr(0, value.find_first_of("=, "));
  if (!value.empty() && !IsToken(name)) return std::nullopt;
  return std::string(value);
}

//   Content-Disposition = token *( ";" parameter )
Normalized ContentDisposition(absl::string_view value) {
  absl::string_view type = absl::StripAsciiWhitespace(value.substr(0, value.find(';')));
  if (!value.empty() && !IsToken(type)) return std::nullopt;
  return std::string(value);
}

Normalized ContentEncoding(absl::string_view value) {
  std::vector<std::string> codings;
  for (absl::string_view element : ElementsOf(value)) {
    if (!IsToken(element)) return std::nullopt;
    std::string coding = absl::AsciiStrToLower(element);
    if (coding != "identity" && coding != "aws-chunked") codings.push_back(std::move(coding));
  }
  return absl::StrJoin(codings, ", ");
}

Normalized ContentLanguage(absl::string_view value) {
  std::vector<absl::string_view> languages = ElementsOf(value);
  if (!std::all_of(languages.begin(), languages.end(), IsLanguage)) return std::nullopt;
  return absl::StrJoin(languages, ", ");
}

// "0" is what many send for content that has expired already (RFC 9111, section 5.3).
Normalized Expires(absl::string_view value) {
  if (value.empty() || value == "0") return std::string(value);
  std::optional<absl::Time> time = ParseHttpDate(std::string(value));
  if (!time.has_value()) return std::nullopt;
  return FormatHttpDate(*time);
}

struct HeaderRow {
  absl::string_view name;
  std::string ContentHeaders::*kept;
  Normalized (*normalize)(absl::string_view value);
  absl::string_view expected;  // as the end of a sentence
};

constexpr HeaderRow kRows[] = {
    {"cache-control", &ContentHeaders::cache_control, CacheControl,
     "must be a list of directives, such as max-age=3600"},
    {"content-disposition", &ContentHeaders::content_disposition, ContentDisposition,
     "must begin with a type, such as attachment"},
    {"content-encoding", &ContentHeaders::content_encoding, ContentEncoding,
     "must be a list of codings, such as gzip"},
    {"content-language", &ContentHeaders::content_language, ContentLanguage,
     "must be a list of language tags, such as de-CH"},
    {"expires", &ContentHeaders::expires, Expires,
     "must be a date of HTTP, such as Sun, 06 Nov 1994 08:49:37 GMT"},
};

absl::Status CheckText(absl::string_view header, absl::string_view value) {
  if (value.size() <= kMaxContentHeaderBytes &&
      std::all_of(value.begin(), value.end(), absl::ascii_isprint)) {
    return absl::OkStatus();
  }
  return InvalidField(header, absl::StrCat("must be at most ", kMaxContentHeaderBytes,
                                           " bytes of printable ASCII"));
}

absl::StatusOr<std::string> Normalize(const HeaderRow& row, absl::string_view value) {
  value = absl::StripAsciiWhitespace(value);
  TRIAD_RETURN_IF_ERROR(CheckText(row.name, value));
  Normalized normalized = row.normalize(value);
  if (!normalized.has_value()) return InvalidField(row.name, row.expected);
  // A list may have grown.
  TRIAD_RETURN_IF_ERROR(CheckText(row.name, *normalized));
  return *std::move(normalized);
}

}  // namespace

absl::StatusOr<ContentHeaders> ParseContentHeaders(HeaderOf header) {
  ContentHeaders headers;
  for (const HeaderRow& row : kRows) {
    std::optional<std::string> value = header(row.name);
    if (!value.has_value()) continue;
    TRIAD_ASSIGN_OR_RETURN(headers.*row.kept, Normalize(row, *value));
  }
  return headers;
}

}  // namespace triad::storage
