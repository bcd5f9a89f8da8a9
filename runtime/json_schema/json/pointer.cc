#include "runtime/json_schema/json/pointer.h"

#include <cstddef>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace triad::json_schema {
namespace {

// "~0" and "~1" are the only escapes.
bool HasBrokenEscape(absl::string_view segment) {
  for (std::size_t at = segment.find('~'); at != absl::string_view::npos;
       at = segment.find('~', at + 1)) {
    if (at + 1 == segment.size() || (segment[at + 1] != '0' && segment[at + 1] != '1')) return true;
  }
  return false;
}

}  // namespace

std::string EscapeSegment(absl::string_view segment) {
  return absl::StrReplaceAll(segment, {{"~", "~0"}, {"/", "~1"}});
}

std::optional<std::vector<std::string>> ParsePointer(absl::string_view pointer) {
  std::vector<std::string> segments;
  if (pointer.empty()) return segments;
  if (pointer.front() != '/') return std::nullopt;
  for (absl::string_view segment : absl::StrSplit(pointer.substr(1), '/')) {
    if (HasBrokenEscape(segment)) return std::nullopt;
    segments.push_back(absl::StrReplaceAll(segment, {{"~0", "~"}, {"~1", "/"}}));
  }
  return segments;
}

const Value* Child(const Value& value, absl::string_view segment) {
  const Value::Array* items = value.AsArray();
  if (items == nullptr) return value.Find(segment);
  std::size_t index = 0;
  // Indices are written in one way: neither "+1" nor "01".
  bool read = absl::SimpleAtoi(segment, &index) && absl::StrCat(index) == segment;
  return read && index < items->size() ? &(*items)[index] : nullptr;
}

}  // namespace triad::json_schema
