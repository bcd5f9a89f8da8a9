#include "services/storage/objects/object_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/sha256.h"
#include "services/storage/testing/forwarding_blobs.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

ObjectCondition IfMatch(const std::string& etag) {
  ObjectCondition condition;
  condition.if_match = EtagList{.any = false, .tags = {{etag, false}}};
  return condition;
}

ObjectCondition IfAbsent() {
  ObjectCondition condition;
  condition.if_none_match = EtagList{.any = true, .tags = {}};
  return condition;
}

TEST(ObjectStoreTest, KeepsContentAndMetadata) {
  StorageFixture storage;
  NewObject object = StorageFixture::New("a/b");
  object.properties.metadata = {{"owner", "me \"quoted\""}, {"x", ""}};
  absl::StatusOr<Object> written = storage.Write(object, "hello");
  ASSERT_EQ(written.status(), absl::OkStatus());
  EXPECT_EQ(written->size, 5);
  EXPECT_EQ(written->sha256, Sha256::Of("hello").hex());
  EXPECT_EQ(written->create_time, storage.clock.Now());
  EXPECT_EQ(*storage.Read("a/b"), "hello");

  absl::StatusOr<Object> found = storage.objects->Get(StorageFixture::Name("a/b"));
  ASSERT_EQ(found.status(), absl::OkStatus());
  EXPECT_EQ(found->etag, written->etag);
  EXPECT_EQ(found->properties.metadata, object.properties.metadata);
  EXPECT_EQ(found->content_type, "text/plain");
  EXPECT_EQ(found->update_time, written->update_time);
}

TEST(ObjectStoreTest, ReplacesWithANewEtagAndKeepsTheTimeOfCreation) {
  std::atomic<int> garbage = 0;
  StorageFixture storage({.garbage_made = [&] { ++garbage; }});
  Object first = *storage.Write("a", "same");
  EXPECT_EQ(garbage, 0);
  storage.clock.Advance(absl::Minutes(1));
  Object second = *storage.Write("a", "same");
  EXPECT_EQ(garbage, 0) << "equal bytes are stored once";
  EXPECT_NE(first.etag, second.etag) << "changes with every write";
  EXPECT_EQ(first.sha256, second.sha256);
  EXPECT_EQ(second.create_time, first.create_time);
  EXPECT_EQ(second.update_time, first.update_time + absl::Minutes(1));
  ASSERT_TRUE(storage.Write("a", "other").ok());
  EXPECT_EQ(garbage, 1);
}

TEST(ObjectStoreTest, ReplacingMakesGarbageInTheSameTransaction) {
  StorageFixture storage;
  Object first = *storage.Write("a", "1");
  EXPECT_THAT(storage.Garbage(), IsEmpty());
  storage.clock.Advance(absl::Minutes(1));
  Object second = *storage.Write("a", "2");
  EXPECT_THAT(storage.Garbage(), ElementsAre(storage.BlobOf(first)));
  storage.database.fail_writes = [] { return true; };
  EXPECT_FALSE(storage.Write("a", "no").ok());
  storage.database.fail_writes = nullptr;
  EXPECT_EQ(storage.objects->Get(StorageFixture::Name("a"))->etag, second.etag);
  EXPECT_THAT(storage.Garbage(), ElementsAre(storage.BlobOf(first)));
  storage.clock.Advance(absl::Minutes(1));
  ASSERT_TRUE(storage.Write("a", "3").ok());
  EXPECT_THAT(storage.Garbage(),
              UnorderedElementsAre(storage.BlobOf(first), storage.BlobOf(second)));
}

TEST(ObjectStoreTest, NamesWhatDoesNotExist) {
  StorageFixture storage;
  EXPECT_TRUE(absl::IsNotFound(storage.Read("a").status()));
  absl::Status status = storage.objects->Get({"nobucket", "a"}).status();
  EXPECT_TRUE(absl::IsNotFound(status));
  EXPECT_EQ(status.message(), "buckets/nobucket does not exist");
  NewObject object = StorageFixture::New("a");
  object.name.bucket = "nobucket";
  EXPECT_EQ(storage.Write(object, "x").status(),
            absl::NotFoundError("buckets/nobucket does not exist"));
  EXPECT_THAT(storage.files.Paths(), SizeIs(0)) << "found out before anything is written";
}

