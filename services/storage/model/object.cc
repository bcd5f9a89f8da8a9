#include "services/storage/model/object.h"

#include "absl/strings/str_cat.h"
#include "services/storage/model/conflict.h"

namespace triad::storage {
namespace {

std::size_t BytesOf(const std::map<std::string, std::string>& pairs) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : pairs) bytes += key.size() + value.size();
  return bytes;
}

}  // namespace

absl::Status CheckNotDeleting(const Bucket& bucket) {
  if (!bucket.deleting) return absl::OkStatus();
  return WithCurrent(
      absl::FailedPreconditionError(absl::StrCat(FormatBucketName(bucket.id), " is being deleted")),
      "BUCKET_DELETING", bucket);
}

absl::Status CheckHasContent(const Object& version) {
  if (!version.deleted) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat(FormatObjectName(version.name), ": generation ",
                                          version.generation, " marks a deletion"));
}

ObjectView ViewOf(const Object& object) {
  return {.bucket = object.name.bucket,
          .name = object.name.object,
          .generation = object.generation,
          .deleted = object.deleted,
          .etag = object.etag,
          .size = object.size,
          .sha256 = object.sha256,
          .crc32c = object.crc32c,
          .content_type = object.content_type,
          .properties = &object.properties,
          .create_time = object.create_time,
          .update_time = object.update_time,
          .noncurrent_time = object.noncurrent_time};
}

std::size_t DescriptionBytes(const ObjectView& object) {
  // Times, sums and the names of fields.
  constexpr std::size_t kRest = 256;
  std::size_t bytes =
      kRest + object.bucket.size() + object.name.size() + object.content_type.size();
  if (object.properties == nullptr) return bytes;
  const Properties& properties = *object.properties;
  const ContentHeaders& headers = properties.headers;
  return bytes + headers.cache_control.size() + headers.content_disposition.size() +
         headers.content_encoding.size() + headers.content_language.size() +
         headers.expires.size() + BytesOf(properties.metadata) + BytesOf(properties.tags) +
         BytesOf(properties.checksums);
}

}  // namespace triad::storage
