// Invariant: wherever a move is stopped, it can be run again, and ends with every blob in the
// other store as it was written; and nothing that was damaged is taken for whole.
#include "services/storage/move/blob_mover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/storage/testing/damage.h"
#include "services/storage/testing/distinct_bytes.h"
#include "services/storage/testing/quiet_logs.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class BlobMoverTest : public ::testing::Test {
 protected:
  BlobMoverTest() {
    contents_ = {{"a", "content of a"}, {"b", "content of b"}, {"old", "of before checksums"}};
    for (const auto& [name, content] : contents_) EXPECT_TRUE(storage_.Write(name, content).ok());
    EXPECT_TRUE(storage_.database
                    .Write(
                        [](db::Session& session) {
                          return session
                              .Execute("UPDATE pieces SET crc32c = NULL WHERE size = $1",
                                       {std::int64_t{19}})
                              .status();
                        },
                        nullptr)
                    .ok());
  }

  absl::StatusOr<std::unique_ptr<BlobStore>> OpenThere() {
    return OpenBlobStore("local:/blobs", {*there_, storage_.random, storage_.clock, metrics_});
  }
  absl::StatusOr<MoveProgress> Move() {
    absl::StatusOr<std::unique_ptr<BlobStore>> to = OpenThere();
    if (!to.ok()) return to.status();
    MoveListener listener{[](const MoveProgress&) {},
                          [this](const std::string& line) { damage_.push_back(line); }};
    return BlobMover(storage_.database, *storage_.blobs, **to, listener).Run();
  }
  // What an object holds in the other store.
  absl::StatusOr<std::string> ReadThere(const std::string& name) {
    std::unique_ptr<BlobStore> to = *OpenThere();
    Parts parts = storage_.PartsWith(*to);
    ObjectStore objects(parts, {});
    absl::StatusOr<ObjectContent> content = objects.Open(StorageFixture::Name(name));
    if (!content.ok()) return content.status();
    return content->content->Read(64 << 20);
  }
  void ExpectAllThere(const std::string& when) {
    for (const auto& [name, content] : contents_) {
      absl::StatusOr<std::string> read = ReadThere(name);
      ASSERT_EQ(read.status(), absl::OkStatus()) << when << ", " << name;
      EXPECT_TRUE(*read == content) << when << ", " << name;
    }
    EXPECT_THAT(there_->Paths(), SizeIs(contents_.size())) << when;
  }

  StorageFixture storage_;
  std::map<std::string, std::string> contents_;
  std::unique_ptr<FaultFileSystem> there_ = std::make_unique<FaultFileSystem>(storage_.clock);
  Metrics metrics_{"test"};
  std::vector<std::string> damage_;
};

TEST_F(BlobMoverTest, MovesEveryBlobOnce) {
  contents_["large"] = DistinctBytes(kCutBytes + 100);
  ASSERT_TRUE(storage_.Write("large", contents_["large"]).ok());
  // Also one that waits for removal, as equal bytes would bring it back into use.
  ASSERT_TRUE(storage_.Write("gone", "for now").ok());
  ASSERT_TRUE(storage_.editor->Delete({.name = StorageFixture::Name("gone")}).ok());
  absl::StatusOr<MoveProgress> moved = Move();
  ASSERT_EQ(moved.status(), absl::OkStatus());
  EXPECT_EQ(moved->copied.blobs, 6) << "two of them are of one object";
  EXPECT_EQ(moved->copied.bytes, moved->all.bytes);
  EXPECT_EQ(moved->found.blobs, 0);
  ASSERT_TRUE(storage_.Write("gone", "for now").ok());
  contents_["gone"] = "for now";
  for (const auto& [name, content] : contents_) EXPECT_TRUE(*ReadThere(name) == content) << name;
  moved = Move();
  ASSERT_EQ(moved.status(), absl::OkStatus());
  EXPECT_EQ(moved->copied.blobs, 0);
  EXPECT_EQ(moved->found.bytes, moved->all.bytes);
}

