// A directory for one test, removed at its end.
#pragma once

#include <string>

namespace triad {

class TempDirectory {
 public:
  // Under $TMPDIR or /tmp. Ends the process if that cannot be made.
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace triad
