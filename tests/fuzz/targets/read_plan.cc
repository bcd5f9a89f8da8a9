// Range and conditional headers of a read. The input is two bytes of the object's size
// and a line for each header: range, if-range, if-match, if-none-match,
// if-modified-since, if-unmodified-since. An empty line is a header that is not there.
#include "services/storage/http/read_plan.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/random.h"
#include "services/storage/http/download_headers.h"
#include "services/storage/http/http_date.h"
#include "services/storage/http/multipart_ranges.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using storage::ContentRange;
using storage::MultipartRanges;
using storage::Object;
using storage::PlanRead;
using storage::ReadHeaders;
using storage::ReadPlan;
using Answer = ReadPlan::Answer;

std::optional<std::string> TakeHeader(Input& input) {
  absl::string_view line = input.TakeLine();
  return line.empty() ? std::nullopt : std::optional<std::string>(line);
}

Object MakeObject(std::int64_t size) {
  Object object;
  object.name = {"bucket", "object"};
  object.etag = "tag";
  object.size = size;
  object.update_time = absl::FromUnixSeconds(784111777);
  return object;
}

// Parts are of the object, and no two of them have a byte in common, or one beside one.
void CheckParts(const std::vector<ContentRange>& ranges, std::int64_t size,
                absl::string_view text) {
  Require(ranges.size() >= 2 && ranges.size() <= storage::kMaxRanges, "several are some", text);
  std::vector<ContentRange> sorted = ranges;
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& one, const auto& other) { return one.offset < other.offset; });
  std::int64_t free_from = 0;
  for (const ContentRange& range : sorted) {
    Require(range.offset >= free_from && range.length > 0, "parts are apart", text);
    free_from = range.end() + 1;
  }
  Require(sorted.back().end() <= size, "a part is of the object", text);
}

// The body of the parts has the length that was announced, and its form shows no byte of
// the content as anything else.
void CheckBody(const Object& object, const ReadPlan& plan, absl::string_view text) {
  if (plan.answer != Answer::kParts) return;
  MultipartRanges parts("text/plain", object.size, plan.ranges, Random::System());
  std::int64_t length = 0;
  for (std::size_t part = 0; part < plan.ranges.size(); ++part) {
    std::string head = parts.HeadOf(part);
    Require(absl::EndsWith(head, "\r\n\r\n"), "a head has an end", head);
    length += static_cast<std::int64_t>(head.size()) + plan.ranges[part].length;
  }
  length += static_cast<std::int64_t>(parts.End().size());
  Require(length == parts.ContentLength(), "the length is known before", text);
}

void CheckPlan(const ReadPlan& plan, std::int64_t size, const ReadHeaders& headers,
               absl::string_view text) {
  bool conditional = headers.if_match || headers.if_none_match || headers.if_modified_since ||
                     headers.if_unmodified_since;
  switch (plan.answer) {
    case Answer::kWhole:
      return Require(plan.offset == 0 && plan.length == size, "the whole is all of it", text);
    case Answer::kPart:
      Require(headers.range.has_value(), "a part was asked for", text);
      return Require(plan.offset >= 0 && plan.length > 0 && plan.offset <= size - plan.length,
                     "a part is of the object", text);
    case Answer::kParts:
      Require(headers.range.has_value(), "parts were asked for", text);
      return CheckParts(plan.ranges, size, text);
    case Answer::kUnsatisfiable:
      return Require(headers.range.has_value(), "a part was asked for", text);
    case Answer::kNotModified:
    case Answer::kPreconditionFailed:
      return Require(conditional, "a condition was given", text);
  }
}

// Whoever asks for the parts that the answer names gets those parts.
void CheckRepeated(const Object& object, const ReadPlan& plan) {
  if (plan.answer != Answer::kPart && plan.answer != Answer::kParts) return;
  std::vector<ContentRange> ranges = plan.ranges;
  if (plan.answer == Answer::kPart) ranges = {{plan.offset, plan.length}};
  auto format = [](std::string* out, const ContentRange& range) {
    absl::StrAppend(out, range.offset, "-", range.end() - 1);
  };
  std::string range = absl::StrCat("bytes=", absl::StrJoin(ranges, ",", format));
  absl::StatusOr<ReadPlan> again = PlanRead(object, {.range = range});
  Require(again.ok() && again->answer == plan.answer && again->offset == plan.offset &&
              again->length == plan.length && again->ranges == plan.ranges,
          "parts have one range each", range);
}

void CheckHead(const Object& object, const ReadPlan& plan, absl::string_view text) {
  for (const auto& [name, value] : DownloadHeadOf(object, plan).headers) {
    Require(value.find_first_of("\r\n") == std::string::npos, "a header is one line", text);
  }
}

void CheckDate(const std::optional<std::string>& text) {
  std::optional<absl::Time> date = storage::ParseHttpDate(text);
  if (!date) return;
  std::string formatted = storage::FormatHttpDate(*date);
  Require(storage::ParseHttpDate(formatted) == date, "a date is read alike twice", formatted);
}

const Registration kTarget("read_plan", [](absl::string_view bytes) {
  Input input(bytes);
  std::int64_t size = input.TakeByte();
  size = 256 * size + input.TakeByte();
  ReadHeaders headers;
  headers.range = TakeHeader(input);
  headers.if_range = TakeHeader(input);
  headers.if_match = TakeHeader(input);
  headers.if_none_match = TakeHeader(input);
  headers.if_modified_since = TakeHeader(input);
  headers.if_unmodified_since = TakeHeader(input);
  CheckDate(headers.if_modified_since);
  CheckDate(headers.if_unmodified_since);
  Object object = MakeObject(size);
  absl::StatusOr<ReadPlan> plan = PlanRead(object, headers);
  if (!plan.ok()) return;
  CheckPlan(*plan, size, headers, bytes);
  CheckRepeated(object, *plan);
  CheckBody(object, *plan, bytes);
  CheckHead(object, *plan, bytes);
});

}  // namespace
}  // namespace triad::fuzz
