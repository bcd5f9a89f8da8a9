#include "services/storage/http/read_plan.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "runtime/base/etags.h"
#include "runtime/base/status.h"
#include "services/storage/http/http_date.h"

namespace triad::storage {
namespace {

using Answer = ReadPlan::Answer;

bool IsNumber(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// The number that `digits` are, or the largest there is for a larger one.
std::int64_t Number(absl::string_view digits) {
  std::int64_t value = 0;
  return absl::SimpleAtoi(digits, &value) ? value : INT64_MAX;
}

ReadPlan Part(std::int64_t first, std::int64_t end, std::int64_t size) {
  if (first >= size) return {Answer::kUnsatisfiable, 0, 0};
  return {Answer::kPart, first, std::min(end, size) - first};
}

//   Range = "bytes" "=" ( first "-" [ last ] / "-" suffix-length )
// nullopt if the header is to be ignored.
std::optional<ReadPlan> PlanRange(absl::string_view value, std::int64_t size) {
  value = absl::StripAsciiWhitespace(value);
  if (value.size() < 6 || !absl::EqualsIgnoreCase(value.substr(0, 6), "bytes=")) {
    return std::nullopt;
  }
  std::pair<absl::string_view, absl::string_view> ends =
      absl::StrSplit(absl::StripAsciiWhitespace(value.substr(6)), absl::MaxSplits('-', 1));
  const auto& [first, last] = ends;
  if (!absl::StrContains(value, '-') || (!last.empty() && !IsNumber(last))) return std::nullopt;
  if (first.empty() && last.empty()) return std::nullopt;
  if (first.empty()) {
    std::int64_t suffix = std::min(Number(last), size);
    return Part(suffix == 0 ? size : size - suffix, size, size);
  }
  if (!IsNumber(first)) return std::nullopt;
  if (last.empty()) return Part(Number(first), size, size);
  if (Number(last) < Number(first)) return std::nullopt;
  return Part(Number(first), Number(last) < size ? Number(last) + 1 : size, size);
}

// Whether the object is still the one that the caller has a part of.
bool IfRangeHolds(const Object& object, absl::string_view value) {
  // A date never holds: two versions may be of the same second, and a part of one must
  // not be joined with a part of the other (RFC 9110, section 13.1.5).
  absl::StatusOr<EtagList> tag = ParseEtagList("if-range", value);
  return tag.ok() && !tag->any && tag->tags.size() == 1 && tag->MatchesStrongly(object.etag());
}

// The answer if a condition decides it; nullopt to go on.
absl::StatusOr<std::optional<Answer>> CheckConditions(const Object& object,
                                                      const ReadHeaders& headers) {
  if (headers.if_match.has_value()) {
    TRIAD_ASSIGN_OR_RETURN(EtagList list, ParseEtagList("if-match", *headers.if_match));
    if (!list.MatchesStrongly(object.etag())) return Answer::kPreconditionFailed;
  } else if (std::optional<absl::Time> date = ParseHttpDate(headers.if_unmodified_since);
             date.has_value() && WrittenAfter(object, *date)) {
    return Answer::kPreconditionFailed;
  }
  if (headers.if_none_match.has_value()) {
    TRIAD_ASSIGN_OR_RETURN(EtagList list, ParseEtagList("if-none-match", *headers.if_none_match));
    if (list.MatchesWeakly(object.etag())) return Answer::kNotModified;
  } else if (std::optional<absl::Time> date = ParseHttpDate(headers.if_modified_since);
             date.has_value() && !WrittenAfter(object, *date)) {
    return Answer::kNotModified;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<ReadPlan> PlanRead(const Object& object, const ReadHeaders& headers) {
  TRIAD_ASSIGN_OR_RETURN(std::optional<Answer> decided, CheckConditions(object, headers));
  if (decided.has_value()) return ReadPlan{*decided, 0, 0};
  ReadPlan whole{Answer::kWhole, 0, object.size};
  if (!headers.range.has_value()) return whole;
  if (headers.if_range.has_value() && !IfRangeHolds(object, *headers.if_range)) return whole;
  return PlanRange(*headers.range, object.size).value_or(whole);
}

}  // namespace triad::storage
