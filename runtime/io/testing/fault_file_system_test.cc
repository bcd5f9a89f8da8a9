#include "runtime/io/testing/fault_file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace triad {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Loss = FaultFileSystem::Loss;

class FaultFileSystemTest : public ::testing::Test {
 protected:
  std::unique_ptr<WritableFile> Create(const std::string& path) {
    auto file = files_.Create(path);
    EXPECT_EQ(file.status(), absl::OkStatus());
    return *std::move(file);
  }
  std::string Content(const std::string& path) {
    absl::StatusOr<std::string> content = ReadFile(files_, path, 1000);
    return content.ok() ? *content : std::string(absl::StatusCodeToString(content.status().code()));
  }

  FaultFileSystem files_;
};

TEST_F(FaultFileSystemTest, CrashLosesNamesWhoseDirectoryWasNotSynced) {
  auto file = Create("/a");
  ASSERT_TRUE(file->Append("content").ok());
  ASSERT_TRUE(file->Sync().ok());
  files_.Crash();
  EXPECT_THAT(files_.Paths(), IsEmpty());
}

TEST_F(FaultFileSystemTest, CrashLosesBytesThatWereNotSynced) {
  auto file = Create("/a");
  ASSERT_TRUE(file->Append("kept").ok());
  ASSERT_TRUE(file->Sync().ok());
  ASSERT_TRUE(file->Append(" lost").ok());
  ASSERT_TRUE(files_.SyncDirectory("/").ok());
  EXPECT_EQ(Content("/a"), "kept lost");
  files_.Crash();
  EXPECT_EQ(Content("/a"), "kept");
}

TEST_F(FaultFileSystemTest, CrashCanKeepNamesAndHalfOfTheBytes) {
  for (auto [loss, content] : {std::pair(Loss::kBytes, ""), std::pair(Loss::kHalfOfBytes, "12")}) {
    auto file = Create("/a");
    ASSERT_TRUE(file->Append("1234").ok());
    files_.Crash(loss);
    EXPECT_EQ(Content("/a"), content);
    ASSERT_TRUE(files_.Remove("/a").ok());
  }
}

TEST_F(FaultFileSystemTest, CrashTakesBackRenamesAndRemovals) {
  Create("/a");
  Create("/b");
  ASSERT_TRUE(files_.SyncDirectory("/").ok());
  ASSERT_TRUE(files_.Rename("/a", "/c").ok());
  ASSERT_TRUE(files_.Remove("/b").ok());
  EXPECT_THAT(files_.Paths(), ElementsAre("/c"));
  files_.Crash();
  EXPECT_THAT(files_.Paths(), ElementsAre("/a", "/b"));
  ASSERT_TRUE(files_.Rename("/a", "/c").ok());
  ASSERT_TRUE(files_.SyncDirectory("/").ok());
  files_.Crash();
  EXPECT_THAT(files_.Paths(), ElementsAre("/b", "/c"));
}

TEST_F(FaultFileSystemTest, FailsTheNthCallOnce) {
  files_.FailNth(2, absl::ResourceExhaustedError("full"));
  auto file = Create("/a");
  EXPECT_TRUE(absl::IsResourceExhausted(file->Append("1234")));
  EXPECT_TRUE(file->Append("56").ok());
  EXPECT_EQ(Content("/a"), "1256") << "a failed append has written half";
  EXPECT_EQ(files_.calls(), 6);
}

TEST_F(FaultFileSystemTest, BytesOfAFailedSyncNeverBecomeDurable) {
  auto file = Create("/a");
  ASSERT_TRUE(files_.SyncDirectory("/").ok());
  ASSERT_TRUE(file->Append("1234").ok());
  files_.FailNth(1, absl::InternalError("bad block"));
  EXPECT_FALSE(file->Sync().ok());
  EXPECT_TRUE(file->Sync().ok()) << "the kernel reports a lost page once";
  files_.Crash();
  EXPECT_EQ(Content("/a"), "");
}

TEST_F(FaultFileSystemTest, StopsUntilTheCrash) {
  auto file = Create("/a");
  files_.StopAfter(1);
  EXPECT_TRUE(files_.SyncDirectory("/").ok());
  EXPECT_FALSE(files_.stopped());
  EXPECT_TRUE(absl::IsUnavailable(file->Append("1234")));
  EXPECT_TRUE(absl::IsUnavailable(files_.Remove("/a")));
  EXPECT_TRUE(files_.stopped());
  files_.Crash(Loss::kBytes);
  EXPECT_FALSE(files_.stopped());
  EXPECT_EQ(Content("/a"), "") << "nothing arrived after the stop";
  EXPECT_TRUE(absl::IsUnavailable(file->Append("1234"))) << "that process is dead";
}

}  // namespace
}  // namespace triad
