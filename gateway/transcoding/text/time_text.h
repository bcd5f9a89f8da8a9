// google.protobuf.Timestamp and Duration as JSON writes them: "2026-01-02T03:04:05.678Z", "1.5s".
//
// Sources: RFC 3339, and the comments in google/protobuf/timestamp.proto and duration.proto.
// All functions are thread-safe.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace triad::gateway {

// The two fields that both messages have. A Timestamp's nanos count forward; a Duration's have
// the sign of its seconds.
struct SecondsAndNanos {
  std::int64_t seconds = 0;
  std::int32_t nanos = 0;
};

// nullopt for what is no time of RFC 3339 with upper-case letters and at most 9 digits of a
// second, or lies before the year 1 or after 9999, in UTC.
std::optional<SecondsAndNanos> ParseTimestamp(absl::string_view text);

// nullopt for what is no decimal with at most 9 digits behind the point and an "s" behind it,
// or is longer than 10,000 years.
std::optional<SecondsAndNanos> ParseDuration(absl::string_view text);

// The longest of both, quotes not included.
inline constexpr int kMaxTimeBytes = 40;

// Write the text of `value` at `out`, without quotes, with 0, 3, 6 or 9 digits of a second, and
// return the end of it; nullptr if `value` is out of the type's range.
char* WriteTimestamp(const SecondsAndNanos& value, char* out);
char* WriteDuration(const SecondsAndNanos& value, char* out);

}  // namespace triad::gateway
