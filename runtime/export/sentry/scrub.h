// Takes secrets out of what leaves the process.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace triad::error_reports {

// `text`, at most 4 KiB of it, with the values of what looks like a secret
// replaced by "[redacted]": credentials after Bearer and Basic, users and
// passwords in URLs, query strings, and values behind names such as token,
// password, secret, api_key, authorization and cookie.
std::string Scrub(absl::string_view text);

// Whether a field of that name holds a secret whatever its value looks like.
bool IsSecretName(absl::string_view name);

}  // namespace triad::error_reports
