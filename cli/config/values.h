// Values of entries, from what people write and to what they read.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "triad/config/v1/entry.pb.h"

namespace triad::cli {

// "string", "int", "double", "bool" or "json"; "" if nothing is set.
absl::string_view TypeName(const config::v1::Value& value);

// The value alone.
std::string FormatValue(const config::v1::Value& value);

// `text` as a value of one of these types. A usage error that names `source` and what was
// expected, and does not tell the text.
absl::StatusOr<config::v1::Value> ParseValue(absl::string_view type, absl::string_view text,
                                             absl::string_view source);

// All of a file, or of standard input for "-", without one newline at its end, with which editors
// and echo end a file. A usage error that names `flag`.
absl::StatusOr<std::string> ReadValueInput(absl::string_view flag, const std::string& path);

}  // namespace triad::cli
