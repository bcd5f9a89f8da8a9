#include "runtime/telemetry/metrics/memory_limit.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace triad {
namespace {

std::vector<std::string> LinesOf(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::optional<double> MachineMemory(const std::string& root) {
  for (const std::string& line : LinesOf(absl::StrCat(root, "/proc/meminfo"))) {
    std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    std::int64_t kibibytes = 0;
    if (words.size() == 3 && words[0] == "MemTotal:" && absl::SimpleAtoi(words[1], &kibibytes)) {
      return static_cast<double>(kibibytes) * 1024;
    }
  }
  return {};
}

// Nothing for "max", which is no limit.
std::optional<double> NumberIn(const std::string& path) {
  std::vector<std::string> lines = LinesOf(path);
  double bytes = 0;
  if (lines.empty() || !absl::SimpleAtod(lines.front(), &bytes)) return {};
  return bytes;
}

// Files that may limit a group at `path`: its own, and those of the groups above
// it. In a container the path may be the host's; what is mounted there is then
// the group itself, which is the last that is looked at.
std::vector<std::string> LimitFiles(const std::string& mount, std::string path,
                                    absl::string_view name) {
  std::vector<std::string> files;
  for (;; path.resize(path.rfind('/'))) {
    if (absl::EndsWith(path, "/")) path.pop_back();
    files.push_back(absl::StrCat(mount, path, "/", name));
    if (path.empty()) return files;
  }
}

}  // namespace

std::optional<double> MemoryLimitBytes(const std::string& root) {
  std::optional<double> limit = MachineMemory(root);
  std::string mount = absl::StrCat(root, "/sys/fs/cgroup");
  for (const std::string& line : LinesOf(absl::StrCat(root, "/proc/self/cgroup"))) {
    // hierarchy:controllers:path; version 2 has no controllers here.
    std::vector<std::string> parts = absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (parts.size() != 3 || !absl::StartsWith(parts[2], "/")) continue;
    if (!parts[1].empty() && parts[1] != "memory") continue;
    bool second = parts[1].empty();
    for (const std::string& file :
         LimitFiles(second ? mount : absl::StrCat(mount, "/memory"), parts[2],
                    second ? "memory.max" : "memory.limit_in_bytes")) {
      std::optional<double> found = NumberIn(file);
      if (found) limit = std::min(limit.value_or(*found), *found);
    }
  }
  return limit;
}

}  // namespace triad
