#include "services/transform/engine/support/radix.h"

namespace triad::transform {

std::vector<std::uint8_t> ConvertDigits(const std::vector<std::uint8_t>& digits, std::uint32_t from,
                                        std::uint32_t to) {
  std::vector<std::uint8_t> reversed;
  for (std::uint8_t digit : digits) {
    std::uint32_t carry = digit;
    for (std::uint8_t& place : reversed) {
      carry += place * from;
      place = static_cast<std::uint8_t>(carry % to);
      carry /= to;
    }
    for (; carry > 0; carry /= to) reversed.push_back(static_cast<std::uint8_t>(carry % to));
  }
  return {reversed.rbegin(), reversed.rend()};
}

}  // namespace triad::transform
