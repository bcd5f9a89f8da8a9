#include "services/storage/http/etags.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"

namespace triad::storage {
namespace {

// Takes one tag from the front of `rest`; nullopt if there is none.
std::optional<EtagList::Tag> TakeTag(absl::string_view& rest) {
  EtagList::Tag tag;
  tag.weak = absl::ConsumePrefix(&rest, "W/");
  if (!absl::ConsumePrefix(&rest, "\"")) return std::nullopt;
  std::size_t end = rest.find('"');
  if (end == absl::string_view::npos) return std::nullopt;
  tag.value = std::string(rest.substr(0, end));
  rest.remove_prefix(end + 1);
  return tag;
}

absl::Status NotAList(absl::string_view header) {
  return InvalidField(header, "must be * or a list of quoted etags");
}

}  // namespace

bool EtagList::MatchesStrongly(const std::optional<std::string>& etag) const {
  if (!etag.has_value()) return false;
  return any || std::any_of(tags.begin(), tags.end(),
                            [&](const Tag& tag) { return !tag.weak && tag.value == *etag; });
}

bool EtagList::MatchesWeakly(const std::optional<std::string>& etag) const {
  if (!etag.has_value()) return false;
  return any ||
         std::any_of(tags.begin(), tags.end(), [&](const Tag& tag) { return tag.value == *etag; });
}

absl::StatusOr<EtagList> ParseEtagList(absl::string_view header, absl::string_view value) {
  EtagList list;
  absl::string_view rest = absl::StripAsciiWhitespace(value);
  list.any = rest == "*";
  bool separated = true;
  while (!list.any && !rest.empty()) {
    if (absl::ConsumePrefix(&rest, ",")) {
      separated = true;  // also between nothing: section 5.6.1 asks to ignore that
    } else {
      std::optional<EtagList::Tag> tag = TakeTag(rest);
      if (!tag.has_value() || !std::exchange(separated, false)) return NotAList(header);
      list.tags.push_back(*std::move(tag));
    }
    rest = absl::StripLeadingAsciiWhitespace(rest);
  }
  if (!list.any && list.tags.empty()) return NotAList(header);
  return list;
}

}  // namespace triad::storage
