#include "runtime/validation/formats/formats.h"

#include <algorithm>
#include <iterator>

#include "runtime/validation/formats/host.h"
#include "runtime/validation/formats/ip.h"
#include "runtime/validation/formats/matches.h"
#include "runtime/validation/formats/uri.h"

namespace triad::validation {
namespace {

// https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address
bool IsEmail(absl::string_view text) {
  static const RE2 expression(
      "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+"
      "@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
      "(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*");
  return Matches(text, expression);
}

// RFC 9562, section 4.
bool IsUuid(absl::string_view text) {
  static const RE2 expression("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  return Matches(text, expression);
}

bool IsTrimmedUuid(absl::string_view text) {
  static const RE2 expression("[0-9a-fA-F]{32}");
  return Matches(text, expression);
}

// https://github.com/ulid/spec: 128 bits in 26 digits of Crockford's base 32.
bool IsUlid(absl::string_view text) {
  static const RE2 expression("[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}");
  return Matches(text, expression);
}

bool IsProtobufName(absl::string_view text) {
  static const RE2 expression("[A-Za-z_][A-Za-z_0-9]*(?:\\.[A-Za-z_][A-Za-z_0-9]*)*");
  return Matches(text, expression);
}

bool IsDottedProtobufName(absl::string_view text) {
  return !text.empty() && text.front() == '.' && IsProtobufName(text.substr(1));
}

bool IsIp(absl::string_view text) { return IsIp4(text) || IsIp6(text); }
bool IsIpWithLength(absl::string_view text) {
  return IsIp4WithLength(text) || IsIp6WithLength(text);
}
bool IsIpPrefix(absl::string_view text) { return IsIp4Prefix(text) || IsIp6Prefix(text); }
bool IsAddress(absl::string_view text) { return IsHostname(text) || IsIp(text); }

// RFC 9110, section 5.1, and the ':' in front of HTTP/2's own. As protovalidate's, it takes a
// comma as well.
bool IsHeaderName(absl::string_view text) {
  static const RE2 expression(":?[0-9a-zA-Z!#$%&'*+,.^_|~`-]+");
  return Matches(text, expression);
}

bool IsHeaderValue(absl::string_view text) {
  static const RE2 expression("[^\\x00-\\x08\\x0A-\\x1F\\x7F]*");
  return Matches(text, expression);
}

bool FitsOneLine(absl::string_view text) {
  static const RE2 expression("[^\\x00\\x0A\\x0D]*");
  return Matches(text, expression);
}

bool FitsOneLineAndIsNotEmpty(absl::string_view text) { return !text.empty() && FitsOneLine(text); }

constexpr Format kFormats[] = {
    {"email", "an email address", IsEmail},
    {"hostname", "a hostname", IsHostname},
    {"ip", "an IP address", IsIp},
    {"ipv4", "an IPv4 address", IsIp4},
    {"ipv6", "an IPv6 address", IsIp6},
    {"uri", "a URI", IsUri},
    {"uri_ref", "a URI, or one that is relative", IsUriReference, false},
    {"address", "a hostname or an IP address", IsAddress},
    {"uuid", "a UUID", IsUuid},
    {"tuuid", "a UUID without hyphens", IsTrimmedUuid},
    {"ip_with_prefixlen", "an IP address and the length of its prefix", IsIpWithLength},
    {"ipv4_with_prefixlen", "an IPv4 address and the length of its prefix", IsIp4WithLength},
    {"ipv6_with_prefixlen", "an IPv6 address and the length of its prefix", IsIp6WithLength},
    {"ip_prefix", "an IP prefix", IsIpPrefix},
    {"ipv4_prefix", "an IPv4 prefix", IsIp4Prefix},
    {"ipv6_prefix", "an IPv6 prefix", IsIp6Prefix},
    {"host_and_port", "a host and a port", IsHostAndPort},
    {"ulid", "a ULID", IsUlid},
    {"protobuf_fqn", "a full name of protobuf", IsProtobufName},
    {"protobuf_dot_fqn", "a full name of protobuf with a dot in front", IsDottedProtobufName},
};

constexpr Format kHeaderName = {"well_known_regex.header_name", "the name of a header",
                                IsHeaderName};
constexpr Format kLooseHeaderName = {"well_known_regex.header_name", "the name of a header",
                                     FitsOneLineAndIsNotEmpty};
constexpr Format kHeaderValue = {"well_known_regex.header_value", "the value of a header",
                                 IsHeaderValue, false};
constexpr Format kLooseHeaderValue = {"well_known_regex.header_value", "the value of a header",
                                      FitsOneLine, false};

}  // namespace

const Format* FindFormat(absl::string_view name) {
  const auto* found = std::find_if(std::begin(kFormats), std::end(kFormats),
                                   [&](const Format& format) { return format.name == name; });
  return found == std::end(kFormats) ? nullptr : found;
}

const Format& HeaderName(bool strict) { return strict ? kHeaderName : kLooseHeaderName; }
const Format& HeaderValue(bool strict) { return strict ? kHeaderValue : kLooseHeaderValue; }

}  // namespace triad::validation
