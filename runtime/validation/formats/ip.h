// Internet addresses as text.
//
// Source: RFC 4291, section 2.2, RFC 4007, section 11, for zones, RFC 4632 for prefixes.
#pragma once

#include "absl/strings/string_view.h"

namespace triad::validation {

// "192.168.0.1", and "2001:db8::1", which may end with a zone: "fe80::1%eth0".
bool IsIp4(absl::string_view text);
bool IsIp6(absl::string_view text);

// An address without a zone, and how many of its bits count: "10.0.0.1/8". A prefix has no bit
// set behind those: "10.0.0.0/8".
bool IsIp4WithLength(absl::string_view text);
bool IsIp6WithLength(absl::string_view text);
bool IsIp4Prefix(absl::string_view text);
bool IsIp6Prefix(absl::string_view text);

}  // namespace triad::validation
