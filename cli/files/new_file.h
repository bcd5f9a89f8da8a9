// A file that is there whole or not at all.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/io/posix.h"

namespace triad::cli {

// What is written becomes the file with Commit; what was there before stays until then, and
// for good without it. Where the file system can, nothing has a name before, so that nothing is
// left behind by who is killed. Errors name the file. Not thread-safe.
class NewFile {
 public:
  // `mode` as of open(2). INVALID_ARGUMENT if something else than a regular file is there,
  // such as a device.
  static absl::StatusOr<std::unique_ptr<NewFile>> Create(const std::string& path,
                                                         unsigned mode = 0666);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  absl::Status Append(absl::string_view bytes);
  absl::Status Commit();

 private:
  NewFile(std::string path, std::string name, Descriptor file, bool named);

  const std::string path_;
  const std::string name_;  // until it is `path_`
  const Descriptor file_;
  bool named_;
};

}  // namespace triad::cli
