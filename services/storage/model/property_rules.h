// What may be said about an object beside its content.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::storage {

// Of names and values of metadata together.
inline constexpr std::size_t kMaxMetadataBytes = 8 * 1024;
// Tags of one object.
inline constexpr std::size_t kMaxTags = 64;

// All these answer INVALID_ARGUMENT, naming the field.

// `type`, or application/octet-stream if it is empty.
absl::StatusOr<std::string> CheckContentType(absl::string_view field, const std::string& type);
// Names are those of X-Meta-* headers without that; values are printable ASCII. `prefix` and
// its name are the field of a pair.
absl::Status CheckMetadata(absl::string_view field, absl::string_view prefix,
                           const std::map<std::string, std::string>& metadata);
// Keys of 1 to 128 characters and values of up to 256, as S3 has them.
absl::Status CheckTags(absl::string_view field, const std::map<std::string, std::string>& tags);

}  // namespace triad::storage
