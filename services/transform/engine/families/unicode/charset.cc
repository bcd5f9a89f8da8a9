#include "services/transform/engine/support/charset.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "runtime/base/status.h"
#include "services/transform/engine/families/unicode/operations.h"
#include "services/transform/engine/support/characters.h"

namespace triad::transform {
namespace {

// Through UTF-16, a piece at a time. ICU keeps what is cut between them.
class Transcoder final : public Stage {
 public:
  Transcoder(Converter from, Converter to) : from_(std::move(from)), to_(std::move(to)) {}

  absl::Status Take(absl::string_view piece, Output& output) override {
    return Run(piece, false, output);
  }
  absl::Status Finish(Output& output) override { return Run("", true, output); }

 private:
  absl::Status Run(absl::string_view piece, bool last, Output& output) {
    const char* source = piece.data();
    const char* end = source + piece.size();
    UErrorCode error = U_ZERO_ERROR;
    do {
      error = U_ZERO_ERROR;
      char* target = buffer_.data();
      ucnv_convertEx(to_.get(), from_.get(), &target, target + buffer_.size(), &source, end,
                     pivot_.data(), &pivot_source_, &pivot_target_, pivot_.data() + pivot_.size(),
                     0, last ? 1 : 0, &error);
      output.Append({buffer_.data(), static_cast<std::size_t>(target - buffer_.data())});
    } while (error == U_BUFFER_OVERFLOW_ERROR && !output.failed());
    if (U_SUCCESS(error) || output.failed()) return output.status();
    return Problem();
  }

  // ICU reads ahead, so that it knows what was wrong and not where.
  absl::Status Problem() const {
    std::array<UChar, 2> units;
    auto count = static_cast<std::int8_t>(units.size());
    UErrorCode error = U_ZERO_ERROR;
    ucnv_getInvalidUChars(to_.get(), units.data(), &count, &error);
    if (U_SUCCESS(error) && count > 0) {
      std::uint32_t code = count == 2 ? JoinSurrogates(units[0], units[1]) : units[0];
      return BadInput(absl::StrFormat("has U+%04X, which the character set does not have", code));
    }
    std::array<char, 32> bytes;
    count = static_cast<std::int8_t>(bytes.size());
    error = U_ZERO_ERROR;
    ucnv_getInvalidChars(from_.get(), bytes.data(), &count, &error);
    auto size = static_cast<std::size_t>(U_SUCCESS(error) ? count : 0);
    return BadInput(absl::StrCat("has bytes that mean nothing in the character set: ",
                                 absl::BytesToHexString({bytes.data(), size})));
  }

  const Converter from_;
  const Converter to_;
  std::array<char, 16 * 1024> buffer_;
  std::array<UChar, 4 * 1024> pivot_;
  UChar* pivot_source_ = pivot_.data();
  UChar* pivot_target_ = pivot_.data();
};

absl::Status SetCallbacks(UConverter* from, UConverter* to, bool replace) {
  UErrorCode error = U_ZERO_ERROR;
  ucnv_setToUCallBack(from, replace ? UCNV_TO_U_CALLBACK_SUBSTITUTE : UCNV_TO_U_CALLBACK_STOP,
                      nullptr, nullptr, nullptr, &error);
  ucnv_setFromUCallBack(to, replace ? UCNV_FROM_U_CALLBACK_SUBSTITUTE : UCNV_FROM_U_CALLBACK_STOP,
                        nullptr, nullptr, nullptr, &error);
  return U_SUCCESS(error) ? absl::OkStatus() : absl::InternalError(u_errorName(error));
}

absl::StatusOr<std::unique_ptr<Stage>> StartDecode(const Arguments& arguments, Output&) {
  TRIAD_ASSIGN_OR_RETURN(Converter from, OpenCharset(arguments.Text("charset")));
  TRIAD_ASSIGN_OR_RETURN(Converter to, OpenCharset("utf-8"));
  TRIAD_RETURN_IF_ERROR(
      SetCallbacks(from.get(), to.get(), arguments.Text("malformed") == "replace"));
  return std::make_unique<Transcoder>(std::move(from), std::move(to));
}

absl::StatusOr<std::unique_ptr<Stage>> StartEncode(const Arguments& arguments, Output&) {
  TRIAD_ASSIGN_OR_RETURN(Converter from, OpenCharset("utf-8"));
  TRIAD_ASSIGN_OR_RETURN(Converter to, OpenCharset(arguments.Text("charset")));
  TRIAD_RETURN_IF_ERROR(
      SetCallbacks(from.get(), to.get(), arguments.Text("unmappable") == "replace"));
  return std::make_unique<Transcoder>(std::move(from), std::move(to));
}

Parameter Charset() {
  return {.name = "charset",
          .summary = "Its name, as utf-16le, iso-8859-1, windows-1252, shift_jis, gb18030.",
          .required = true};
}

Parameter OnProblem(const char* name, const char* summary) {
  return {.name = name,
          .summary = summary,
          .kind = Kind::kChoice,
          .default_value = "error",
          .choices = {"error", "replace"}};
}

}  // namespace

Operation DecodeCharset() {
  return {
      .id = "decode-charset",
      .name = "Decode charset",
      .aliases = {"Decode text"},
      .summary = "Reads bytes of a character set as text.",
      .gives = Data::kText,
      .cost = Cost::kMedium,
      .parameters = {Charset(), OnProblem("malformed",
                                          "Bytes that mean nothing: an error, or U+FFFD instead.")},
      .inverse = "encode-charset",
      .examples = {{"6100e900", "from-hex | decode-charset(charset=utf-16le)", "aé"}},
      .start = StartDecode};
}

Operation EncodeCharset() {
  return {.id = "encode-charset",
          .name = "Encode charset",
          .aliases = {"Encode text"},
          .summary = "Writes text as bytes of a character set.",
          .takes = Data::kText,
          .cost = Cost::kMedium,
          .parameters = {Charset(),
                         OnProblem("unmappable",
                                   "A character that it does not have: an error, or the set's own "
                                   "replacement.")},
          .inverse = "decode-charset",
          .examples = {{"aé", "encode-charset(charset=utf-16le) | to-hex", "6100e900"}},
          .start = StartEncode};
}

}  // namespace triad::transform
