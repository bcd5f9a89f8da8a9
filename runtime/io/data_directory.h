// The directory a process owns.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "runtime/io/posix.h"

namespace triad {

// Holds an exclusive flock on `<path>/LOCK` for as long as it lives.
class DataDirectory {
 public:
  // Makes the directory if it is missing. FAILED_PRECONDITION, with the process
  // id that holds it, if another process has it open.
  static absl::StatusOr<std::unique_ptr<DataDirectory>> Open(const std::string& path);

  const std::string& path() const { return path_; }

 private:
  DataDirectory(std::string path, Descriptor lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  const std::string path_;
  const Descriptor lock_;  // the flock goes when it is closed
};

}  // namespace triad
