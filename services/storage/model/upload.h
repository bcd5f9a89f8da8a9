// An object that is uploaded in parts.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "services/storage/model/content.h"
#include "services/storage/model/names.h"
#include "services/storage/model/object.h"

namespace triad::storage {

struct Upload {
  std::string id;
  ObjectName name;
  std::string content_type;  // empty: told by the content
  Properties properties;
  absl::Time create_time;
};

// Parts are numbered from 1 to kMaxUploadParts, in any order and with gaps.
inline constexpr std::int64_t kMaxUploadParts = 10'000;

struct UploadPart {
  std::int64_t number = 0;
  std::string etag;  // changes with every write of it
  std::int64_t size = 0;
  Content content;
  std::string sha256;  // lower-case hex
  Crc32c crc32c;
  absl::Time create_time;
};

}  // namespace triad::storage
