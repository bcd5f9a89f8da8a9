// Turns the messages of triad.storage.v1 about buckets into values of the domain, and back.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/field_mask.pb.h"
#include "services/storage/buckets/bucket_store.h"
#include "services/storage/model/object.h"
#include "services/storage/model/removal.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::storage {

v1::Bucket ToProto(const Bucket& bucket);
v1::Removal ToProto(const Removal& removal);

// What of `bucket` the mask names; without one, what is not empty. INVALID_ARGUMENT, naming
// the field, for what is not acceptable.
absl::StatusOr<BucketChanges> ChangesFromProto(const v1::Bucket& bucket,
                                               const google::protobuf::FieldMask& mask);

// Of "buckets/{bucket}/removals/{removal}". INVALID_ARGUMENT, naming the field, for other text.
struct RemovalName {
  std::string bucket;
  RemovalId id = {};
};
absl::StatusOr<RemovalName> ParseRemovalName(const std::string& field, absl::string_view name);

}  // namespace triad::storage
