#include "services/storage/http/http_date.h"

#include "absl/strings/ascii.h"

namespace triad::storage {
namespace {

constexpr absl::string_view kFormats[] = {
    "%a, %d %b %Y %H:%M:%S GMT",  // the only one that is sent
    "%A, %d-%b-%y %H:%M:%S GMT",  // RFC 850
    "%a %b %e %H:%M:%S %Y",       // asctime
};

}  // namespace

std::string FormatHttpDate(absl::Time time) {
  return absl::FormatTime(kFormats[0], time, absl::UTCTimeZone());
}

std::optional<absl::Time> ParseHttpDate(const std::optional<std::string>& text) {
  if (!text.has_value()) return std::nullopt;
  absl::string_view date = absl::StripAsciiWhitespace(*text);
  for (absl::string_view format : kFormats) {
    absl::Time time;
    std::string error;
    if (!absl::ParseTime(format, date, absl::UTCTimeZone(), &time, &error)) continue;
    // ParseTime also takes "infinite-future", other white space and a wrong weekday.
    bool is_finite = time > absl::InfinitePast() && time < absl::InfiniteFuture();
    if (is_finite && absl::FormatTime(format, time, absl::UTCTimeZone()) == date) return time;
  }
  return std::nullopt;
}

}  // namespace triad::storage
