// Bytes as JSON writes them: base64 (RFC 4648), read in either alphabet, with or without padding.
//
// All functions are thread-safe.
#pragma once

#include <cstddef>
#include <optional>

#include "absl/strings/string_view.h"

namespace triad::gateway {

// `text` without its padding; nullopt if padding or length are wrong, so that no bytes have
// this text.
std::optional<absl::string_view> WithoutPadding(absl::string_view text);

// How many bytes `digits`, which are not padded, stand for.
constexpr std::size_t DecodedSize(std::size_t digits) {
  return digits / 4 * 3 + (digits % 4 == 0 ? 0 : digits % 4 - 1);
}

// Writes at `out` what `digits` stand for. A caller who cuts them cuts at multiples of 4. False
// if one is of no alphabet; what has been written is of no use then.
bool DecodeDigits(absl::string_view digits, char* out);

constexpr std::size_t EncodedSize(std::size_t bytes) { return (bytes + 2) / 3 * 4; }

// Writes `bytes` at `out` in the standard alphabet, padded. A caller who cuts them cuts at
// multiples of 3.
void EncodeDigits(absl::string_view bytes, char* out);

}  // namespace triad::gateway
