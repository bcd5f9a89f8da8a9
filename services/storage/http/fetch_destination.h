// What a browser wants an answer for (Fetch Metadata, Sec-Fetch-Dest).
#pragma once

#include "absl/strings/string_view.h"

namespace triad::storage {

// Whether what is fetched for `destination` acts on the page that asks: a script, a
// worker, a style sheet. Objects come from the origin of the page, so that its policy
// `script-src 'self'` would let an uploaded one in. No destination does: the caller is no
// browser, or a very old one.
bool ActsOnThePage(absl::string_view destination);

}  // namespace triad::storage
