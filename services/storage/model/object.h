// What the service keeps, as plain values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/base/resources/labels.h"
#include "services/storage/model/content.h"
#include "services/storage/model/content_headers.h"
#include "services/storage/model/names.h"

namespace triad::storage {

// Numbers buckets, so that rows of objects need not repeat a name. Never given out twice.
enum class BucketNumber : std::int64_t {};

// Tells the versions of an object apart. Grows with every write of any object.
using Generation = std::int64_t;
// Stands for the current version.
inline constexpr Generation kCurrent = 0;

// What becomes of an object that is replaced or deleted.
enum class Versioning {
  kOff,        // it is gone
  kOn,         // it is kept as a version
  kSuspended,  // it is kept if it was written while versioning was on
};

// How many, and of how many bytes.
struct Totals {
  std::int64_t count = 0;
  std::int64_t bytes = 0;

  // One of `size` bytes more, or with -1 less.
  void Add(std::int64_t size, int sign) {
    count += sign;
    bytes += sign * size;
  }
  friend bool operator==(const Totals&, const Totals&) = default;
};

struct Bucket {
  std::string id;
  BucketNumber number = {};
  std::string etag;
  std::string description;
  Labels labels;
  // Of objects that have none of their own; empty for the service's.
  std::string cache_control;
  Versioning versioning = Versioning::kOff;
  bool deleting = false;  // its objects are being removed; nothing more is written
  Totals objects;
  Totals versions;  // that are not current, marks of deletions included
  absl::Time create_time;
  absl::Time update_time;
};

// FAILED_PRECONDITION, naming it, for a bucket that is being deleted.
absl::Status CheckNotDeleting(const Bucket& bucket);

// A page of buckets.
struct BucketQuery {
  std::string prefix;
  std::string after;  // only ids greater than this
  std::int64_t limit = 0;
};

// What a writer says about an object beside its content and media type.
struct Properties {
  ContentHeaders headers;
  // Given as X-Meta-*; names without that.
  std::map<std::string, std::string> metadata;
  std::map<std::string, std::string> tags;
  // What the content hashes to beside its SHA-256 and its CRC32C, as its writer said and it
  // was found to be: lower-case hex, by algorithm ("md5", "sha1", "sha512", "crc32",
  // "crc64nvme").
  std::map<std::string, std::string> checksums;

  friend bool operator==(const Properties&, const Properties&) = default;
};

// A version of an object without its content.
struct Object {
  ObjectName name;
  Generation generation = 0;
  // Whether it was written while its bucket had versioning on.
  bool numbered = false;
  // Whether this is the mark of a deletion: then it has neither content nor properties.
  bool deleted = false;
  // Changes with every write, that of properties too. Never looks like an MD5.
  std::string etag;
  std::int64_t size = 0;
  Content content;
  std::string sha256;  // lower-case hex; empty until it is computed
  std::optional<Crc32c> crc32c;
  std::string content_type;
  Properties properties;
  absl::Time create_time;  // of the object's first version
  absl::Time update_time;  // of the content or of the properties
  // When it was replaced or deleted; unset for the current version.
  std::optional<absl::Time> noncurrent_time;
};

// What callers are told of a version that is elsewhere, as in a row: what it points to stays
// there.
struct ObjectView {
  absl::string_view bucket;
  absl::string_view name;
  Generation generation = 0;
  bool deleted = false;
  absl::string_view etag;
  std::int64_t size = 0;
  absl::string_view sha256;
  std::optional<Crc32c> crc32c;
  absl::string_view content_type;
  const Properties* properties = nullptr;  // null for none
  absl::Time create_time;
  absl::Time update_time;
  std::optional<absl::Time> noncurrent_time;
};

ObjectView ViewOf(const Object& object);

// A page of a list ends early once what it says has about so many bytes, so that answers stay
// below gRPC's limit on messages.
inline constexpr std::size_t kPageBytes = 2 << 20;

// Bytes of what is known about an object, about.
std::size_t DescriptionBytes(const ObjectView& object);

// NOT_FOUND, naming it, for the mark of a deletion.
absl::Status CheckHasContent(const Object& version);

// Whether the object was written after `date`, as far as whole seconds tell: HTTP has no
// finer ones.
inline bool WrittenAfter(const Object& object, absl::Time date) {
  return absl::ToUnixSeconds(object.update_time) > absl::ToUnixSeconds(date);
}

}  // namespace triad::storage
