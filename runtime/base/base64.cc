#include "runtime/base/base64.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"

namespace triad {

std::optional<std::string> DecodeBase64(absl::string_view text, Base64Alphabet alphabet) {
  // Abseil takes '.' for padding as well, which RFC 4648 does not know.
  if (absl::StrContains(text, '.')) return std::nullopt;
  std::string bytes;
  bool decoded = alphabet == Base64Alphabet::kUrl ? absl::WebSafeBase64Unescape(text, &bytes)
                                                  : absl::Base64Unescape(text, &bytes);
  if (!decoded) return std::nullopt;
  return bytes;
}

}  // namespace triad
