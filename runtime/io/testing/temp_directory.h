// A directory for one test, removed at its end.
#pragma once

#include <string>

namespace triad {

class TempDirectory {
 public:
  // Under $TMPDIR; else in /dev/shm, where a sync costs nothing, or /tmp. Ends the
  // process if it cannot be made.
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace triad
