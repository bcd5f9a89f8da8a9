#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include <string>

#include "services/transform/engine/families/unicode/operations.h"
#include "services/transform/engine/support/lines.h"

namespace triad::transform {
namespace {

const icu::Normalizer2* FormOf(const std::string& form, UErrorCode& error) {
  if (form == "nfd") return icu::Normalizer2::getNFDInstance(error);
  if (form == "nfkc") return icu::Normalizer2::getNFKCInstance(error);
  if (form == "nfkd") return icu::Normalizer2::getNFKDInstance(error);
  return icu::Normalizer2::getNFCInstance(error);
}

absl::Status RunNormalize(absl::string_view input, const Arguments& arguments, Output& output) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* form = FormOf(arguments.Text("form"), error);
  std::string normal;
  // No character acts across the end of a line.
  for (std::size_t at = 0; at < input.size() && output.Going(at) && U_SUCCESS(error);) {
    std::size_t newline = input.find('\n', std::min(at + kMaxPieceBytes, input.size()));
    std::size_t end = newline == absl::string_view::npos ? input.size() : newline + 1;
    normal.clear();
    icu::StringByteSink<std::string> sink(&normal);
    form->normalizeUTF8(0, {input.data() + at, static_cast<std::int32_t>(end - at)}, sink, nullptr,
                        error);
    output.Append(normal);
    at = end;
  }
  if (U_FAILURE(error)) return absl::InternalError(u_errorName(error));
  return output.status();
}

}  // namespace

Operation Normalize() {
  return {
      .id = "normalize",
      .name = "Normalize Unicode",
      .aliases = {"Normalise Unicode"},
      .summary = "Brings text into a normal form (UAX 15).",
      .takes = Data::kText,
      .gives = Data::kText,
      .cost = Cost::kMedium,
      .parameters = {{.name = "form",
                      .summary = "Composed or decomposed, with compatibility characters kept or "
                                 "replaced.",
                      .kind = Kind::kChoice,
                      .default_value = "nfc",
                      .choices = {"nfc", "nfd", "nfkc", "nfkd"}}},
      .examples = {{"ﬁ①²", "normalize(form=nfkc)", "fi12"}},
      .scratch = 3,
      .run = RunNormalize};
}

}  // namespace triad::transform
