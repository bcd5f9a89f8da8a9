// Numbers of any length in any base.
#pragma once

#include <cstdint>
#include <vector>

namespace triad::transform {

// `digits` of base `from`, the highest first, as digits of base `to`, without zeros in front: none
// for 0. Bases are 2 to 256. The time grows as the square of the length.
std::vector<std::uint8_t> ConvertDigits(const std::vector<std::uint8_t>& digits, std::uint32_t from,
                                        std::uint32_t to);

}  // namespace triad::transform
