#include "services/storage/http/http_date.h"

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

std::optional<absl::Time> ParseHttpDate(absl::string_view text) {
  for (absl::string_view format : kFormats) {
    absl::Time time;
    std::string error;
    if (absl::ParseTime(format, text, absl::UTCTimeZone(), &time, &error)) return time;
  }
  return std::nullopt;
}

}  // namespace triad::storage
