#include "runtime/base/resources/time_text.h"

#include <cstdint>

namespace triad {

std::string TimeText(absl::Time time) {
  struct Precision {
    std::int64_t nanoseconds;
    const char* format;
  };
  static constexpr Precision kPrecisions[] = {
      {1'000'000'000, "%Y-%m-%dT%H:%M:%SZ"},
      {1'000'000, "%Y-%m-%dT%H:%M:%E3SZ"},
      {1'000, "%Y-%m-%dT%H:%M:%E6SZ"},
      {1, "%Y-%m-%dT%H:%M:%E9SZ"},
  };
  std::int64_t fraction =
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(absl::ToUnixSeconds(time)));
  const Precision* precision = kPrecisions;
  while (fraction % precision->nanoseconds != 0) ++precision;
  return absl::FormatTime(precision->format, time, absl::UTCTimeZone());
}

}  // namespace triad
