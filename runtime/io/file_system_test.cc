// What every FileSystem must do, the operating system's and the double alike:
// what is proven with the double holds only as far as they agree.
#include "runtime/io/file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/io/posix.h"
#include "runtime/io/testing/fault_file_system.h"
#include "runtime/io/testing/temp_directory.h"

namespace triad {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class FileSystemTest : public ::testing::TestWithParam<const char*> {
 protected:
  FileSystemTest() {
    if (std::string(GetParam()) == "fault") {
      EXPECT_EQ(MakeDirectories(fault_, temp_.path()), absl::OkStatus());
    }
  }

  FileSystem& files() {
    return std::string(GetParam()) == "fault" ? static_cast<FileSystem&>(fault_)
                                              : FileSystem::Posix();
  }
  std::string Path(const std::string& name) const { return temp_.path() + "/" + name; }

  void Write(const std::string& name, absl::string_view content) {
    auto file = files().Create(Path(name));
    ASSERT_EQ(file.status(), absl::OkStatus());
    ASSERT_EQ((*file)->Append(content), absl::OkStatus());
    ASSERT_EQ((*file)->Sync(), absl::OkStatus());
  }
  std::string Content(const std::string& name) {
    absl::StatusOr<std::string> content = ReadFile(files(), Path(name), 1 << 20);
    return content.ok() ? *content : content.status().ToString();
  }
  std::vector<std::string> Names(const std::string& directory) {
    std::vector<std::string> names;
    absl::StatusOr<std::vector<FileInfo>> list = files().List(directory);
    EXPECT_EQ(list.status(), absl::OkStatus());
    for (const FileInfo& file : *list) names.push_back(file.name);
    return names;
  }

