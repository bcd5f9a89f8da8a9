// Source: RFC 3986; RFC 6874 for zones of IPv6 addresses.
#pragma once

#include "absl/strings/string_view.h"

namespace triad::validation {

// "https://example.com/foo?bar=baz#quux"
bool IsUri(absl::string_view text);
// The same, or relative: "./foo?bar".
bool IsUriReference(absl::string_view text);

}  // namespace triad::validation
