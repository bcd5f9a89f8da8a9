#include "tests/support/control_group.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace triad::testing {
namespace {

// Version 1, then version 2; and what starts our line in /proc/self/cgroup.
constexpr struct {
  const char* root;
  const char* limit;
  const char* line;
} kVersions[] = {{"/sys/fs/cgroup/memory", "/memory.limit_in_bytes", ":memory:"},
                 {"/sys/fs/cgroup", "/memory.max", "0::"}};

// The group that this process is in.
std::string OwnGroup(const std::string& marker) {
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    std::size_t at = line.find(marker);
    if (at != std::string::npos) return line.substr(at + marker.size());
  }
  return "";
}

bool Write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text << std::flush;
  return file.good();
}

}  // namespace

std::unique_ptr<ControlGroup> ControlGroup::Make(std::size_t bytes, std::string& why) {
  for (const auto& version : kVersions) {
    std::string path = std::string(version.root) + "/triad-test-" + std::to_string(getpid());
    if (mkdir(path.c_str(), 0755) != 0) continue;
    std::string own = version.root + OwnGroup(version.line);
    auto group = std::unique_ptr<ControlGroup>(new ControlGroup(own, path));
    if (Write(path + version.limit, std::to_string(bytes))) return group;
  }
  why = "no control group with a limit of memory can be made here: it takes root";
  return nullptr;
}

ControlGroup::~ControlGroup() { rmdir(path_.c_str()); }

bool ControlGroup::Enter() { return Write(path_ + "/cgroup.procs", std::to_string(getpid())); }

bool ControlGroup::Leave() { return Write(own_ + "/cgroup.procs", std::to_string(getpid())); }

int ControlGroup::Killed() const {
  for (const char* file : {"/memory.oom_control", "/memory.events"}) {
    std::ifstream events(path_ + file);
    for (std::string name, value; events >> name >> value;) {
      if (name == "oom_kill") return std::stoi(value);
    }
  }
  return -1;
}

std::uint64_t ControlGroup::Peak() const {
  for (const char* file : {"/memory.max_usage_in_bytes", "/memory.peak"}) {
    std::uint64_t bytes = 0;
    if (std::ifstream(path_ + file) >> bytes) return bytes;
  }
  return 0;
}

}  // namespace triad::testing
