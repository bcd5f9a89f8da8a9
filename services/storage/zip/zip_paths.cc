#include "services/storage/zip/zip_paths.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace triad::storage {
namespace {

std::string PlainPath(std::string name) {
  std::replace(name.begin(), name.end(), '\\', '_');
  if (name.size() > 1 && name[1] == ':' && absl::ascii_isalpha(name[0])) name[1] = '_';
  return name;
}

// "a/b.txt" with 2 is "a/b (2).txt".
std::string Numbered(const std::string& path, int number) {
  std::size_t base = path.rfind('/') + 1;  // 0 without one
  std::size_t dot = path.rfind('.');
  if (dot == std::string::npos || dot <= base) dot = path.size();
  return absl::StrCat(path.substr(0, dot), " (", number, ")", path.substr(dot));
}

// Whether each path is that of a file already.
using Paths = std::map<std::string, bool>;

bool IsFolder(const Paths& paths, const std::string& path) {
  std::string below = absl::StrCat(path, "/");
  auto next = paths.lower_bound(below);
  return next != paths.end() && absl::StartsWith(next->first, below);
}

}  // namespace

void MakePaths(std::vector<ZipEntry*> entries) {
  Paths paths;
  for (ZipEntry* entry : entries) {
    entry->path = PlainPath(std::move(entry->path));
    paths.emplace(entry->path, false);
  }
  for (ZipEntry* entry : entries) {
    bool& is_file = paths[entry->path];
    if (!is_file && !IsFolder(paths, entry->path)) {
      is_file = true;
      continue;
    }
    int number = 2;
    std::string path = Numbered(entry->path, number);
    while (paths.count(path) > 0 || IsFolder(paths, path)) {
      path = Numbered(entry->path, ++number);
    }
    paths.emplace(path, true);
    entry->path = std::move(path);
  }
}

}  // namespace triad::storage
