#include "runtime/io/testing/temp_directory.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace triad {

TempDirectory::TempDirectory() {
  path_ = (std::filesystem::temp_directory_path() / "triad-test-XXXXXX").string();
  if (mkdtemp(path_.data()) == nullptr) {
    std::perror(path_.c_str());
    std::abort();
  }
}

TempDirectory::~TempDirectory() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
  if (error) std::fprintf(stderr, "%s: %s\n", path_.c_str(), error.message().c_str());
}

}  // namespace triad
