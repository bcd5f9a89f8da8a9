#include "services/storage/objects/object_mapping.h"

#include <google/protobuf/util/time_util.h>

namespace triad::storage {
namespace {

google::protobuf::Timestamp ToProto(absl::Time time) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

}  // namespace

v1::Bucket ToProto(const Bucket& bucket) {
  v1::Bucket message;
  message.set_name(FormatBucketName(bucket.id));
  *message.mutable_create_time() = ToProto(bucket.create_time);
  return message;
}

v1::Object ToProto(const Object& object) {
  v1::Object message;
  message.set_name(FormatObjectName(object.name));
  message.set_size(object.size);
  message.set_sha256(object.sha256);
  message.set_content_type(object.content_type);
  message.set_etag(object.etag());
  for (const auto& [name, value] : object.metadata) (*message.mutable_metadata())[name] = value;
  *message.mutable_create_time() = ToProto(object.create_time);
  *message.mutable_update_time() = ToProto(object.update_time);
  return message;
}

}  // namespace triad::storage
