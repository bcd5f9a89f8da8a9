#include "runtime/validation/formats/host.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "runtime/validation/formats/ip.h"

namespace triad::validation {
namespace {

constexpr std::size_t kMaxHostname = 253;
constexpr std::size_t kMaxLabel = 63;
constexpr std::uint32_t kMaxPort = 65535;

bool IsDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_isdigit(c); });
}

bool IsLabel(absl::string_view label) {
  if (label.empty() || label.size() > kMaxLabel) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(),
                     [](unsigned char c) { return absl::ascii_isalnum(c) || c == '-'; });
}

bool IsPort(absl::string_view text) {
  std::uint32_t port;
  if (text.empty() || !IsDigits(text) || (text.size() > 1 && text.front() == '0')) return false;
  return absl::SimpleAtoi(text, &port) && port <= kMaxPort;
}

}  // namespace

bool IsHostname(absl::string_view text) {
  if (text.size() > kMaxHostname) return false;
  absl::ConsumeSuffix(&text, ".");
  absl::string_view last;
  for (absl::string_view label : absl::StrSplit(text, '.')) {
    if (!IsLabel(label)) return false;
    last = label;
  }
  return !IsDigits(last);
}

bool IsHostAndPort(absl::string_view text) {
  std::size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos || !IsPort(text.substr(colon + 1))) return false;
  absl::string_view host = text.substr(0, colon);
  if (absl::ConsumePrefix(&host, "[")) return absl::ConsumeSuffix(&host, "]") && IsIp6(host);
  return IsHostname(host) || IsIp4(host);
}

}  // namespace triad::validation
