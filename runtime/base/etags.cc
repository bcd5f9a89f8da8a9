#include "runtime/base/etags.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"

namespace triad {
namespace {

struct LeadingTag {
  EtagList::Tag tag;
  absl::string_view rest;  // what follows it
};

// The tag that `text` begins with; nullopt if there is none.
std::optional<LeadingTag> ParseLeadingTag(absl::string_view text) {
  bool weak = absl::ConsumePrefix(&text, "W/");
  if (!absl::ConsumePrefix(&text, "\"")) return std::nullopt;
  std::size_t end = text.find('"');
  if (end == absl::string_view::npos) return std::nullopt;
  return LeadingTag{{std::string(text.substr(0, end)), weak}, text.substr(end + 1)};
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
      separated = true;  // an empty element is ignored, as section 5.6.1 asks
    } else {
      std::optional<LeadingTag> leading = ParseLeadingTag(rest);
      if (!leading.has_value() || !std::exchange(separated, false)) return NotAList(header);
      list.tags.push_back(std::move(leading->tag));
      rest = leading->rest;
    }
    rest = absl::StripLeadingAsciiWhitespace(rest);
  }
  if (!list.any && list.tags.empty()) return NotAList(header);
  return list;
}

absl::Status EtagCondition::Check(absl::string_view resource,
                                  const std::optional<std::string>& etag) const {
  if (if_match.has_value() && !if_match->MatchesStrongly(etag)) {
    return absl::FailedPreconditionError(
        absl::StrCat(resource, etag.has_value() ? ": its etag is not one of if-match"
                                                : " does not exist, as if-match asks"));
  }
  if (if_none_match.has_value() && if_none_match->MatchesWeakly(etag)) {
    return absl::FailedPreconditionError(
        absl::StrCat(resource, " exists, and if-none-match excludes it"));
  }
  return absl::OkStatus();
}

absl::StatusOr<EtagCondition> ParseEtagCondition(const std::optional<std::string>& if_match,
                                                 const std::optional<std::string>& if_none_match) {
  EtagCondition condition;
  if (if_match.has_value()) {
    TRIAD_ASSIGN_OR_RETURN(condition.if_match, ParseEtagList("if-match", *if_match));
  }
  if (if_none_match.has_value()) {
    TRIAD_ASSIGN_OR_RETURN(condition.if_none_match, ParseEtagList("if-none-match", *if_none_match));
  }
  return condition;
}

}  // namespace triad
