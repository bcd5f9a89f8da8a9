// JSON text to a tree of values.
#pragma once

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/json_schema/json/value.h"

namespace triad::json_schema {

inline constexpr std::size_t kMaxTextBytes = 1024 * 1024;
// Each takes some hundred bytes, which is far more than its text may have.
inline constexpr std::size_t kMaxValues = 100'000;
// Arrays and objects within each other.
inline constexpr std::size_t kMaxNesting = 100;

// INVALID_ARGUMENT, as the end of a sentence about `text` ("is not valid JSON, at byte 7"), for
// what is no JSON (RFC 8259) in UTF-8, beyond the limits, has a number out of Decimal's range, or
// an object that names a property twice. Holds nothing of the text.
absl::StatusOr<Value> ReadJson(absl::string_view text);

}  // namespace triad::json_schema
