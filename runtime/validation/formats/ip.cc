#include "runtime/validation/formats/ip.h"

#include <arpa/inet.h>

#include <array>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace triad::validation {
namespace {

// Of an IPv4 address, the first four.
using Octets = std::array<unsigned char, 16>;

std::optional<Octets> Parse(int family, absl::string_view text) {
  if (text.find('\0') != absl::string_view::npos) return std::nullopt;
  Octets octets{};
  if (inet_pton(family, std::string(text).c_str(), octets.data()) != 1) return std::nullopt;
  return octets;
}

// Whether every bit from `length` on is 0.
bool EndsAt(const Octets& octets, std::size_t bits, std::size_t length) {
  for (std::size_t bit = length; bit < bits; ++bit) {
    if ((octets[bit / 8] >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

// A number of one to three digits that does not begin with a 0 it does not need.
std::optional<std::size_t> ParseLength(absl::string_view text) {
  std::uint32_t length;
  bool is_plain = !text.empty() && text.size() <= 3 && absl::ascii_isdigit(text.front()) &&
                  (text.size() == 1 || text.front() != '0');
  if (!is_plain || !absl::SimpleAtoi(text, &length)) return std::nullopt;
  return length;
}

bool HasLength(int family, absl::string_view text, bool is_prefix) {
  std::size_t slash = text.find('/');
  if (slash == absl::string_view::npos) return false;
  std::optional<Octets> octets = Parse(family, text.substr(0, slash));
  std::optional<std::size_t> length = ParseLength(text.substr(slash + 1));
  std::size_t bits = family == AF_INET ? 32 : 128;
  if (!octets.has_value() || !length.has_value() || *length > bits) return false;
  return !is_prefix || EndsAt(*octets, bits, *length);
}

}  // namespace

bool IsIp4(absl::string_view text) { return Parse(AF_INET, text).has_value(); }

bool IsIp6(absl::string_view text) {
  std::size_t zone = text.find('%');
  if (zone != absl::string_view::npos && zone + 1 == text.size()) return false;
  return Parse(AF_INET6, text.substr(0, zone)).has_value();
}

bool IsIp4WithLength(absl::string_view text) { return HasLength(AF_INET, text, false); }
bool IsIp6WithLength(absl::string_view text) { return HasLength(AF_INET6, text, false); }
bool IsIp4Prefix(absl::string_view text) { return HasLength(AF_INET, text, true); }
bool IsIp6Prefix(absl::string_view text) { return HasLength(AF_INET6, text, true); }

}  // namespace triad::validation
