#include "services/storage/buckets/bucket_mapping.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/resources/labels.h"
#include "runtime/base/status.h"
#include "runtime/rpc/field_mask.h"
#include "runtime/rpc/timestamps.h"

namespace triad::storage {
namespace {

constexpr std::size_t kMaxDescription = 1024;
constexpr std::size_t kMaxCacheControl = 255;
constexpr absl::string_view kRemovals = "/removals/";

// In order of Versioning.
constexpr v1::Bucket::Versioning kVersionings[] = {
    v1::Bucket::VERSIONING_OFF, v1::Bucket::VERSIONING_ON, v1::Bucket::VERSIONING_SUSPENDED};

absl::Status TakeDescription(const v1::Bucket& bucket, BucketChanges& changes) {
  changes.description = bucket.description();
  if (bucket.description().size() <= kMaxDescription) return absl::OkStatus();
  return InvalidField("bucket.description",
                      absl::StrCat("must be at most ", kMaxDescription, " bytes"));
}

absl::Status TakeLabels(const v1::Bucket& bucket, BucketChanges& changes) {
  changes.labels = Labels(bucket.labels().begin(), bucket.labels().end());
  return CheckLabels("bucket.labels", *changes.labels);
}

absl::Status TakeCacheControl(const v1::Bucket& bucket, BucketChanges& changes) {
  const std::string& value = bucket.cache_control();
  changes.cache_control = value;
  if (value.size() <= kMaxCacheControl &&
      std::all_of(value.begin(), value.end(), absl::ascii_isprint)) {
    return absl::OkStatus();
  }
  return InvalidField("bucket.cache_control",
                      absl::StrCat("must be at most ", kMaxCacheControl, " printable characters"));
}

absl::Status TakeVersioning(const v1::Bucket& bucket, BucketChanges& changes) {
  auto found = std::find(std::begin(kVersionings), std::end(kVersionings), bucket.versioning());
  if (bucket.versioning() == v1::Bucket::VERSIONING_UNSPECIFIED) found = std::begin(kVersionings);
  if (found == std::end(kVersionings)) {
    return InvalidField("bucket.versioning",
                        "must be VERSIONING_OFF, VERSIONING_ON or VERSIONING_SUSPENDED");
  }
  changes.versioning = static_cast<Versioning>(found - std::begin(kVersionings));
  return absl::OkStatus();
}

// One field that an update may name.
struct ChangeRow {
  absl::string_view path;
  bool (*is_set)(const v1::Bucket&);
  absl::Status (*take)(const v1::Bucket&, BucketChanges&);
};

constexpr ChangeRow kChanges[] = {
    {"description", [](const v1::Bucket& bucket) { return !bucket.description().empty(); },
     &TakeDescription},
    {"labels", [](const v1::Bucket& bucket) { return !bucket.labels().empty(); }, &TakeLabels},
    {"cache_control", [](const v1::Bucket& bucket) { return !bucket.cache_control().empty(); },
     &TakeCacheControl},
    {"versioning",
     [](const v1::Bucket& bucket) {
       return bucket.versioning() != v1::Bucket::VERSIONING_UNSPECIFIED;
     },
     &TakeVersioning},
};

std::vector<absl::string_view> Changeable() {
  std::vector<absl::string_view> paths;
  for (const ChangeRow& row : kChanges) paths.push_back(row.path);
  return paths;
}

}  // namespace

v1::Bucket ToProto(const Bucket& bucket) {
  v1::Bucket message;
  message.set_name(FormatBucketName(bucket.id));
  *message.mutable_create_time() = rpc::TimeToProto(bucket.create_time);
  message.set_description(bucket.description);
  message.mutable_labels()->insert(bucket.labels.begin(), bucket.labels.end());
  message.set_cache_control(bucket.cache_control);
  message.set_versioning(kVersionings[static_cast<int>(bucket.versioning)]);
  message.set_etag(bucket.etag);
  *message.mutable_update_time() = rpc::TimeToProto(bucket.update_time);
  message.set_object_count(bucket.objects.count);
  message.set_object_bytes(bucket.objects.bytes);
  message.set_version_count(bucket.versions.count);
  message.set_version_bytes(bucket.versions.bytes);
  message.set_deleting(bucket.deleting);
  return message;
}

v1::Removal ToProto(const Removal& removal) {
  v1::Removal message;
  message.set_name(absl::StrCat(FormatBucketName(removal.bucket), kRemovals,
                                static_cast<std::int64_t>(removal.id)));
  message.set_prefix(removal.prefix);
  message.set_removed_count(removal.removed);
  message.set_done(removal.done);
  *message.mutable_create_time() = rpc::TimeToProto(removal.create_time);
  *message.mutable_update_time() = rpc::TimeToProto(removal.update_time);
  return message;
}

absl::StatusOr<BucketChanges> ChangesFromProto(const v1::Bucket& bucket,
                                               const google::protobuf::FieldMask& mask) {
  TRIAD_RETURN_IF_ERROR(rpc::CheckMask(mask, *v1::Bucket::descriptor(), Changeable()));
  BucketChanges changes;
  for (const ChangeRow& row : kChanges) {
    if (!rpc::MaskNames(mask, row.path, row.is_set(bucket))) continue;
    TRIAD_RETURN_IF_ERROR(row.take(bucket, changes));
  }
  return changes;
}

absl::StatusOr<RemovalName> ParseRemovalName(const std::string& field, absl::string_view name) {
  std::size_t slash = name.find(kRemovals);
  std::int64_t number = 0;
  if (slash == absl::string_view::npos ||
      !absl::SimpleAtoi(name.substr(slash + kRemovals.size()), &number)) {
    return InvalidField(field, "must be buckets/{bucket}/removals/{removal}");
  }
  RemovalName parsed;
  TRIAD_ASSIGN_OR_RETURN(parsed.bucket, ParseBucketName(field, name.substr(0, slash)));
  parsed.id = RemovalId{number};
  return parsed;
}

}  // namespace triad::storage
