// What the service keeps, as plain values.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/time/time.h"
#include "services/storage/model/names.h"

namespace triad::storage {

struct Bucket {
  std::string id;
  absl::Time create_time;
};

// A page of buckets.
struct BucketQuery {
  std::string prefix;
  std::string after;  // only ids greater than this
  std::int64_t limit = 0;
};

// An object without its content.
struct Object {
  ObjectName name;
  // Names the content in the blob store. It is new with every write, so it is the
  // object's etag, too.
  std::string blob;
  std::int64_t size = 0;
  std::string sha256;  // lower-case hex
  std::string content_type;
  std::map<std::string, std::string> metadata;
  absl::Time create_time;
  absl::Time update_time;

  const std::string& etag() const { return blob; }
};

// Whether the object was written after `date`, as far as whole seconds tell: HTTP has no
// finer ones.
inline bool WrittenAfter(const Object& object, absl::Time date) {
  return absl::ToUnixSeconds(object.update_time) > absl::ToUnixSeconds(date);
}

}  // namespace triad::storage
