// Which bytes a Range header asks for (RFC 9110, section 14).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

namespace triad::storage {

// Bytes of an object's content; at least one.
struct ContentRange {
  std::int64_t offset = 0;
  std::int64_t length = 0;

  std::int64_t end() const { return offset + length; }
  friend bool operator==(const ContentRange&, const ContentRange&) = default;
};

// What one request may ask for.
inline constexpr std::size_t kMaxRanges = 64;

// The ranges of `value` that an object of `size` bytes has, in the order in which they are
// asked for; empty if it has none of them. Those that overlap or touch are one, which the
// RFC allows in any order, and stands where the first of them did. So no byte is sent twice,
// and an answer is at most the object and the heads of kMaxRanges parts.
//
// nullopt if the header is to be ignored, so that the whole object is served: it is
// malformed, of another unit than bytes, or has more than kMaxRanges ranges. The RFC would
// allow 416 for the latter, too; a reader who means well has the bytes this way, and one who
// does not could as well have asked for the object.
std::optional<std::vector<ContentRange>> ParseRange(absl::string_view value, std::int64_t size);

}  // namespace triad::storage
