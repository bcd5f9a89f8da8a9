// What the service keeps, as plain values.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::example {

struct Counter {
  std::string id;
  std::int64_t value = 0;
};

// The id in "counters/{counter}". INVALID_ARGUMENT that names `field` if it is none.
absl::StatusOr<std::string> ParseCounterName(absl::string_view field, absl::string_view name);
std::string FormatCounterName(absl::string_view id);

}  // namespace triad::example
