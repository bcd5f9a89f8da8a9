// Values as the numbers that JSON has for them (RFC 8259, section 6).
//
// All functions are thread-safe.
#pragma once

#include <cstdint>

namespace triad::gateway {

// No number takes more bytes than that, quotes included.
inline constexpr int kMaxNumberBytes = 32;

// Writes `value` at `out`, and returns the end of it.
char* WriteInteger(std::int64_t value, char* out);
char* WriteInteger(std::uint64_t value, char* out);
// As short as it can be and still be read as the same value. What is not finite is a string, in
// quotes.
char* WriteDouble(double value, char* out);
char* WriteFloat(float value, char* out);

}  // namespace triad::gateway
