#include "services/storage/zip/object_zipper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// Reads numbers with their least significant byte first.
std::uint64_t NumberAt(const std::string& bytes, std::size_t at, int count) {
  std::uint64_t number = 0;
  for (int i = count; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

// What deflate's stored blocks hold that begin at `at`.
std::string Inflate(const std::string& archive, std::size_t at) {
  std::string content;
  bool is_last = false;
  while (!is_last) {
    is_last = archive[at] == 1;
    std::size_t length = NumberAt(archive, at + 1, 2);
    EXPECT_EQ(NumberAt(archive, at + 3, 2), length ^ 0xFFFF);
    content += archive.substr(at + 5, length);
    at += 5 + length;
  }
  return content;
}

// The files of an archive by what its directory says, checked against their headers and CRCs.
std::map<std::string, std::string> Unzip(const std::string& archive) {
  std::map<std::string, std::string> files;
  std::size_t end = archive.size() - 22;
  std::size_t at = NumberAt(archive, end + 16, 4);
  for (std::uint64_t left = NumberAt(archive, end + 10, 2); left > 0; --left) {
    EXPECT_EQ(NumberAt(archive, at, 4), 0x02014b50u);
    std::string path = archive.substr(at + 46, NumberAt(archive, at + 28, 2));
    std::size_t header = NumberAt(archive, at + 42, 4);
    EXPECT_EQ(NumberAt(archive, header, 4), 0x04034b50u);
    EXPECT_EQ(archive.substr(header + 30, path.size()), path);
    std::size_t content = header + 30 + path.size() + NumberAt(archive, header + 28, 2);
    std::string& bytes = files[path] = Inflate(archive, content);
    EXPECT_EQ(NumberAt(archive, at + 16, 4), Crc32::Of(bytes).value());
    EXPECT_EQ(NumberAt(archive, at + 24, 4), bytes.size());
    at += 46 + path.size() + NumberAt(archive, at + 30, 2);
  }
  EXPECT_EQ(at, end);
  return files;
}

class ObjectZipperTest : public ::testing::Test {
 protected:
  void Make(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      ASSERT_TRUE(storage_.Write(name, absl::StrCat("content of ", name)).ok());
    }
  }
  std::unique_ptr<ZipArchive> Open(const ZipSelection& selection) {
    auto archive = storage_.zipper->Open(selection);
    EXPECT_TRUE(archive.ok()) << archive.status();
    return *std::move(archive);
  }
  static ObjectSelection Select(const std::string& name, Generation generation = kCurrent) {
    return {StorageFixture::Name(name), generation, {}};
  }
  // All of an archive, `count` bytes at a time.
  static absl::StatusOr<std::string> ReadAll(ZipArchive& archive, std::size_t count = 1000) {
    std::string all;
    for (;;) {
      TRIAD_ASSIGN_OR_RETURN(std::string bytes, archive.Read(count));
      if (bytes.empty()) return all;
      all += bytes;
    }
  }
  std::map<std::string, std::string> Zip(const ZipSelection& selection) {
    std::unique_ptr<ZipArchive> archive = Open(selection);
    std::string all = *ReadAll(*archive);
    EXPECT_EQ(static_cast<std::int64_t>(all.size()), archive->size());
    return Unzip(all);
  }

  StorageFixture storage_;
};

TEST_F(ObjectZipperTest, HasWhatIsSelectedOnce) {
  ASSERT_NO_FATAL_FAILURE(Make({"a", "b/1", "b/2", "c", "d/ü"}));
  ASSERT_TRUE(storage_.Write("b/empty", "").ok());
  EXPECT_THAT(Zip({"bucket", {Select("a"), Select("b/1")}, {"b/", "d"}}),
              UnorderedElementsAre(Pair("a", "content of a"), Pair("b/1", "content of b/1"),
                                   Pair("b/2", "content of b/2"), Pair("b/empty", ""),
                                   Pair("d/ü", "content of d/ü")));
  EXPECT_EQ(Zip({"bucket", {}, {""}}).size(), 6u);
}

TEST_F(ObjectZipperTest, LargeContentComesInPieces) {
  std::string large;
  for (int i = 0; large.size() < 300'000; ++i) absl::StrAppend(&large, i, ",");
  for (std::int64_t size : {kZipBlockBytes - 1, kZipBlockBytes, kZipBlockBytes + 1}) {
    ASSERT_TRUE(storage_.Write(absl::StrCat(size), large.substr(0, size)).ok());
  }
  ASSERT_TRUE(storage_.Write("large", large).ok());
  std::unique_ptr<ZipArchive> archive = Open({"bucket", {}, {""}});
  std::string all = *ReadAll(*archive, 100'000);
  std::map<std::string, std::string> files = Unzip(all);
  EXPECT_EQ(files.at("large"), large);
  EXPECT_EQ(files.at(absl::StrCat(kZipBlockBytes)), large.substr(0, kZipBlockBytes));
  EXPECT_EQ(static_cast<std::int64_t>(all.size()), archive->size());
}

TEST_F(ObjectZipperTest, OlderVersionsStandBesideTheCurrentOne) {
  ASSERT_TRUE(storage_.buckets->Update("bucket", {.versioning = Versioning::kOn}, {}).ok());
  absl::StatusOr<Object> first = storage_.Write("a.txt", "first");
  ASSERT_TRUE(first.ok());
  ASSERT_TRUE(storage_.Write("a.txt", "second").ok());
  EXPECT_THAT(Zip({"bucket", {Select("a.txt"), Select("a.txt", first->generation)}, {}}),
              UnorderedElementsAre(Pair("a.txt", "second"), Pair("a (2).txt", "first")));
}

TEST_F(ObjectZipperTest, AllIsOfTheMomentAtWhichItBegins) {
  ASSERT_NO_FATAL_FAILURE(Make({"a", "b", "c"}));
  std::unique_ptr<ZipArchive> archive = Open({"bucket", {}, {""}});
  std::string all = *archive->Read(1);
  ASSERT_TRUE(storage_.editor->Delete(Select("b")).ok());
  ASSERT_TRUE(storage_.Write("c", "other").ok());
  ASSERT_TRUE(storage_.sweeper->SweepGarbage([] { return false; }).ok());
  all += *ReadAll(*archive);
  EXPECT_THAT(Unzip(all), UnorderedElementsAre(Pair("a", "content of a"), Pair("b", "content of b"),
                                               Pair("c", "content of c")));
  archive = nullptr;
  ASSERT_TRUE(storage_.sweeper->SweepGarbage([] { return false; }).ok());
  EXPECT_EQ(storage_.blobs->ListOlderThan(absl::InfiniteFuture())->size(), 2u)
      << "what it held is swept once it has ended";
}

TEST_F(ObjectZipperTest, WhatIsNotThereIsNamed) {
  ASSERT_NO_FATAL_FAILURE(Make({"a"}));
  absl::Status missing =
      storage_.zipper->Open({"bucket", {Select("a"), Select("none")}, {}}).status();
  EXPECT_TRUE(absl::IsNotFound(missing));
  EXPECT_THAT(std::string(missing.message()), HasSubstr("buckets/bucket/objects/none"));
  EXPECT_TRUE(absl::IsNotFound(storage_.zipper->Open({"bucket", {}, {"none/"}}).status()));
  EXPECT_TRUE(absl::IsNotFound(storage_.zipper->Open({"other", {}, {""}}).status()));
  ObjectSelection conditional = Select("a");
  conditional.condition.if_generation_match = 1;
  EXPECT_TRUE(
      absl::IsFailedPrecondition(storage_.zipper->Open({"bucket", {conditional}, {}}).status()));
}

TEST_F(ObjectZipperTest, DamageEndsItWithoutTheRest) {
  ASSERT_NO_FATAL_FAILURE(Make({"a", "b"}));
  std::string blob = storage_.BlobOf(*storage_.objects->Get(StorageFixture::Name("b")));
  std::unique_ptr<ZipArchive> archive = Open({"bucket", {}, {""}});
  ASSERT_TRUE(storage_.blobs->Remove(blob).ok());
  absl::Status read = ReadAll(*archive).status();
  EXPECT_TRUE(absl::IsDataLoss(read)) << read;
  EXPECT_THAT(std::string(read.message()), HasSubstr("b: "));
}

TEST_F(ObjectZipperTest, ArchivesShareOneMemory) {
  ASSERT_NO_FATAL_FAILURE(Make({"a", "b", "c"}));
  MemoryBudget memory(4 * sizeof(ZipFile) + 1000);
  ObjectZipper zipper(*storage_.parts, memory);
  ZipSelection all = {"bucket", {}, {""}};
  auto first = zipper.Open(all);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(absl::IsUnavailable(zipper.Open(all).status()));
  first->reset();
  EXPECT_EQ(memory.used(), 0u);
  EXPECT_TRUE(zipper.Open(all).ok());
  MemoryBudget too_small(sizeof(ZipFile));
  absl::Status never = ObjectZipper(*storage_.parts, too_small).Open(all).status();
  EXPECT_TRUE(absl::IsOutOfRange(never)) << never;
  EXPECT_THAT(std::string(never.message()), HasSubstr("--memory_budget_bytes"));
}

}  // namespace
}  // namespace triad::storage
