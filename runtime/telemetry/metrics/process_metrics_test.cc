#include "runtime/telemetry/metrics/process_metrics.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace triad {
namespace {

// A file tree that looks like a machine with 8 GiB.
class MemoryLimitTest : public ::testing::Test {
 protected:
  MemoryLimitTest() { Write("proc/meminfo", "MemFree: 1 kB\nMemTotal:        8388608 kB\n"); }
  ~MemoryLimitTest() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& path, const std::string& text) {
    std::filesystem::path file = absl::StrCat(root_, "/", path);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  const std::string root_ = absl::StrCat(::testing::TempDir(), "memory_limit_", getpid());
};

TEST_F(MemoryLimitTest, TheMachineIfThereIsNoGroup) {
  EXPECT_EQ(MemoryLimitBytes(root_), 8589934592.0);
  Write("proc/self/cgroup", "0::/\n");
  EXPECT_EQ(MemoryLimitBytes(root_), 8589934592.0);
}

TEST_F(MemoryLimitTest, TheGroupOfAContainer) {
  Write("proc/self/cgroup", "0::/\n");
  Write("sys/fs/cgroup/memory.max", "268435456\n");
  EXPECT_EQ(MemoryLimitBytes(root_), 268435456.0);
  Write("sys/fs/cgroup/memory.max", "max\n");
  EXPECT_EQ(MemoryLimitBytes(root_), 8589934592.0);
}

TEST_F(MemoryLimitTest, TheSmallestOfTheGroupsAbove) {
  Write("proc/self/cgroup", "0::/system.slice/triad.service\n");
  Write("sys/fs/cgroup/system.slice/triad.service/memory.max", "max\n");
  Write("sys/fs/cgroup/system.slice/memory.max", "1048576\n");
  EXPECT_EQ(MemoryLimitBytes(root_), 1048576.0);
  Write("sys/fs/cgroup/system.slice/triad.service/memory.max", "524288\n");
  EXPECT_EQ(MemoryLimitBytes(root_), 524288.0);
}

TEST_F(MemoryLimitTest, VersionOneAsAContainerSeesIt) {
  Write("proc/self/cgroup", "5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n0::/\n");
  Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "134217728\n");
  EXPECT_EQ(MemoryLimitBytes(root_), 134217728.0);
  // What version 1 says where there is no limit.
  Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(MemoryLimitBytes(root_), 8589934592.0);
}

TEST_F(MemoryLimitTest, NothingWhereNothingCanBeRead) {
  std::filesystem::remove_all(root_);
  EXPECT_EQ(MemoryLimitBytes(root_), std::nullopt);
}

TEST_F(MemoryLimitTest, AQuarterOfTheGroupOrOfTheMachineIsForClients) {
  Write("proc/meminfo", "MemTotal:        1048576 kB\n");
  EXPECT_EQ(DefaultMemoryBudget(root_), 268435456);
  Write("proc/meminfo", "MemTotal:        8388608 kB\n");
  EXPECT_EQ(DefaultMemoryBudget(root_), 1 << 30);
  Write("proc/self/cgroup", "0::/\n");
  Write("sys/fs/cgroup/memory.max", "268435456\n");
  EXPECT_EQ(DefaultMemoryBudget(root_), 67108864);
}

}  // namespace
}  // namespace triad
