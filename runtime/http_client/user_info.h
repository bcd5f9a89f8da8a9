// Names and passwords in URLs, which belong in no message.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace triad::http_client {

// `text`, an URL or a message that may name some, without what stands between "//" and
// "@" in them: "http://user:password@proxy:3128" is "http://proxy:3128". Of what has an
// "@" but no "//", what stands before the "@" goes back to the last space or quote.
std::string WithoutUserInfo(absl::string_view text);

}  // namespace triad::http_client
