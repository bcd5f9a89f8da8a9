// Names of buckets and objects: "buckets/{bucket}/objects/{object}".
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::storage {

struct ObjectName {
  std::string bucket;
  std::string object;

  std::string ToString() const;
  friend bool operator==(const ObjectName&, const ObjectName&) = default;
};

// All are INVALID_ARGUMENT that names `field` for what is not a name.
absl::Status CheckBucketId(absl::string_view field, absl::string_view id);
// Characters that a bucket's id may start with; "" too.
absl::Status CheckBucketPrefix(absl::string_view field, absl::string_view prefix);
// The id in "buckets/{bucket}".
absl::StatusOr<std::string> ParseBucketName(absl::string_view field, absl::string_view name);
absl::StatusOr<ObjectName> ParseObjectName(absl::string_view field, absl::string_view name);

std::string BucketName(absl::string_view id);

}  // namespace triad::storage
