#include "gateway/proxy/request/accept.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

// "text/html;level=1;q=0.5"
struct MediaRange {
  absl::string_view type;
  std::vector<std::pair<absl::string_view, absl::string_view>> parameters;
};

MediaRange ParseRange(absl::string_view text) {
  MediaRange range;
  std::vector<absl::string_view> parts = absl::StrSplit(text, ';');
  range.type = absl::StripAsciiWhitespace(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i) {
    std::pair<absl::string_view, absl::string_view> parameter =
        absl::StrSplit(parts[i], absl::MaxSplits('=', 1));
    range.parameters.emplace_back(absl::StripAsciiWhitespace(parameter.first),
                                  absl::StripAsciiWhitespace(parameter.second));
  }
  return range;
}

bool IsRefused(const MediaRange& range) {
  for (const auto& [name, value] : range.parameters) {
    double weight = 1;
    if (absl::EqualsIgnoreCase(name, "q") && absl::SimpleAtod(value, &weight) && weight == 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool Accepts(const http::Headers& headers, absl::string_view media_type) {
  for (absl::string_view text : headers.List("accept")) {
    MediaRange range = ParseRange(text);
    if (absl::EqualsIgnoreCase(range.type, media_type)) return !IsRefused(range);
  }
  return false;
}

absl::StatusOr<JsonStyleChanges> AcceptedStyle(const http::Headers& headers) {
  JsonStyleChanges changes;
  for (absl::string_view text : headers.List("accept")) {
    if (!absl::StrContains(text, ';')) continue;
    for (const auto& [name, value] : ParseRange(text).parameters) {
      absl::Status known = changes.Add(name, value).status();
      if (!known.ok()) return InvalidField("accept", known.message());
    }
  }
  return changes;
}

}  // namespace triad::gateway
