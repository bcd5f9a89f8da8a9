// Local files: there whole or not at all, and read as they were.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "cli/files/input_file.h"
#include "cli/files/new_file.h"
#include "tests/support/process.h"

namespace triad::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class FilesTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return directory_.path() + "/" + name; }
  static std::string Content(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::ptrdiff_t Count() const {
    return std::distance(fs::directory_iterator(directory_.path()), fs::directory_iterator());
  }

  testing::TemporaryDirectory directory_;
};

TEST_F(FilesTest, AFileIsThereOnceItIsWhole) {
  std::ofstream(Path("a")) << "old";
  auto file = *NewFile::Create(Path("a"), 0600);
  ASSERT_TRUE(file->Append("new ").ok());
  EXPECT_EQ(Content(Path("a")), "old");
  EXPECT_EQ(Count(), 1);
  ASSERT_TRUE(file->Append("content").ok());
  ASSERT_TRUE(file->Commit().ok());
  EXPECT_EQ(Content(Path("a")), "new content");
  EXPECT_EQ(Count(), 1);
  struct stat about {};
  ASSERT_EQ(stat(Path("a").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
}

TEST_F(FilesTest, NothingIsLeftOfAFileThatWasGivenUp) {
  (*NewFile::Create(Path("a")))->Append("half").IgnoreError();
  EXPECT_EQ(Count(), 0);
}

TEST_F(FilesTest, NamesWhatCannotBeWritten) {
  EXPECT_THAT(std::string(NewFile::Create(Path("none/a")).status().message()), HasSubstr("none/a"));
  absl::Status device = NewFile::Create("/dev/null").status();
  EXPECT_TRUE(absl::IsInvalidArgument(device)) << device;
}

TEST_F(FilesTest, ReadsAFileInPieces) {
  std::ofstream(Path("a")) << "0123456789";
  auto file = InputFile::Open(Path("a"));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->size(), 10);
  EXPECT_EQ(*file->Read(4), "0123");
  std::ofstream(Path("a"), std::ios::app) << "more";
  EXPECT_EQ(*file->Read(100), "456789");
  EXPECT_EQ(*file->Read(100), "");
}

TEST_F(FilesTest, SaysThatAFileHasBecomeShorter) {
  std::ofstream(Path("a")) << "0123456789";
  auto file = InputFile::Open(Path("a"));
  ASSERT_TRUE(file.ok()) << file.status();
  fs::resize_file(Path("a"), 5);
  EXPECT_TRUE(absl::IsAborted(file->Read(100).status()));
}

TEST_F(FilesTest, NamesWhatCannotBeRead) {
  EXPECT_TRUE(absl::IsNotFound(InputFile::Open(Path("none")).status()));
  EXPECT_THAT(std::string(InputFile::Open(directory_.path()).status().message()),
              HasSubstr("is a directory"));
}

}  // namespace
}  // namespace triad::cli
