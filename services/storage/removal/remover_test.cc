#include "services/storage/removal/remover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class RemoverTest : public ::testing::Test {
 protected:
  void Make(const std::string& prefix, int count) {
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(storage_.Write(absl::StrCat(prefix, i), absl::StrCat(prefix, i)).ok());
    }
  }
  std::int64_t Objects() { return storage_.buckets->Get("bucket")->objects.count; }

  StorageFixture storage_;
};

TEST_F(RemoverTest, ABucketWithObjectsIsDeletedByForceAlone) {
  ASSERT_NO_FATAL_FAILURE(Make("a", 2));
  EXPECT_TRUE(
      absl::IsFailedPrecondition(storage_.buckets->Delete("bucket", {}, /*force=*/false).status()));
  absl::StatusOr<Bucket> deleting = storage_.buckets->Delete("bucket", {}, /*force=*/true);
  ASSERT_EQ(deleting.status(), absl::OkStatus());
  EXPECT_TRUE(deleting->deleting);
  EXPECT_TRUE(absl::IsFailedPrecondition(storage_.Write("b", "x").status()));
  EXPECT_EQ(*storage_.Read("a0"), "a0") << "until it is gone";
  storage_.Restart();
  EXPECT_EQ(storage_.remover->Run(), absl::OkStatus());
  EXPECT_TRUE(absl::IsNotFound(storage_.buckets->Get("bucket").status()));
  EXPECT_EQ(storage_.sweeper->SweepGarbage()->removed, 2);
  EXPECT_THAT(storage_.files.Paths(), IsEmpty());
  EXPECT_TRUE(storage_.buckets->Create("bucket").ok());
  EXPECT_EQ(Objects(), 0);
}

TEST_F(RemoverTest, ABucketGoesWithItsVersions) {
  ASSERT_TRUE(storage_.buckets->Update("bucket", {.versioning = Versioning::kOn}, {}).ok());
  ASSERT_NO_FATAL_FAILURE(Make("a", 300));
  ASSERT_NO_FATAL_FAILURE(Make("a", 300));
  ASSERT_TRUE(storage_.editor->Delete({.name = StorageFixture::Name("a7")}).ok());
  ASSERT_TRUE(storage_.buckets->Delete("bucket", {}, /*force=*/true).ok());
  int asked = 0;
  EXPECT_EQ(storage_.remover->Run([&] { return ++asked > 1; }), absl::OkStatus());
  EXPECT_LT(Objects(), 299);
  EXPECT_GT(Objects(), 0) << "the totals say what is left";
  EXPECT_EQ(storage_.remover->Run(), absl::OkStatus());
  EXPECT_TRUE(absl::IsNotFound(storage_.buckets->Get("bucket").status()));
  EXPECT_EQ(storage_.sweeper->SweepGarbage()->removed, 300);
}

TEST_F(RemoverTest, DeletesWhatHadThePrefix) {
  ASSERT_NO_FATAL_FAILURE(Make("logs/", 450));
  ASSERT_NO_FATAL_FAILURE(Make("logs2/", 2));
  Removal removal = *storage_.buckets->RemovePrefix("bucket", "logs/");
  EXPECT_FALSE(removal.done);
  ASSERT_TRUE(storage_.Write("logs/7", "written later").ok());
  ASSERT_TRUE(storage_.Write("logs/late", "written later").ok());
  int asked = 0;
  EXPECT_EQ(storage_.remover->Run([&] { return ++asked > 1; }), absl::OkStatus());
  removal = *storage_.buckets->GetRemoval("bucket", removal.id);
  EXPECT_FALSE(removal.done);
  EXPECT_GT(removal.removed, 0);
  storage_.Restart();
  EXPECT_EQ(storage_.remover->Run(), absl::OkStatus());
  removal = *storage_.buckets->GetRemoval("bucket", removal.id);
  EXPECT_TRUE(removal.done);
  EXPECT_EQ(removal.removed, 449);
  EXPECT_EQ(Objects(), 4);
  EXPECT_EQ(*storage_.Read("logs/7"), "written later");
  EXPECT_THAT(storage_.buckets->ListRemovals("bucket", RemovalId{1 << 30}, 10)->removals,
              SizeIs(1));
}

TEST_F(RemoverTest, WhatWasDoneIsForgottenAfterAWeek) {
  Removal removal = *storage_.buckets->RemovePrefix("bucket", "x");
  ASSERT_TRUE(storage_.remover->Run().ok());
  EXPECT_TRUE(storage_.buckets->GetRemoval("bucket", removal.id)->done);
  storage_.clock.Advance(absl::Hours(24 * 8));
  ASSERT_TRUE(storage_.remover->Run().ok());
  EXPECT_TRUE(absl::IsNotFound(storage_.buckets->GetRemoval("bucket", removal.id).status()));
}

}  // namespace
}  // namespace triad::storage