TEST(ObjectStoreTest, WritesOnCondition) {
  StorageFixture storage;
  EXPECT_TRUE(absl::IsFailedPrecondition(
      storage.Write(StorageFixture::New("a", IfMatch("x")), "no").status()));
  EXPECT_TRUE(absl::IsNotFound(storage.objects->Get(StorageFixture::Name("a")).status()));
  Object first = *storage.Write(StorageFixture::New("a", IfAbsent()), "1");
  EXPECT_TRUE(absl::IsFailedPrecondition(
      storage.Write(StorageFixture::New("a", IfAbsent()), "no").status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(
      storage.Write(StorageFixture::New("a", IfMatch("x")), "no").status()));
  EXPECT_EQ(storage.Write(StorageFixture::New("a", IfMatch(first.etag)), "2").status(),
            absl::OkStatus());
  EXPECT_TRUE(absl::IsFailedPrecondition(
      storage.Write(StorageFixture::New("a", IfMatch(first.etag)), "no").status()));
  EXPECT_EQ(*storage.Read("a"), "2");
}

TEST(ObjectStoreTest, AConditionThatFailsInTheEndLeavesNothing) {
  StorageFixture storage;
  auto write = storage.objects->BeginWrite(StorageFixture::New("a", IfAbsent()));
  ASSERT_EQ(write.status(), absl::OkStatus());
  ASSERT_TRUE((*write)->Append("late").ok());
  Object early = *storage.Write("a", "early");
  EXPECT_TRUE(absl::IsFailedPrecondition((*write)->Finish().status()));
  EXPECT_EQ(*storage.Read("a"), "early");
  EXPECT_EQ(storage.objects->Get(StorageFixture::Name("a"))->etag, early.etag);
  EXPECT_THAT(storage.Garbage(), IsEmpty());
  EXPECT_THAT(storage.files.Paths(), SizeIs(1));
}

TEST(ObjectStoreTest, AWriteThatRunsAgainAfterItsCommitKeepsItsContent) {
  StorageFixture storage;
  storage.database.repeat_commits = true;
  EXPECT_EQ(storage.Write(StorageFixture::New("new", IfAbsent()), "0").status(), absl::OkStatus());
  Object first = *storage.Write("old", "1");
  storage.clock.Advance(absl::Minutes(1));
  absl::StatusOr<Object> second =
      storage.Write(StorageFixture::New("old", IfMatch(first.etag)), "2");
  ASSERT_EQ(second.status(), absl::OkStatus());
  EXPECT_EQ(second->create_time, first.create_time);
  EXPECT_THAT(storage.Garbage(), ElementsAre(storage.BlobOf(first)));
  EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, 1);
  EXPECT_EQ(*storage.Read("new"), "0");
  EXPECT_EQ(*storage.Read("old"), "2");
}

TEST(ObjectStoreTest, ExactlyOneOfManyCreatesTheObject) {
  StorageFixture storage;
  std::atomic<int> created = 0;
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&, i] {
      absl::Status status =
          storage.Write(StorageFixture::New("a", IfAbsent()), absl::StrCat("content ", i)).status();
      if (status.ok()) ++created;
      EXPECT_TRUE(status.ok() || absl::IsFailedPrecondition(status)) << status;
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(created, 1);
  EXPECT_EQ(storage.Read("a").status(), absl::OkStatus());
}

TEST(ObjectStoreTest, RefusesMoreThanTheLimit) {
  StorageFixture storage({.max_object_bytes = 10});
  EXPECT_EQ(storage.Write("a", "0123456789").status(), absl::OkStatus());
  absl::Status status = storage.Write("a", "0123456789x").status();
  EXPECT_TRUE(absl::IsOutOfRange(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("--max_object_bytes"));
  NewObject announced = StorageFixture::New("a");
  announced.size = 11;
  EXPECT_TRUE(absl::IsOutOfRange(storage.objects->BeginWrite(announced).status()));
  EXPECT_EQ(*storage.Read("a"), "0123456789");
  EXPECT_THAT(storage.files.Paths(), SizeIs(1));
}

TEST(ObjectStoreTest, RefusesALengthThatWasNotAnnounced) {
  StorageFixture storage;
  for (std::int64_t size : {0, 4, 6}) {
    NewObject object = StorageFixture::New("a");
    object.size = size;
    absl::Status status = storage.Write(object, "12345").status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("content"));
  }
  EXPECT_THAT(storage.files.Paths(), SizeIs(0));
  NewObject object = StorageFixture::New("a");
  object.size = 5;
  EXPECT_EQ(storage.Write(object, "12345").status(), absl::OkStatus());
}

