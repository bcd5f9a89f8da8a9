#include "runtime/grpc_client/http2/protocol.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace triad::grpc_client {
namespace {

constexpr std::int64_t kMaxTimeoutDigits = 99999999;

// Takes a number off the front of `message`; nothing if there is none.
std::optional<std::uint64_t> TakeVarint(absl::string_view& message) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64 && !message.empty(); shift += 7) {
    auto byte = static_cast<unsigned char>(message.front());
    message.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string FormatTimeout(absl::Duration timeout) {
  struct Unit {
    absl::Duration length;
    const char* letter;
  };
  static const Unit kUnits[] = {{absl::Microseconds(1), "u"},
                                {absl::Milliseconds(1), "m"},
                                {absl::Seconds(1), "S"},
                                {absl::Minutes(1), "M"}};
  if (timeout <= absl::ZeroDuration()) return "0n";
  for (const Unit& unit : kUnits) {
    std::int64_t count = absl::ToInt64Nanoseconds(timeout) / absl::ToInt64Nanoseconds(unit.length);
    if (count < kMaxTimeoutDigits) return absl::StrCat(count + 1, unit.letter);
  }
  return absl::StrCat(kMaxTimeoutDigits, "H");
}

std::string DecodeMessage(absl::string_view escaped) {
  std::string text;
  text.reserve(escaped.size());
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    absl::string_view digits = escaped.substr(i + 1, 2);
    bool hex = std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit);
    if (escaped[i] == '%' && digits.size() == 2 && hex) {
      text += absl::HexStringToBytes(digits);
      i += 2;
    } else {
      text.push_back(escaped[i]);
    }
  }
  return text;
}

std::optional<absl::StatusCode> ParseStatusCode(absl::string_view text) {
  std::uint32_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) return std::nullopt;
  return number <= 16 ? static_cast<absl::StatusCode>(number) : absl::StatusCode::kUnknown;
}

absl::StatusCode CodeOfHttpStatus(int http_status) {
  switch (http_status) {
    case 400:
      return absl::StatusCode::kInternal;
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kUnimplemented;
    case 429:
    case 502:
    case 503:
    case 504:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kUnknown;
  }
}

absl::StatusCode CodeOfReset(std::uint32_t http2_error) {
  switch (http2_error) {
    case kRefusedStream:
      return absl::StatusCode::kUnavailable;
    case 0x8:  // CANCEL
      return absl::StatusCode::kCancelled;
    case 0xb:  // ENHANCE_YOUR_CALM
      return absl::StatusCode::kResourceExhausted;
    case 0xc:  // INADEQUATE_SECURITY
      return absl::StatusCode::kPermissionDenied;
    case 0x5:  // STREAM_CLOSED
    case 0xd:  // HTTP_1_1_REQUIRED
      return absl::StatusCode::kUnknown;
    default:
      return http2_error < 0xb ? absl::StatusCode::kInternal : absl::StatusCode::kUnknown;
  }
}

// The message has one field, an enum with number 1; without it the status is
// UNKNOWN.
absl::string_view HealthStatus(absl::string_view response) {
  if (response.size() < 2 || response[0] != 0x08) return "UNKNOWN";
  switch (response[1]) {
    case 1:
      return "SERVING";
    case 2:
      return "NOT_SERVING";
    default:
      return "UNKNOWN";
  }
}

absl::string_view StringField(absl::string_view message, int field) {
  constexpr std::uint64_t kLengthDelimited = 2;
  absl::string_view found;
  while (!message.empty()) {
    std::optional<std::uint64_t> tag = TakeVarint(message);
    std::optional<std::uint64_t> size = TakeVarint(message);
    if (!tag.has_value() || !size.has_value() || (*tag & 7) != kLengthDelimited ||
        *size > message.size()) {
      return "";
    }
    if (*tag >> 3 == static_cast<std::uint64_t>(field)) found = message.substr(0, *size);
    message.remove_prefix(*size);
  }
  return found;
}

}  // namespace triad::grpc_client
