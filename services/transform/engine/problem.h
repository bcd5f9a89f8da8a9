// What an operation says of an input or an argument that it cannot work with.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace triad::transform {

// INVALID_ARGUMENT. `problem` is the end of a sentence about the input: "has an odd number of
// digits".
absl::Status BadInput(absl::string_view problem);

// The same of a byte, counted from 0.
absl::Status BadInputAt(std::size_t byte, absl::string_view problem);

// INVALID_ARGUMENT about an argument: "must be 16, 24 or 32 bytes".
absl::Status BadArgument(absl::string_view parameter, absl::string_view problem);

// The byte that BadInputAt named.
std::optional<std::size_t> ByteOf(const absl::Status& status);
// The parameter that BadArgument named.
std::optional<std::string> ParameterOf(const absl::Status& status);

// Whether it has a google.rpc.RetryInfo: another try may get what this one did not.
bool MayBeRetried(const absl::Status& status);

// `status` with a byte, if it names one, that is `bytes` further on.
absl::Status FurtherOn(absl::Status status, std::size_t bytes);

}  // namespace triad::transform
