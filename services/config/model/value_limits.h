// What a value, and a description, may be.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/config/model/entry.h"

namespace triad::config {

struct ValueLimits {
  // Bytes of a string or a JSON text.
  std::int64_t max_value_bytes = 1 << 20;
};

// INVALID_ARGUMENT, naming `field`, if it is too long, holds a NUL, is no JSON document or is
// not finite. Strings are UTF-8 already.
absl::Status CheckValue(absl::string_view field, const Value& value, const ValueLimits& limits);

absl::Status CheckDescription(absl::string_view field, absl::string_view description);

}  // namespace triad::config
