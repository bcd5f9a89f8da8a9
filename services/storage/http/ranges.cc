#include "services/storage/http/ranges.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace triad::storage {
namespace {

constexpr absl::string_view kUnit = "bytes=";

bool IsNumber(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// The number that `digits` are, or the largest there is for a larger one.
std::int64_t Number(absl::string_view digits) {
  std::int64_t value = 0;
  return absl::SimpleAtoi(digits, &value) ? value : INT64_MAX;
}

// Of no bytes if the object has none of them.
ContentRange Between(std::int64_t first, std::int64_t end, std::int64_t size) {
  if (first >= size) return {};
  return {first, std::min(end, size) - first};
}

//   range = first "-" [ last ] / "-" suffix-length
// nullopt if it is malformed.
std::optional<ContentRange> ParseOne(absl::string_view text, std::int64_t size) {
  std::pair<absl::string_view, absl::string_view> ends =
      absl::StrSplit(text, absl::MaxSplits('-', 1));
  const auto& [first, last] = ends;
  if (!absl::StrContains(text, '-') || (!last.empty() && !IsNumber(last))) return std::nullopt;
  if (first.empty() && last.empty()) return std::nullopt;
  if (first.empty()) {
    std::int64_t suffix = std::min(Number(last), size);
    return Between(size - suffix, size, size);
  }
  if (!IsNumber(first)) return std::nullopt;
  if (last.empty()) return Between(Number(first), size, size);
  if (Number(last) < Number(first)) return std::nullopt;
  return Between(Number(first), Number(last) < size ? Number(last) + 1 : size, size);
}

bool Touch(const ContentRange& one, const ContentRange& other) {
  return one.offset <= other.end() && other.offset <= one.end();
}

ContentRange Join(const ContentRange& one, const ContentRange& other) {
  std::int64_t offset = std::min(one.offset, other.offset);
  return {offset, std::max(one.end(), other.end()) - offset};
}

std::vector<ContentRange> Coalesce(const std::vector<ContentRange>& ranges) {
  std::vector<ContentRange> apart;
  for (const ContentRange& range : ranges) {
    auto first = std::find_if(apart.begin(), apart.end(),
                              [&](const ContentRange& other) { return Touch(range, other); });
    if (first == apart.end()) {
      apart.push_back(range);
      continue;
    }
    ContentRange joined = Join(*first, range);
    // Only now it may touch those behind.
    for (auto other = first + 1; other != apart.end();) {
      if (Touch(joined, *other)) {
        joined = Join(joined, *other);
        other = apart.erase(other);
      } else {
        ++other;
      }
    }
    *first = joined;
  }
  return apart;
}

}  // namespace

//   Range = "bytes" "=" 1#range
std::optional<std::vector<ContentRange>> ParseRange(absl::string_view value, std::int64_t size) {
  value = absl::StripAsciiWhitespace(value);
  if (!absl::StartsWithIgnoreCase(value, kUnit)) return std::nullopt;
  std::size_t count = 0;
  std::vector<ContentRange> ranges;
  for (absl::string_view text : absl::StrSplit(value.substr(kUnit.size()), ',')) {
    text = absl::StripAsciiWhitespace(text);
    // An element that is empty is none (section 5.6.1).
    if (text.empty()) continue;
    std::optional<ContentRange> range = ParseOne(text, size);
    if (!range.has_value() || ++count > kMaxRanges) return std::nullopt;
    if (range->length > 0) ranges.push_back(*range);
  }
  if (count == 0) return std::nullopt;
  return Coalesce(ranges);
}

}  // namespace triad::storage
