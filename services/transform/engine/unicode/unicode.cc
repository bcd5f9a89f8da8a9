#include "services/transform/engine/unicode/unicode.h"

#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/locid.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <memory>
#include <stdexcept>

#include "absl/functional/function_ref.h"
#include "runtime/base/status.h"

namespace triad::transform {
namespace {

// Bytes whose case is changed before it is asked whether to go on.
constexpr std::size_t kChunk = 64 * 1024;

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
icu::BreakIterator& Kept(std::unique_ptr<icu::BreakIterator>& iterator,
                         icu::BreakIterator* (*make)(const icu::Locale&, UErrorCode&)) {
  if (iterator == nullptr) {
    UErrorCode error = U_ZERO_ERROR;
    iterator.reset(make(icu::Locale::getRoot(), error));
    Check(error);
  }
  return *iterator;
}

icu::BreakIterator& GraphemeIterator() {
  thread_local std::unique_ptr<icu::BreakIterator> iterator;
  return Kept(iterator, icu::BreakIterator::createCharacterInstance);
}

icu::BreakIterator& WordIterator() {
  thread_local std::unique_ptr<icu::BreakIterator> iterator;
  return Kept(iterator, icu::BreakIterator::createWordInstance);
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

// Appends what becomes of a piece of text.
using Mapping = void (*)(const char* language, icu::StringPiece text, icu::ByteSink& sink,
                         UErrorCode& error);

void UpperMapping(const char* language, icu::StringPiece text, icu::ByteSink& sink,
                  UErrorCode& error) {
  icu::CaseMap::utf8ToUpper(language, 0, text, sink, nullptr, error);
}

void LowerMapping(const char* language, icu::StringPiece text, icu::ByteSink& sink,
                  UErrorCode& error) {
  icu::CaseMap::utf8ToLower(language, 0, text, sink, nullptr, error);
}

void TitleMapping(const char* language, icu::StringPiece text, icu::ByteSink& sink,
                  UErrorCode& error) {
  icu::CaseMap::utf8ToTitle(language, 0, &WordIterator(), text, sink, nullptr, error);
}

void FoldMapping(const char*, icu::StringPiece text, icu::ByteSink& sink, UErrorCode& error) {
  icu::CaseMap::utf8Fold(0, text, sink, nullptr, error);
}

void Map(Mapping mapping, const char* language, absl::string_view text, std::string& out) {
  icu::StringByteSink<std::string> sink(&out);
  UErrorCode error = U_ZERO_ERROR;
  mapping(language, Piece(text), sink, error);
  Check(error);
}

// Where to cut a text whose case is changed: no letter depends on what is beyond a space
// or a newline.
std::size_t ChunkEnd(absl::string_view text, std::size_t begin) {
  std::size_t space = text.find_first_of(" \n", begin + kChunk);
  return space == absl::string_view::npos ? text.size() : space + 1;
}

absl::StatusOr<std::string> MapInChunks(Mapping mapping, const char* language,
                                        absl::string_view text, Cancelled cancelled) {
  Checkpoint checkpoint(cancelled);
  std::string mapped;
  mapped.reserve(text.size() + text.size() / 8);
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = ChunkEnd(text, begin);
    Map(mapping, language, text.substr(begin, end - begin), mapped);
    TRIAD_RETURN_IF_ERROR(checkpoint.Reached(end));
    begin = end;
  }
  return mapped;
}

// Calls `part` for each part of `text` with its beginning and its end, forwards.
absl::Status ForEachPart(icu::BreakIterator& parts, absl::string_view text, Cancelled cancelled,
                         absl::FunctionRef<void(std::size_t begin, std::size_t end)> part) {
  Checkpoint checkpoint(cancelled);
  UErrorCode error = U_ZERO_ERROR;
  icu::LocalUTextPointer view(
      utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &error));
  Check(error);
  parts.setText(view.getAlias(), error);
  Check(error);
  auto begin = static_cast<std::size_t>(parts.first());
  for (std::int32_t next = parts.next(); next != icu::BreakIterator::DONE; next = parts.next()) {
    auto end = static_cast<std::size_t>(next);
    part(begin, end);
    TRIAD_RETURN_IF_ERROR(checkpoint.Reached(end));
    begin = end;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ToUpper(absl::string_view text, const char* language,
                                    Cancelled cancelled) {
  return MapInChunks(UpperMapping, language, text, cancelled);
}

absl::StatusOr<std::string> ToLower(absl::string_view text, const char* language,
                                    Cancelled cancelled) {
  return MapInChunks(LowerMapping, language, text, cancelled);
}

absl::StatusOr<std::string> ToTitle(absl::string_view text, const char* language,
                                    Cancelled cancelled) {
  return MapInChunks(TitleMapping, language, text, cancelled);
}

absl::StatusOr<std::string> FoldCase(absl::string_view text, const char* language,
                                     Cancelled cancelled) {
  return MapInChunks(FoldMapping, language, text, cancelled);
}

// Finds the clusters forwards and fills the result from its end: backwards, ICU would
// look at a run of regional indicators from its beginning for each of them.
absl::StatusOr<std::string> ReverseGraphemes(absl::string_view text, Cancelled cancelled) {
  std::string reversed(text.size(), '\0');
  auto copy = [&](std::size_t begin, std::size_t end) {
    text.copy(&reversed[text.size() - end], end - begin, begin);
  };
  TRIAD_RETURN_IF_ERROR(ForEachPart(GraphemeIterator(), text, cancelled, copy));
  return reversed;
}

absl::StatusOr<std::int64_t> CountGraphemes(absl::string_view text, Cancelled cancelled) {
  std::int64_t count = 0;
  auto add = [&count](std::size_t, std::size_t) { ++count; };
  TRIAD_RETURN_IF_ERROR(ForEachPart(GraphemeIterator(), text, cancelled, add));
  return count;
}

absl::StatusOr<std::int64_t> CountWords(absl::string_view text, Cancelled cancelled) {
  std::int64_t count = 0;
  icu::BreakIterator& words = WordIterator();
  auto add = [&](std::size_t, std::size_t) {
    if (words.getRuleStatus() >= UBRK_WORD_NONE_LIMIT) ++count;
  };
  TRIAD_RETURN_IF_ERROR(ForEachPart(words, text, cancelled, add));
  return count;
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

absl::StatusOr<std::string> SwapCase(absl::string_view text, Cancelled cancelled) {
  Checkpoint checkpoint(cancelled);
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
      Map(LowerMapping, "", letter, swapped);
    } else if (u_isULowercase(c)) {
      Map(UpperMapping, "", letter, swapped);
    } else {
      swapped.append(letter.data(), letter.size());
    }
    TRIAD_RETURN_IF_ERROR(checkpoint.Reached(static_cast<std::size_t>(at)));
  }
  return swapped;
}

}  // namespace triad::transform