TEST_F(BlobMoverTest, GoesOnWhereverItIsStopped) {
  ASSERT_TRUE(Move().ok());
  int calls = there_->calls();
  for (int n = 0; n < calls; ++n) {
    FaultFileSystem::Loss loss =
        n % 2 == 0 ? FaultFileSystem::Loss::kEverything : FaultFileSystem::Loss::kHalfOfBytes;
    there_ = std::make_unique<FaultFileSystem>(storage_.clock);
    there_->StopAfter(n);
    Move().status().IgnoreError();
    there_->Crash(loss);
    absl::StatusOr<MoveProgress> moved = Move();
    ASSERT_EQ(moved.status(), absl::OkStatus()) << n;
    EXPECT_EQ(moved->damaged, 0) << n;
    ExpectAllThere(absl::StrCat("after call ", n));
  }
}

TEST_F(BlobMoverTest, AnErrorOfAnyCallEndsItOrIsOfNoConsequence) {
  ASSERT_TRUE(Move().ok());
  int calls = there_->calls();
  for (int n = 1; n <= calls; ++n) {
    there_ = std::make_unique<FaultFileSystem>(storage_.clock);
    there_->FailNth(n, absl::ResourceExhaustedError("No space left on device"));
    absl::StatusOr<MoveProgress> moved = Move();
    if (!moved.ok()) {
      EXPECT_THAT(moved.status().message(), HasSubstr("No space left")) << n;
      there_->Crash();
      moved = Move();
    }
    ASSERT_EQ(moved.status(), absl::OkStatus()) << n;
    ExpectAllThere(absl::StrCat("call ", n, " failed"));
  }
}

TEST_F(BlobMoverTest, WhatIsDamagedIsNamedWithItsObjectsAndTheRestIsMoved) {
  ASSERT_TRUE(storage_.Write("again", "content of a").ok());
  std::string a = storage_.BlobOf(*storage_.objects->Get(StorageFixture::Name("a")));
  std::string old = storage_.BlobOf(*storage_.objects->Get(StorageFixture::Name("old")));
  ASSERT_EQ(DamageBlob(storage_.files, "/data/blobs", old, 0), absl::OkStatus());
  ASSERT_TRUE(storage_.blobs->Remove(a).ok());
  absl::StatusOr<MoveProgress> moved = Move();
  ASSERT_EQ(moved.status(), absl::OkStatus());
  EXPECT_EQ(moved->damaged, 2);
  EXPECT_EQ(moved->copied.blobs, 1);
  std::sort(damage_.begin(), damage_.end(), [](const std::string& x, const std::string& y) {
    return x.find("is missing") > y.find("is missing");
  });
  EXPECT_THAT(
      damage_,
      ElementsAre(HasSubstr("is not as it was written; it is of buckets/bucket/objects/old"),
                  HasSubstr("is missing; it is of buckets/bucket/objects/a, "
                            "buckets/bucket/objects/again")));
  EXPECT_EQ(*ReadThere("b"), "content of b");
  EXPECT_THAT(there_->Paths(), SizeIs(1));
}

TEST_F(BlobMoverTest, WhatIsThereButWrongIsCopiedAgain) {
  ASSERT_TRUE(Move().ok());
  for (const char* name : {"a", "old"}) {
    std::string blob = storage_.BlobOf(*storage_.objects->Get(StorageFixture::Name(name)));
    ASSERT_EQ(DamageBlob(*there_, "/blobs", blob, 0), absl::OkStatus());
  }
  absl::StatusOr<MoveProgress> moved = Move();
  ASSERT_EQ(moved.status(), absl::OkStatus());
  EXPECT_EQ(moved->copied.blobs, 2);
  EXPECT_EQ(moved->found.blobs, 1);
  ExpectAllThere("in the end");
}

TEST_F(BlobMoverTest, AStoreThatHasNoneOfTheBlobsIsAMistake) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(storage_.Write(absl::StrCat(i), absl::StrCat("content ", i)).ok());
  }
  for (const std::string& path : storage_.files.Paths()) {
    ASSERT_TRUE(storage_.files.Remove(path).ok());
  }
  absl::Status refused = Move().status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(refused.message(), HasSubstr("--blobs"));
  EXPECT_THAT(there_->Paths(), IsEmpty());
}

}  // namespace
}  // namespace triad::storage
