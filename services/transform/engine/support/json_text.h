// Strings as JSON writes them (RFC 8259, section 7).
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::transform {

// Appends `text`, which is UTF-8, with its quotes. `ascii`: what is not ASCII becomes \uXXXX.
void AppendJsonString(absl::string_view text, bool ascii, std::string& json);

// How long the string at the beginning of `json` is, with its quotes. BadInputAt for what is no
// string; its place counts from the beginning of `json`.
absl::StatusOr<std::size_t> JsonStringLength(absl::string_view json);

// What `json` stands for, which JsonStringLength has measured.
std::string JsonStringValue(absl::string_view json);

}  // namespace triad::transform
