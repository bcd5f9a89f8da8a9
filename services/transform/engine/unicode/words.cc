#include "services/transform/engine/unicode/words.h"

#include <unicode/uchar.h>

#include <cstddef>

#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "services/transform/engine/unicode/unicode.h"

namespace triad::transform {
namespace {

bool IsOfWord(char32_t code) {
  auto c = static_cast<UChar32>(code);
  return u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0;
}

bool IsUpper(char32_t code) { return u_isUUppercase(static_cast<UChar32>(code)); }
bool IsLower(char32_t code) { return u_isULowercase(static_cast<UChar32>(code)); }

// The length of the word at the beginning of `text`; 0 if there is none.
std::size_t WordLength(absl::string_view text) {
  std::size_t at = 0;
  char32_t before = 0;
  while (at < text.size()) {
    Utf8Character c = FirstCharacter(text.substr(at));
    if (!IsOfWord(c.code)) break;
    if (at > 0 && IsUpper(c.code)) {
      std::size_t next = at + c.length;
      bool ends_capitals =
          IsUpper(before) && next < text.size() && IsLower(FirstCharacter(text.substr(next)).code);
      if (IsLower(before) || ends_capitals) break;
    }
    before = c.code;
    at += c.length;
  }
  return at;
}

absl::StatusOr<std::string> Cased(absl::string_view word, WordCase wanted, Cancelled cancelled) {
  switch (wanted) {
    case WordCase::kLower:
      return ToLower(word, "", cancelled);
    case WordCase::kUpper:
      return ToUpper(word, "", cancelled);
    case WordCase::kTitle:
      return ToTitle(word, "", cancelled);
  }
  return absl::InternalError("there is no such case");
}

}  // namespace

absl::StatusOr<std::string> JoinWords(absl::string_view text, const Joint& joint,
                                      Cancelled cancelled) {
  Checkpoint checkpoint(cancelled);
  std::string joined;
  bool begun = false;
  for (std::size_t at = 0; at < text.size();) {
    TRIAD_RETURN_IF_ERROR(checkpoint.Reached(at));
    std::size_t length = WordLength(text.substr(at));
    if (length == 0) {
      char c = text[at];
      if (c == '\n' || c == '\r') {
        joined.push_back(c);
        begun = false;
      }
      at += FirstCharacter(text.substr(at)).length;
      continue;
    }
    TRIAD_ASSIGN_OR_RETURN(std::string word, Cased(text.substr(at, length),
                                                   begun ? joint.others : joint.first, cancelled));
    if (begun) joined += joint.between;
    joined += word;
    begun = true;
    at += length;
  }
  return joined;
}

}  // namespace triad::transform
