#include "tests/contract/sources.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace triad::contract {

namespace fs = std::filesystem;

std::vector<std::string> SourcesBelow(const std::string& root,
                                      const std::vector<std::string>& folders) {
  std::vector<std::string> sources;
  for (const std::string& folder : folders) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(root) / folder)) {
      std::string extension = entry.path().extension().string();
      if (extension != ".h" && extension != ".cc") continue;
      sources.push_back(fs::relative(entry.path(), root).generic_string());
    }
  }
  std::sort(sources.begin(), sources.end());
  return sources;
}

std::string ReadSource(const std::string& root, const std::string& path) {
  std::ifstream file(fs::path(root) / path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace triad::contract
