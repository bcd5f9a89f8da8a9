// A schema, as it is kept.
#pragma once

#include <string>

#include "absl/time/time.h"

namespace triad::config {

// What the values of some keys of a namespace have to be like.
struct StoredSchema {
  std::string space;
  std::string name;
  std::string pattern;      // of the keys, as KeyPattern has it
  std::string json_schema;  // as it was given
  absl::Time create_time = {};
  absl::Time update_time = {};
};

}  // namespace triad::config
