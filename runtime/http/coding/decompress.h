// Bytes out of a content coding.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/http/coding/coding.h"

namespace triad::http {

// All of `bytes`. INVALID_ARGUMENT if they are not in that coding, are cut short, or go on behind
// its end; OUT_OF_RANGE if they become more than `max_bytes`: no more than that is held.
absl::StatusOr<std::string> Decompress(Coding coding, absl::string_view bytes,
                                       std::size_t max_bytes);

}  // namespace triad::http