TEST(ObjectStoreTest, AFullDiskIsSaidAndLeavesNothing) {
  StorageFixture storage;
  storage.files.FailNth(3, absl::ResourceExhaustedError("No space left on device"));
  absl::Status status = storage.Write("a", "12345").status();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(storage.files.Paths(), SizeIs(0));
}

TEST(ObjectStoreTest, AReaderKeepsWhatItOpened) {
  StorageFixture storage;
  ASSERT_TRUE(storage.Write("a", "old content").ok());
  {
    absl::StatusOr<ObjectContent> content = storage.objects->Open(StorageFixture::Name("a"));
    ASSERT_EQ(content.status(), absl::OkStatus());
    ASSERT_TRUE(storage.Write("a", "new").ok());
    EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, 0);
    EXPECT_EQ(*content->content->Read(100), "old content");
  }
  EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, 1);
  EXPECT_EQ(*storage.Read("a"), "new");
}

// Lets something happen between reading the row and opening the blob.
class InterruptedBlobs final : public ForwardingBlobs {
 public:
  InterruptedBlobs(BlobStore& blobs, std::function<void()> before_open)
      : ForwardingBlobs(blobs), before_open_(std::move(before_open)) {}
  absl::StatusOr<std::unique_ptr<BlobReader>> Open(const std::string& blob,
                                                   BlobRange range) override {
    ++opens;
    before_open_();
    return ForwardingBlobs::Open(blob, std::move(range));
  }

  int opens = 0;

 private:
  const std::function<void()> before_open_;
};

TEST(ObjectStoreTest, AReadWhoseBlobWasReplacedReadsTheRowAgain) {
  StorageFixture storage;
  // Of another process, which does not know what this one reads.
  ContentHolds other_holds;
  Sweeper other(storage.database, *storage.blobs, other_holds, storage.clock, storage.metrics, {});
  ASSERT_TRUE(storage.Write("a", "old").ok());
  bool replaced = false;
  InterruptedBlobs blobs(*storage.blobs, [&] {
    if (std::exchange(replaced, true)) return;
    ASSERT_TRUE(storage.Write("a", "new").ok());
    ASSERT_EQ(other.SweepGarbage()->removed, 1);
  });
  Parts parts = storage.PartsWith(blobs);
  ObjectStore objects(parts, {});
  absl::StatusOr<ObjectContent> content = objects.Open(StorageFixture::Name("a"));
  ASSERT_EQ(content.status(), absl::OkStatus());
  EXPECT_EQ(*content->content->Read(100), "new");
  EXPECT_EQ(content->object.size, 3);
  EXPECT_EQ(blobs.opens, 2);
}

TEST(ObjectStoreTest, AHotObjectIsNotTakenForADamagedOne) {
  for (int replaced : {3, 1000}) {
    StorageFixture storage;
    ASSERT_TRUE(storage.Write("a", "0").ok());
    int asked = 0;
    auto replace = [&](const Object& object) -> absl::StatusOr<std::optional<ByteRange>> {
      if (++asked <= replaced) {
        EXPECT_TRUE(storage.Write("a", absl::StrCat(asked)).ok());
        EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, 1);
      }
      return ByteRange{0, object.size};
    };
    absl::StatusOr<ObjectContent> content =
        storage.objects->Open(StorageFixture::Name("a"), kCurrent, replace);
    EXPECT_EQ(content.status().code(),
              replaced == 3 ? absl::StatusCode::kOk : absl::StatusCode::kUnavailable);
  }
}

TEST(ObjectStoreTest, AMissingBlobIsDataLossNotNotFound) {
  StorageFixture storage;
  Object object = *storage.Write("a", "x");
  ASSERT_TRUE(storage.blobs->Remove(storage.BlobOf(object)).ok());
  EXPECT_EQ(storage.Read("a").status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace triad::storage
