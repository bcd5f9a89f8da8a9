#include "gateway/proxy/request/deadline.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

constexpr std::size_t kMaxDigits = 8;
// Nobody waits longer, and longer ones are no number of digits for gRPC.
constexpr absl::Duration kLongest = absl::Hours(99'999'999);

struct Unit {
  char letter;
  absl::Duration length;
};
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, TimeoutUnit.
const Unit kUnits[] = {
    {'H', absl::Hours(1)},        {'M', absl::Minutes(1)},      {'S', absl::Seconds(1)},
    {'m', absl::Milliseconds(1)}, {'u', absl::Microseconds(1)}, {'n', absl::Nanoseconds(1)},
};

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

std::optional<absl::Duration> ParseGrpcTimeout(absl::string_view text) {
  if (text.empty()) return std::nullopt;
  absl::string_view digits = text.substr(0, text.size() - 1);
  std::int64_t count = 0;
  if (digits.size() > kMaxDigits || !IsDigits(digits) || !absl::SimpleAtoi(digits, &count)) {
    return std::nullopt;
  }
  for (const Unit& unit : kUnits) {
    if (unit.letter == text.back()) return count * unit.length;
  }
  return std::nullopt;
}

std::optional<absl::Duration> ParseTimeout(absl::string_view text) {
  absl::Duration timeout;
  bool is_number = !text.empty() && absl::ascii_isdigit(static_cast<unsigned char>(text.back()));
  std::string with_unit = absl::StrCat(text, is_number ? "s" : "");
  bool begins_well = !text.empty() && absl::ascii_isdigit(static_cast<unsigned char>(text[0]));
  if (!begins_well || !absl::ParseDuration(with_unit, &timeout)) return std::nullopt;
  return std::min(timeout, kLongest);
}

struct TimeoutHeader {
  const char* name;
  std::optional<absl::Duration> (*parse)(absl::string_view);
  const char* expected;
};
constexpr TimeoutHeader kHeaders[] = {
    {"grpc-timeout", ParseGrpcTimeout, "must be at most 8 digits and one of H, M, S, m, u, n"},
    {"x-request-timeout", ParseTimeout, "must be seconds, or a time such as 100ms or 1m"},
};

}  // namespace

absl::StatusOr<absl::Duration> ClientTimeout(const http::Headers& headers) {
  absl::Duration shortest = absl::InfiniteDuration();
  for (const TimeoutHeader& header : kHeaders) {
    std::size_t count = headers.Count(header.name);
    if (count == 0) continue;
    std::optional<absl::Duration> timeout = header.parse(*headers.Find(header.name));
    if (!timeout.has_value() || count > 1) return InvalidField(header.name, header.expected);
    shortest = std::min(shortest, *timeout);
  }
  return shortest;
}

}  // namespace triad::gateway
