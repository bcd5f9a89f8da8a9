// The deletion of all objects with a prefix, which goes on in the background.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "services/storage/model/object.h"

namespace triad::storage {

enum class RemovalId : std::int64_t {};

struct Removal {
  RemovalId id = {};
  std::string bucket;
  BucketNumber number = {};
  std::string prefix;
  Generation latest = 0;  // objects that were written later stay
  std::string after;      // names up to this one are done
  std::int64_t removed = 0;
  bool done = false;
  absl::Time create_time;
  absl::Time update_time;
};

}  // namespace triad::storage
