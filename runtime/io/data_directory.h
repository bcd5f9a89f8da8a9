// The directory a process owns.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace triad {

// Holds an exclusive flock on `<path>/LOCK` for as long as it lives.
class DataDirectory {
 public:
  // Makes the directory if it is missing. FAILED_PRECONDITION, with the process
  // id that holds it, if another process has it open.
  static absl::StatusOr<std::unique_ptr<DataDirectory>> Open(const std::string& path);

  virtual ~DataDirectory() = default;
  virtual const std::string& path() const = 0;
};

}  // namespace triad
