#include "runtime/io/data_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/io/file_system.h"
#include "runtime/io/testing/temp_directory.h"

namespace triad {
namespace {

using ::testing::HasSubstr;

TEST(DataDirectoryTest, BelongsToOneHolderAtATime) {
  TempDirectory temp;
  std::string path = temp.path() + "/data/service";
  auto first = DataDirectory::Open(path);
  ASSERT_EQ(first.status(), absl::OkStatus());
  EXPECT_EQ((*first)->path(), path);

  absl::Status second = DataDirectory::Open(path).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(second)) << second;
  EXPECT_THAT(std::string(second.message()), HasSubstr(absl::StrCat("process ", getpid(), ":")));
  EXPECT_THAT(std::string(second.message()), HasSubstr(path));

  first->reset();
  EXPECT_EQ(DataDirectory::Open(path).status(), absl::OkStatus());
}

TEST(DataDirectoryTest, SaysWhatIsWrongInOneLine) {
  TempDirectory temp;
  ASSERT_TRUE(FileSystem::Posix().Create(temp.path() + "/file").ok());
  for (const std::string& path : {std::string(), temp.path() + "/file", temp.path() + "/file/x"}) {
    absl::Status status = DataDirectory::Open(path).status();
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(std::string(status.message()), HasSubstr("--data_dir"));
    EXPECT_EQ(status.message().find('\n'), absl::string_view::npos);
  }
}

}  // namespace
}  // namespace triad
