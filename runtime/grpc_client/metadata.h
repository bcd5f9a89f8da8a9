// What goes beside the messages of a call.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace triad::grpc_client {

// Names in lower case. Values of names that end in "-bin" are decoded bytes.
using Metadata = std::vector<std::pair<std::string, std::string>>;

// OK if gRPC may send `name: value` as metadata: the name of [a-z0-9_.-], the
// value of printable ASCII (any bytes for names in "-bin"). INVALID_ARGUMENT
// that names the header otherwise. Whatever enters metadata passes here.
absl::Status CheckMetadata(absl::string_view name, absl::string_view value);

// Whether metadata of this name is base64 on the wire.
bool IsBinaryName(absl::string_view name);

// The bytes in the value of a "-bin" name, with or without padding, also several
// joined by commas (their bytes are joined). Nothing if it is not base64.
std::optional<std::string> ParseBinaryValue(absl::string_view text);

}  // namespace triad::grpc_client
