#include "services/transform/text/unicode.h"

#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <memory>
#include <stdexcept>

namespace triad::transform {
namespace {

// ICU fails only without memory or without its data: nothing a caller could
// mend. The border of the call turns it into INTERNAL.
void Check(UErrorCode error) {
  if (U_FAILURE(error)) throw std::runtime_error(u_errorName(error));
}

icu::StringPiece Piece(absl::string_view text) {
  return {text.data(), static_cast<std::int32_t>(text.size())};
}

const std::uint8_t* Bytes(absl::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

// Making a break iterator costs far more than using it.
icu::BreakIterator& GraphemeIterator() {
  thread_local const std::unique_ptr<icu::BreakIterator> iterator = [] {
    UErrorCode error = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> made(
        icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), error));
    Check(error);
    return made;
  }();
  return *iterator;
}

// The only mapping of the root locale that depends on what stands around:
// Final_Sigma of the Unicode standard, section 3.13.
bool IsFinalSigma(absl::string_view text, std::int32_t begin, std::int32_t end) {
  auto skip = [](UChar32 c) { return u_hasBinaryProperty(c, UCHAR_CASE_IGNORABLE); };
  const std::uint8_t* bytes = Bytes(text);
  auto size = static_cast<std::int32_t>(text.size());
  UChar32 before = 0;
  while (begin > 0) {
    U8_PREV(bytes, 0, begin, before);
    if (!skip(before)) break;
    before = 0;
  }
  UChar32 after = 0;
  while (end < size) {
    U8_NEXT(bytes, end, size, after);
    if (!skip(after)) break;
    after = 0;
  }
  return u_hasBinaryProperty(before, UCHAR_CASED) && !u_hasBinaryProperty(after, UCHAR_CASED);
}

using Mapping = void (*)(const char* locale, std::uint32_t options, icu::StringPiece text,
                         icu::ByteSink& sink, icu::Edits* edits, UErrorCode& error);

void Map(Mapping mapping, absl::string_view text, std::string& out) {
  icu::StringByteSink<std::string> sink(&out);
  UErrorCode error = U_ZERO_ERROR;
  mapping("", 0, Piece(text), sink, nullptr, error);
  Check(error);
}

}  // namespace

std::string ToUpper(absl::string_view text) {
  std::string upper;
  Map(icu::CaseMap::utf8ToUpper, text, upper);
  return upper;
}

std::string ToLower(absl::string_view text) {
  std::string lower;
  Map(icu::CaseMap::utf8ToLower, text, lower);
  return lower;
}

std::string ReverseGraphemes(absl::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  UText view = UTEXT_INITIALIZER;
  utext_openUTF8(&view, text.data(), static_cast<std::int64_t>(text.size()), &error);
  icu::BreakIterator& clusters = GraphemeIterator();
  clusters.setText(&view, error);
  Check(error);
  std::string reversed;
  reversed.reserve(text.size());
  std::int32_t end = clusters.last();
  for (std::int32_t begin = clusters.previous(); begin != icu::BreakIterator::DONE;
       begin = clusters.previous()) {
    reversed.append(text.data() + begin, static_cast<std::size_t>(end - begin));
    end = begin;
  }
  utext_close(&view);
  return reversed;
}

absl::string_view StripWhiteSpace(absl::string_view text) {
  const std::uint8_t* bytes = Bytes(text);
  auto size = static_cast<std::int32_t>(text.size());
  UChar32 c = 0;
  std::int32_t begin = 0;
  for (std::int32_t at = 0; at < size; begin = at) {
    U8_NEXT(bytes, at, size, c);
    if (!u_isUWhiteSpace(c)) break;
  }
  std::int32_t end = size;
  for (std::int32_t at = size; at > begin; end = at) {
    U8_PREV(bytes, begin, at, c);
    if (!u_isUWhiteSpace(c)) break;
  }
  return text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

std::string SwapCase(absl::string_view text) {
  constexpr UChar32 kCapitalSigma = 0x3a3;
  const std::uint8_t* bytes = Bytes(text);
  auto size = static_cast<std::int32_t>(text.size());
  std::string swapped;
  swapped.reserve(text.size() + text.size() / 8);
  for (std::int32_t at = 0; at < size;) {
    std::int32_t begin = at;
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    const absl::string_view letter =
        text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(at - begin));
    if (c == kCapitalSigma) {
      swapped.append(IsFinalSigma(text, begin, at) ? "ς" : "σ");
    } else if (u_isUUppercase(c)) {
      Map(icu::CaseMap::utf8ToLower, letter, swapped);
    } else if (u_isULowercase(c)) {
      Map(icu::CaseMap::utf8ToUpper, letter, swapped);
    } else {
      swapped.append(letter.data(), letter.size());
    }
  }
  return swapped;
}

}  // namespace triad::transform
