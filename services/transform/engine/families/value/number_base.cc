#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "services/transform/engine/families/value/operations.h"
#include "services/transform/engine/support/radix.h"

namespace triad::transform {
namespace {

constexpr absl::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
// The time grows as the square of the length.
constexpr std::size_t kMaxDigits = 10'000;

absl::Status RunNumberBase(absl::string_view input, const Arguments& arguments, Output& output) {
  auto from = static_cast<std::uint32_t>(arguments.Integer("from"));
  auto to = static_cast<std::uint32_t>(arguments.Integer("to"));
  absl::string_view text = absl::StripAsciiWhitespace(input);
  bool negative = !text.empty() && text[0] == '-';
  auto before = static_cast<std::size_t>(text.data() - input.data()) + (negative ? 1 : 0);
  if (negative) text.remove_prefix(1);
  if (text.empty()) return BadInput("must be a whole number");
  if (text.size() > kMaxDigits) return BadInput("must have at most 10,000 digits");
  std::vector<std::uint8_t> digits;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::size_t digit = kDigits.find(absl::ascii_tolower(static_cast<unsigned char>(text[at])));
    if (digit == absl::string_view::npos || digit >= from) {
      return BadInputAt(before + at, "has what is no digit of its base");
    }
    digits.push_back(static_cast<std::uint8_t>(digit));
  }
  std::vector<std::uint8_t> converted = ConvertDigits(digits, from, to);
  if (converted.empty()) converted.push_back(0);
  if (negative) output.Put('-');
  for (std::uint8_t digit : converted) output.Put(kDigits[digit]);
  return output.status();
}

Parameter Base(const char* name, const char* summary, const char* default_value) {
  return {.name = name,
          .summary = summary,
          .kind = Kind::kInteger,
          .default_value = default_value,
          .min = 2,
          .max = 36};
}

}  // namespace

Operation NumberBase() {
  return {
      .id = "number-base",
      .name = "Number base",
      .aliases = {"From Base", "To Base"},
      .summary = "Writes a whole number of up to 10,000 digits in another base.",
      .takes = Data::kText,
      .gives = Data::kText,
      .cost = Cost::kMedium,
      .parameters = {Base("from", "The base it is in.", "10"),
                     Base("to", "The base it gets.", "16")},
      .examples = {{"255", "number-base", "ff"}, {"ff", "number-base(from=16, to=2)", "11111111"}},
      .run = RunNumberBase};
}

}  // namespace triad::transform
