#include "services/storage/http/read_plan.h"

#include <utility>
#include <vector>

#include "runtime/base/etags.h"
#include "runtime/base/status.h"
#include "services/storage/http/http_date.h"
#include "services/storage/http/ranges.h"

namespace triad::storage {
namespace {

using Answer = ReadPlan::Answer;

ReadPlan PlanRanges(std::vector<ContentRange> ranges) {
  if (ranges.empty()) return {Answer::kUnsatisfiable, 0, 0};
  if (ranges.size() == 1) return {Answer::kPart, ranges[0].offset, ranges[0].length};
  return {Answer::kParts, 0, 0, std::move(ranges)};
}

// Whether the object is still the one that the caller has a part of.
bool IfRangeHolds(const Object& object, absl::string_view value) {
  // A date never holds: two versions may be of the same second, and a part of one must
  // not be joined with a part of the other (RFC 9110, section 13.1.5).
  absl::StatusOr<EtagList> tag = ParseEtagList("if-range", value);
  return tag.ok() && !tag->any && tag->tags.size() == 1 && tag->MatchesStrongly(object.etag);
}

// The answer if a condition decides it; nullopt to go on.
absl::StatusOr<std::optional<Answer>> CheckConditions(const Object& object,
                                                      const ReadHeaders& headers) {
  if (headers.if_match.has_value()) {
    TRIAD_ASSIGN_OR_RETURN(EtagList list, ParseEtagList("if-match", *headers.if_match));
    if (!list.MatchesStrongly(object.etag)) return Answer::kPreconditionFailed;
  } else if (std::optional<absl::Time> date = ParseHttpDate(headers.if_unmodified_since);
             date.has_value() && WrittenAfter(object, *date)) {
    return Answer::kPreconditionFailed;
  }
  if (headers.if_none_match.has_value()) {
    TRIAD_ASSIGN_OR_RETURN(EtagList list, ParseEtagList("if-none-match", *headers.if_none_match));
    if (list.MatchesWeakly(object.etag)) return Answer::kNotModified;
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
  std::optional<std::vector<ContentRange>> ranges = ParseRange(*headers.range, object.size);
  if (!ranges.has_value()) return whole;
  // A Content-Encoding would be said of the parts and what stands around them together.
  bool coded = !object.properties.headers.content_encoding.empty();
  return coded && ranges->size() > 1 ? whole : PlanRanges(*std::move(ranges));
}

}  // namespace triad::storage
