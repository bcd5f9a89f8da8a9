#include "runtime/base/ids.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "runtime/base/random.h"

namespace triad {

std::string HexEncode(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

absl::StatusOr<std::string> HexDecode(absl::string_view hex) {
  if (hex.size() % 2 != 0 || !std::all_of(hex.begin(), hex.end(), [](char c) {
        return absl::ascii_isxdigit(static_cast<unsigned char>(c));
      })) {
    return absl::InvalidArgumentError("expected an even number of hex digits");
  }
  return absl::HexStringToBytes(hex);
}

std::string RandomId(Random& random, std::size_t bytes) {
  for (;;) {
    std::string drawn = random.Bytes(bytes);
    if (drawn.find_first_not_of('\0') != std::string::npos) return HexEncode(drawn);
  }
}

}  // namespace triad
