// Hexadecimal text and random identifiers.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad {

class Random;

// Two lower-case digits per byte.
std::string HexEncode(absl::string_view bytes);

// INVALID_ARGUMENT unless `hex` is an even number of hex digits, of either case.
absl::StatusOr<std::string> HexDecode(absl::string_view hex);

// `bytes` random bytes in lower-case hex, never all zero. 16 bytes are enough
// that two ids never meet.
std::string RandomId(Random& random, std::size_t bytes = 16);

}  // namespace triad
