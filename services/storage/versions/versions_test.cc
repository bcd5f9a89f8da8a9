// Versions: what is kept, what comes back, what is gone for good.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ObjectName Name(const std::string& object) { return StorageFixture::Name(object); }

class VersionsTest : public ::testing::Test {
 protected:
  VersionsTest() { Set(Versioning::kOn); }

  void Set(Versioning versioning) {
    ASSERT_EQ(storage_.buckets->Update("bucket", {.versioning = versioning}, {}).status(),
              absl::OkStatus());
  }
  Generation Write(const std::string& content) {
    storage_.clock.Advance(absl::Minutes(1));
    return storage_.Write("a", content)->generation;
  }
  absl::StatusOr<Object> Delete(Generation generation = kCurrent) {
    return storage_.editor->Delete({.name = Name("a"), .generation = generation});
  }

  // The versions of all objects: each its content, "-" for a mark of a deletion, with "!"
  // behind the current one.
  std::vector<std::string> Versions(VersionQuery query = {}, std::int64_t limit = 100) {
    query.bucket = "bucket";
    query.limit = limit;
    std::vector<std::string> all;
    bool more = true;
    while (more) {
      VersionPage page = *storage_.versions->List(query);
      for (const Object& version : page.versions) {
        std::string text =
            version.deleted ? "-" : *storage_.Read(version.name.object, version.generation);
        all.push_back(absl::StrCat(text, version.noncurrent_time.has_value() ? "" : "!"));
        query.after = VersionPlace{version.name.object, version.generation};
      }
      more = page.more;
    }
    return all;
  }

  StorageFixture storage_;
};

TEST_F(VersionsTest, KeepsWhatIsReplaced) {
  Generation first = Write("1");
  Generation second = Write("2");
  EXPECT_THAT(Versions(), ElementsAre("2!", "1"));
  EXPECT_EQ(*storage_.Read("a"), "2");
  EXPECT_EQ(*storage_.Read("a", first), "1");
  EXPECT_EQ(*storage_.Read("a", second), "2");
  EXPECT_EQ(storage_.objects->Get(Name("a"), first)->noncurrent_time, storage_.clock.Now());
  EXPECT_EQ(storage_.sweeper->SweepGarbage()->removed, 0);
  Bucket bucket = *storage_.buckets->Get("bucket");
  EXPECT_EQ(bucket.objects, (Totals{1, 1}));
  EXPECT_EQ(bucket.versions, (Totals{1, 1}));
}

TEST_F(VersionsTest, ADeletionIsAMarkThatCanBeUndone) {
  Write("1");
  Write("2");
  ASSERT_TRUE(Delete().ok());
  EXPECT_TRUE(absl::IsNotFound(storage_.Read("a").status()));
  auto take = [](const ObjectView& object) { ADD_FAILURE() << object.name; };
  EXPECT_EQ(
      storage_.lister->List({.bucket = "bucket", .delimiter = "/", .limit = 10}, take).status(),
      absl::OkStatus());
  EXPECT_THAT(Versions(), ElementsAre("-", "2", "1"));
  EXPECT_TRUE(absl::IsNotFound(Delete().status()));
  absl::StatusOr<Object> restored = storage_.editor->Restore({.name = Name("a")});
  ASSERT_EQ(restored.status(), absl::OkStatus());
  EXPECT_THAT(Versions(), ElementsAre("2!", "-", "2", "1"));
  EXPECT_TRUE(absl::IsFailedPrecondition(storage_.editor->Restore({.name = Name("a")}).status()));
  EXPECT_TRUE(absl::IsNotFound(storage_.editor->Restore({.name = Name("b")}).status()));
}

TEST_F(VersionsTest, RemovingTheMarkBringsTheObjectBack) {
  Write("1");
  ASSERT_TRUE(Delete().ok());
  VersionPage page = *storage_.versions->List({.bucket = "bucket", .limit = 1});
  ASSERT_THAT(page.versions, SizeIs(1));
  ASSERT_TRUE(page.versions[0].deleted);
  ASSERT_TRUE(Delete(page.versions[0].generation).ok());
  EXPECT_THAT(Versions(), ElementsAre("1!"));
}

TEST_F(VersionsTest, AnOlderVersionBecomesCurrentAgainAsANewOne) {
  Generation first = Write("1");
  Generation second = Write("2");
  absl::StatusOr<Object> restored =
      storage_.editor->Restore({.name = Name("a"), .generation = first});
  ASSERT_EQ(restored.status(), absl::OkStatus());
  EXPECT_GT(restored->generation, second);
  EXPECT_THAT(Versions(), ElementsAre("1!", "2", "1"));
}

