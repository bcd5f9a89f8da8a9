#include "services/transform/engine/unicode/mirror.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "runtime/base/status.h"
#include "services/transform/engine/unicode/unicode.h"

namespace triad::transform {
namespace {

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isascii(c); });
}

char SwapDigit(char c) { return absl::ascii_isdigit(c) ? static_cast<char>('0' + '9' - c) : c; }

// As Unicode does it where each byte is a character: only CRLF is a cluster of
// two.
std::string MirrorAscii(absl::string_view word) {
  word = absl::StripAsciiWhitespace(word);
  std::string mirrored;
  mirrored.reserve(word.size());
  for (std::size_t i = word.size(); i-- > 0;) {
    char c = word[i];
    if (c == '\n' && i > 0 && word[i - 1] == '\r') {
      mirrored.append("\r\n");
      --i;
    } else if (absl::ascii_islower(c)) {
      mirrored.push_back(absl::ascii_toupper(c));
    } else {
      mirrored.push_back(SwapDigit(absl::ascii_tolower(c)));
    }
  }
  return mirrored;
}

}  // namespace

absl::StatusOr<std::string> Mirror(absl::string_view word, Cancelled cancelled) {
  if (IsAscii(word)) return MirrorAscii(word);
  TRIAD_ASSIGN_OR_RETURN(std::string reversed, ReverseGraphemes(StripWhiteSpace(word), cancelled));
  TRIAD_ASSIGN_OR_RETURN(std::string mirrored, SwapCase(reversed, cancelled));
  std::transform(mirrored.begin(), mirrored.end(), mirrored.begin(), SwapDigit);
  return mirrored;
}

}  // namespace triad::transform
