// Range and conditional headers of a read. The input is two bytes of the object's size
// and a line for each header: range, if-range, if-match, if-none-match,
// if-modified-since, if-unmodified-since. An empty line is a header that is not there.
#include "services/storage/http/read_plan.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/storage/http/download_headers.h"
#include "services/storage/http/http_date.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

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
  object.blob = "tag";
  object.size = size;
  object.update_time = absl::FromUnixSeconds(784111777);
  return object;
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
    case Answer::kUnsatisfiable:
      return Require(headers.range.has_value(), "a part was asked for", text);
    case Answer::kNotModified:
    case Answer::kPreconditionFailed:
      return Require(conditional, "a condition was given", text);
  }
}

// Whoever asks for the part that the answer names gets that part.
void CheckRepeated(const Object& object, const ReadPlan& plan) {
  if (plan.answer != Answer::kPart) return;
  std::string range = absl::StrCat("bytes=", plan.offset, "-", plan.offset + plan.length - 1);
  absl::StatusOr<ReadPlan> again = PlanRead(object, {.range = range});
  Require(again.ok() && again->answer == Answer::kPart && again->offset == plan.offset &&
              again->length == plan.length,
          "a part has one range", range);
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
  CheckHead(object, *plan, bytes);
});

}  // namespace
}  // namespace triad::fuzz
