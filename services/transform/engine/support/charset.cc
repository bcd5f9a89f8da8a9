#include "services/transform/engine/support/charset.h"

#include <string>

#include "services/transform/engine/problem.h"

namespace triad::transform {

absl::StatusOr<Converter> OpenCharset(absl::string_view name) {
  UErrorCode error = U_ZERO_ERROR;
  std::string text(name);
  // ICU would look for a file of any other name.
  bool known = !text.empty() && ucnv_countAliases(text.c_str(), &error) > 0 && U_SUCCESS(error);
  Converter converter(known ? ucnv_open(text.c_str(), &error) : nullptr);
  if (converter == nullptr || U_FAILURE(error)) {
    return BadArgument("charset",
                       "must be the name of a character set, as utf-16le, windows-1252, shift_jis");
  }
  return converter;
}

}  // namespace triad::transform
