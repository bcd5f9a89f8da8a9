// Names of hosts, and ports behind them.
#pragma once

#include "absl/strings/string_view.h"

namespace triad::validation {

// Labels of 1 to 63 letters, digits and hyphens inside, 253 bytes in all; the last label is not
// of digits alone, and a dot may follow it (RFC 1123, section 2.1).
bool IsHostname(absl::string_view text);

// A name, an IPv4 address or an IPv6 address in brackets, then ':' and a port: "[::1]:8080".
bool IsHostAndPort(absl::string_view text);

}  // namespace triad::validation
