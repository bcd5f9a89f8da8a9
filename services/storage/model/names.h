// Names of buckets and objects: "buckets/{bucket}/objects/{object}".
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::storage {

struct ObjectName {
  std::string bucket;
  std::string object;

  friend bool operator==(const ObjectName&, const ObjectName&) = default;
};

inline constexpr std::size_t kMaxObjectName = 1024;  // in bytes

// Where UploadRandom puts its objects.
inline constexpr char kUploadsBucket[] = "uploads";

// The checks and parsers answer INVALID_ARGUMENT, naming `field`, for what is not
// such a name.
absl::Status CheckBucketId(absl::string_view field, absl::string_view id);
// What the id of a bucket may start with; this may be empty.
absl::Status CheckBucketPrefix(absl::string_view field, absl::string_view prefix);
// What the name of an object may start with; this may be empty.
absl::Status CheckObjectPrefix(absl::string_view field, absl::string_view prefix);
// The id in "buckets/{bucket}".
absl::StatusOr<std::string> ParseBucketName(absl::string_view field, absl::string_view name);
absl::StatusOr<ObjectName> ParseObjectName(absl::string_view field, absl::string_view name);

std::string FormatBucketName(absl::string_view id);
std::string FormatObjectName(const ObjectName& name);
// What it is made of.
std::array<absl::string_view, 4> PartsOfObjectName(absl::string_view bucket,
                                                   absl::string_view object);

}  // namespace triad::storage
