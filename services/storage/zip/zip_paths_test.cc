#include "services/storage/zip/zip_paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace triad::storage {
namespace {

using ::testing::ElementsAre;

// What becomes of these names, which are in order.
std::vector<std::string> PathsOf(const std::vector<std::string>& names) {
  std::vector<ZipEntry> entries;
  for (const std::string& name : names) entries.push_back({.path = name});
  std::vector<ZipEntry*> pointers;
  for (ZipEntry& entry : entries) pointers.push_back(&entry);
  MakePaths(pointers);
  std::vector<std::string> paths;
  for (const ZipEntry& entry : entries) paths.push_back(entry.path);
  return paths;
}

TEST(ZipPathsTest, KeepsNamesThatAreSafe) {
  EXPECT_THAT(PathsOf({"2026/11:30.log", "a b/ü.txt", "a/...", "~x"}),
              ElementsAre("2026/11:30.log", "a b/ü.txt", "a/...", "~x"));
}

TEST(ZipPathsTest, NoPathLeadsElsewhereOnAnySystem) {
  EXPECT_THAT(PathsOf({"..\\..\\x", "C:/x", "C:\\x", "\\\\server\\share"}),
              ElementsAre(".._.._x", "C_/x", "C__x", "__server_share"));
}

TEST(ZipPathsTest, NoTwoPathsAreTheSame) {
  EXPECT_THAT(PathsOf({"a.txt", "a.txt", "a.txt", "b\\c", "b_c", "d", "d"}),
              ElementsAre("a.txt", "a (2).txt", "a (3).txt", "b_c", "b_c (2)", "d", "d (2)"));
  EXPECT_THAT(PathsOf({"a (2).txt", "a.txt", "a.txt"}),
              ElementsAre("a (2).txt", "a.txt", "a (3).txt"));
  EXPECT_THAT(PathsOf({"x/.conf", "x/.conf", "y.d/z", "y.d/z"}),
              ElementsAre("x/.conf", "x/.conf (2)", "y.d/z", "y.d/z (2)"));
}

TEST(ZipPathsTest, AFileIsNoFolderOfAnother) {
  EXPECT_THAT(PathsOf({"a", "a!", "a/b", "a/b/c"}), ElementsAre("a (2)", "a!", "a/b (2)", "a/b/c"));
}

}  // namespace
}  // namespace triad::storage