  TempDirectory temp_;
  FaultFileSystem fault_;
};

TEST_P(FileSystemTest, WritesAndReads) {
  Write("a", "hello");
  auto file = files().Open(Path("a"));
  ASSERT_EQ(file.status(), absl::OkStatus());
  EXPECT_EQ(*(*file)->Size(), 5u);
  EXPECT_EQ(*(*file)->Read(1, 3), "ell");
  EXPECT_EQ(*(*file)->Read(3, 100), "lo");
  EXPECT_EQ(*(*file)->Read(100, 1), "");
}

TEST_P(FileSystemTest, AppendsInOrderAndAnyBytes) {
  auto file = files().Create(Path("a"));
  ASSERT_EQ((*file)->Append(absl::string_view("a\0b", 3)), absl::OkStatus());
  ASSERT_EQ((*file)->Append(""), absl::OkStatus());
  ASSERT_EQ((*file)->Append("c"), absl::OkStatus());
  EXPECT_EQ(Content("a"), std::string("a\0bc", 4));
}

TEST_P(FileSystemTest, CreatesOnlyNewFiles) {
  Write("a", "old");
  absl::Status status = files().Create(Path("a")).status();
  EXPECT_TRUE(absl::IsAlreadyExists(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(Path("a")));
  EXPECT_EQ(Content("a"), "old");
}

TEST_P(FileSystemTest, NamesWhatIsNotThere) {
  for (const absl::Status& status :
       {files().Open(Path("none")).status(), files().Remove(Path("none")),
        files().Rename(Path("none"), Path("b")), files().List(Path("none")).status(),
        files().SyncDirectory(Path("none")), files().Create(Path("none/a")).status(),
        files().MakeDirectory(Path("none/a"))}) {
    EXPECT_TRUE(absl::IsNotFound(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(Path("none")));
    EXPECT_THAT(std::string(status.message()), HasSubstr("No such file"));
  }
}

TEST_P(FileSystemTest, RenameReplaces) {
  Write("a", "new");
  Write("b", "old");
  ASSERT_EQ(files().Rename(Path("a"), Path("b")), absl::OkStatus());
  EXPECT_EQ(Content("b"), "new");
  EXPECT_THAT(Names(temp_.path()), UnorderedElementsAre("b"));
}

TEST_P(FileSystemTest, WhatIsOpenStaysReadable) {
  Write("a", "content");
  auto file = files().Open(Path("a"));
  ASSERT_EQ(files().Remove(Path("a")), absl::OkStatus());
  EXPECT_EQ(*(*file)->Read(0, 100), "content");
  EXPECT_THAT(Names(temp_.path()), IsEmpty());
}

TEST_P(FileSystemTest, ListsRegularFilesWithSizeAndTime) {
  absl::Time before = Clock::System().Now() - absl::Seconds(2);
  Write("a", "12345");
  ASSERT_EQ(files().MakeDirectory(Path("directory")), absl::OkStatus());
  absl::StatusOr<std::vector<FileInfo>> list = files().List(temp_.path());
  ASSERT_EQ(list.status(), absl::OkStatus());
  ASSERT_EQ(list->size(), 1u);
  EXPECT_EQ((*list)[0].name, "a");
  EXPECT_EQ((*list)[0].size, 5u);
  EXPECT_GT((*list)[0].modified, before);
  EXPECT_LT((*list)[0].modified, Clock::System().Now() + absl::Seconds(2));
}

TEST_P(FileSystemTest, MakesDirectoriesAlsoTwice) {
  ASSERT_EQ(MakeDirectories(files(), Path("a/b/c")), absl::OkStatus());
  ASSERT_EQ(MakeDirectories(files(), Path("a/b/c")), absl::OkStatus());
  ASSERT_EQ(MakeDirectories(files(), Path("a/b/d/")), absl::OkStatus());
  Write("a/b/c/file", "x");
  EXPECT_EQ(Content("a/b/c/file"), "x");
  EXPECT_FALSE(MakeDirectories(files(), Path("a/b/c/file")).ok()) << "a file is in the way";
}

TEST_P(FileSystemTest, ReadFileHasALimit) {
  Write("a", "12345");
  EXPECT_EQ(*ReadFile(files(), Path("a"), 5), "12345");
  absl::Status status = ReadFile(files(), Path("a"), 4).status();
  EXPECT_TRUE(absl::IsResourceExhausted(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr(Path("a")));
}

INSTANTIATE_TEST_SUITE_P(FileSystems, FileSystemTest, ::testing::Values("posix", "fault"),
                         [](const auto& info) { return std::string(info.param); });

TEST(PosixFileSystemTest, SetsTheMode) {
  TempDirectory temp;
  std::string path = temp.path() + "/key";
  ASSERT_EQ(FileSystem::Posix().Create(path, 0600).status(), absl::OkStatus());
  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST(PosixFileSystemTest, MapsErrnoToStatus) {
  const std::pair<int, absl::StatusCode> cases[] = {
      {ENOENT, absl::StatusCode::kNotFound},
      {EEXIST, absl::StatusCode::kAlreadyExists},
      {ENOSPC, absl::StatusCode::kResourceExhausted},
      {EDQUOT, absl::StatusCode::kResourceExhausted},
      {EACCES, absl::StatusCode::kPermissionDenied},
      {EPERM, absl::StatusCode::kPermissionDenied},
      {EROFS, absl::StatusCode::kPermissionDenied},
      {EIO, absl::StatusCode::kInternal},
  };
  for (const auto& [error, code] : cases) {
    EXPECT_EQ(ErrnoStatus(error, "write", "/x").code(), code) << error;
  }
  EXPECT_EQ(ErrnoStatus(ENOSPC, "write", "/x").message(), "/x: write: No space left on device");
}

TEST(MakeDirectoriesTest, SurvivesACrashAtEveryPoint) {
  FaultFileSystem clean;
  ASSERT_EQ(MakeDirectories(clean, "/a/b/c"), absl::OkStatus());
  int calls = clean.calls();
  for (int n = 0; n <= calls; ++n) {
    FaultFileSystem files;
    files.StopAfter(n);
    bool made = MakeDirectories(files, "/a/b/c").ok();
    files.Crash();
    EXPECT_EQ(made, n == calls);
    if (made) {
      EXPECT_EQ(files.List("/a/b/c").status(), absl::OkStatus());
    }
    EXPECT_EQ(MakeDirectories(files, "/a/b/c"), absl::OkStatus()) << "stopped after " << n;
    files.Crash();
    EXPECT_EQ(files.List("/a/b/c").status(), absl::OkStatus()) << "stopped after " << n;
  }
}

}  // namespace
}  // namespace triad
