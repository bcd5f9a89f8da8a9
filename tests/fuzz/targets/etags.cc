// If-Match and If-None-Match. The input is an etag, which ends at the first line feed,
// and the value of a header.
#include "runtime/base/etags.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

std::string Format(const EtagList& list) {
  if (list.any) return "*";
  return absl::StrJoin(list.tags, ", ", [](std::string* out, const EtagList::Tag& tag) {
    absl::StrAppend(out, tag.weak ? "W/" : "", "\"", tag.value, "\"");
  });
}

void CheckMatches(const EtagList& list, absl::string_view text) {
  Require(!list.MatchesStrongly(std::nullopt) && !list.MatchesWeakly(std::nullopt),
          "what is not there matches nothing", text);
  for (const EtagList::Tag& tag : list.tags) {
    Require(!absl::StrContains(tag.value, '"'), "a tag holds no quote", text);
    Require(list.MatchesWeakly(tag.value), "a listed tag matches", text);
    Require(tag.weak || list.MatchesStrongly(tag.value), "a strong one matches strongly", text);
  }
}

// Writing under both conditions is allowed for exactly those who fulfil each.
void CheckCondition(const EtagList& list, const std::string& etag, const std::string& value) {
  absl::StatusOr<EtagCondition> match = ParseEtagCondition(value, std::nullopt);
  absl::StatusOr<EtagCondition> none = ParseEtagCondition(std::nullopt, value);
  Require(match.ok() && none.ok(), "a list is a condition", value);
  Require(match->Check("r", etag).ok() == list.MatchesStrongly(etag), "if-match is strong", value);
  Require(none->Check("r", etag).ok() != list.MatchesWeakly(etag), "if-none-match is weak", value);
  Require(none->Check("r", std::nullopt).ok(), "what is not there may be made", value);
}

const Registration kTarget("etags", [](absl::string_view bytes) {
  Input input(bytes);
  std::string etag(input.TakeLine());
  std::string value(input.rest());
  absl::StatusOr<EtagList> list = ParseEtagList("if-match", value);
  if (!list.ok()) return Require(list.status().message() != "", "what is wrong is said", value);
  CheckMatches(*list, value);
  CheckCondition(*list, etag, value);
  std::string formatted = Format(*list);
  absl::StatusOr<EtagList> again = ParseEtagList("if-match", formatted);
  Require(again.ok(), "a list is accepted as it was read", formatted);
  RequireEqual(Format(*again), formatted, "a list is read alike twice");
});

}  // namespace
}  // namespace triad::fuzz