TEST_F(VersionsTest, AVersionThatIsRemovedIsGoneWithItsBytes) {
  Generation first = Write("1");
  Generation second = Write("2");
  ASSERT_TRUE(Delete(second).ok());
  EXPECT_THAT(Versions(), ElementsAre("1!")) << "the one before is current";
  EXPECT_EQ(storage_.sweeper->SweepGarbage()->removed, 1);
  ASSERT_TRUE(Delete(first).ok());
  EXPECT_THAT(Versions(), IsEmpty());
  EXPECT_EQ(storage_.sweeper->SweepGarbage()->removed, 1);
  EXPECT_EQ(Delete(first).status(), absl::NotFoundError(absl::StrCat(
                                        "buckets/bucket/objects/a has no generation ", first)));
  Bucket bucket = *storage_.buckets->Get("bucket");
  EXPECT_EQ(bucket.objects, Totals());
  EXPECT_EQ(bucket.versions, Totals());
}

TEST_F(VersionsTest, WhatWasWrittenBeforeIsKeptOnce) {
  StorageFixture storage;
  ASSERT_TRUE(storage.Write("a", "before").ok());
  ASSERT_TRUE(storage.buckets->Update("bucket", {.versioning = Versioning::kOn}, {}).ok());
  ASSERT_TRUE(storage.Write("a", "on").ok());
  ASSERT_TRUE(storage.buckets->Update("bucket", {.versioning = Versioning::kSuspended}, {}).ok());
  ASSERT_TRUE(storage.Write("a", "suspended").ok());
  VersionPage page = *storage.versions->List({.bucket = "bucket", .limit = 10});
  std::vector<std::string> contents;
  for (const Object& version : page.versions) {
    contents.push_back(*storage.Read("a", version.generation));
  }
  EXPECT_THAT(contents, ElementsAre("suspended", "on"))
      << "what had no number was replaced by what has none";
  ASSERT_TRUE(storage.Write("a", "again").ok());
  EXPECT_THAT(storage.versions->List({.bucket = "bucket", .limit = 10})->versions, SizeIs(2));
}

TEST_F(VersionsTest, SuspendedDeletionsLeaveOneMark) {
  Write("on");
  Set(Versioning::kSuspended);
  Write("suspended");
  ASSERT_TRUE(Delete().ok());
  EXPECT_THAT(Versions(), ElementsAre("-", "on"));
  Write("again");
  EXPECT_THAT(Versions(), ElementsAre("again!", "on"));
  ASSERT_TRUE(Delete().ok());
  EXPECT_THAT(Versions(), ElementsAre("-", "on"));
}

TEST_F(VersionsTest, VersioningIsNeverOffAgain) {
  EXPECT_TRUE(absl::IsFailedPrecondition(
      storage_.buckets->Update("bucket", {.versioning = Versioning::kOff}, {}).status()));
}

TEST_F(VersionsTest, PagesThroughAllVersions) {
  for (int i = 0; i < 5; ++i) Write(absl::StrCat(i));
  ASSERT_TRUE(storage_.Write("b", "b").ok());
  ASSERT_TRUE(storage_.editor->Delete({.name = Name("b")}).ok());
  ASSERT_TRUE(storage_.Write("a2", "c").ok());
  for (std::int64_t limit : {1, 2, 3, 100}) {
    EXPECT_THAT(Versions({}, limit), ElementsAre("4!", "3", "2", "1", "0", "c!", "-", "b"))
        << limit;
    EXPECT_THAT(Versions({.object = "a"}, limit), ElementsAre("4!", "3", "2", "1", "0")) << limit;
    EXPECT_THAT(Versions({.prefix = "b"}, limit), ElementsAre("-", "b")) << limit;
  }
}

TEST_F(VersionsTest, AMarkCannotBeRead) {
  Write("1");
  ASSERT_TRUE(Delete().ok());
  Generation mark =
      storage_.versions->List({.bucket = "bucket", .limit = 1})->versions[0].generation;
  EXPECT_TRUE(absl::IsNotFound(
      storage_.editor->Copy({.name = Name("a"), .generation = mark}, Name("b"), {}).status()));
  EXPECT_TRUE(
      absl::IsNotFound(storage_.editor->Restore({.name = Name("a"), .generation = mark}).status()));
}

}  // namespace
}  // namespace triad::storage
