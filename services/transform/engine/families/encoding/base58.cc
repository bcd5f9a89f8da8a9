#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "services/transform/engine/families/encoding/operations.h"
#include "services/transform/engine/support/radix.h"

namespace triad::transform {
namespace {

// Bitcoin's (draft-msporny-base58).
constexpr absl::string_view kAlphabet =
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
// It is one large number: the time grows as the square of the length.
constexpr std::size_t kMaxBytes = 16 * 1024;

std::size_t CountFirst(absl::string_view text, char what) {
  std::size_t end = text.find_first_not_of(what);
  return end == absl::string_view::npos ? text.size() : end;
}

absl::Status CheckSize(absl::string_view input) {
  if (input.size() <= kMaxBytes) return absl::OkStatus();
  return BadInput("must be at most 16,384 bytes, as its time grows as their square");
}

absl::Status RunToBase58(absl::string_view input, const Arguments&, Output& output) {
  absl::Status size = CheckSize(input);
  if (!size.ok()) return size;
  std::size_t zeros = CountFirst(input, '\0');
  output.Append(std::string(zeros, kAlphabet[0]));
  for (std::uint8_t digit : ConvertDigits({input.begin() + zeros, input.end()}, 256, 58)) {
    output.Put(kAlphabet[digit]);
  }
  return output.status();
}

absl::Status RunFromBase58(absl::string_view input, const Arguments&, Output& output) {
  absl::Status size = CheckSize(input);
  if (!size.ok()) return size;
  std::size_t zeros = CountFirst(input, kAlphabet[0]);
  std::vector<std::uint8_t> digits;
  for (std::size_t at = zeros; at < input.size(); ++at) {
    std::size_t digit = kAlphabet.find(input[at]);
    if (digit == absl::string_view::npos) return BadInputAt(at, "must be base58, which it is not");
    digits.push_back(static_cast<std::uint8_t>(digit));
  }
  output.Append(std::string(zeros, '\0'));
  for (std::uint8_t byte : ConvertDigits(digits, 58, 256)) output.Put(static_cast<char>(byte));
  return output.status();
}

}  // namespace

Operation ToBase58() {
  return {.id = "to-base58",
          .name = "To base58",
          .aliases = {"To Base58"},
          .summary = "Encodes at most 16 KiB as base58 in Bitcoin's alphabet.",
          .gives = Data::kText,
          .inverse = "from-base58",
          .examples = {{"Triad", "to-base58", "AXbGi67"}},
          .scratch = 4,
          .run = RunToBase58};
}

Operation FromBase58() {
  return {.id = "from-base58",
          .name = "From base58",
          .aliases = {"From Base58"},
          .summary = "Decodes at most 16 KiB of base58 in Bitcoin's alphabet.",
          .inverse = "to-base58",
          .examples = {{"AXbGi67", "from-base58", "Triad"}},
          .scratch = 4,
          .run = RunFromBase58};
}

}  // namespace triad::transform
