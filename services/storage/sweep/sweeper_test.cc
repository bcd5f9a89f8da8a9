#include "services/storage/sweep/sweeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/mutex.h"
#include "runtime/base/status.h"
#include "services/storage/rows/content/garbage_rows.h"
#include "services/storage/testing/forwarding_blobs.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A durable blob without a row.
void MakeOrphan(StorageFixture& storage) {
  auto blob = storage.blobs->Create();
  ASSERT_EQ(blob.status(), absl::OkStatus());
  ASSERT_TRUE((*blob)->Append("orphan").ok());
  ASSERT_TRUE((*blob)->MakeDurable().ok());
}

// Rows for `count` blobs whose names begin with `prefix`.
void MakeGarbage(StorageFixture& storage, int count, const std::string& prefix) {
  ASSERT_EQ(storage.database.Write(
                [&](db::Session& session) -> absl::Status {
                  for (int i = 0; i < count; ++i) {
                    TRIAD_RETURN_IF_ERROR(
                        GarbageRows(session).Insert(absl::StrCat(prefix, i), storage.clock.Now()));
                  }
                  return absl::OkStatus();
                },
                nullptr),
            absl::OkStatus());
}

// Removes no blob whose name begins with a prefix.
class StuckBlobs final : public ForwardingBlobs {
 public:
  StuckBlobs(BlobStore& blobs, std::string stuck)
      : ForwardingBlobs(blobs), stuck_(std::move(stuck)) {}
  absl::Status Remove(const std::string& blob) override {
    ++asked;
    if (absl::StartsWith(blob, stuck_)) return absl::InternalError("stuck");
    return ForwardingBlobs::Remove(blob);
  }
  absl::Status CheckOwner() override { return owner; }
  absl::Status CheckHealth(absl::Duration timeout) override {
    if (away) return absl::UnavailableError("away");
    return ForwardingBlobs::CheckHealth(timeout);
  }

  bool away = false;
  absl::Status owner;
  int asked = 0;

 private:
  const std::string stuck_;
};

TEST(SweeperTest, RemovesGarbage) {
  StorageFixture storage;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(storage.Write("a", absl::StrCat(i)).ok());
  EXPECT_THAT(storage.files.Paths(), SizeIs(5));
  EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, 4);
  EXPECT_THAT(storage.files.Paths(), SizeIs(1));
  EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, 0);
  EXPECT_EQ(*storage.Read("a"), "4");
}

TEST(SweeperTest, GarbageThatCannotBeRemovedIsPassedOverAndKeepsItsEntry) {
  StorageFixture storage;
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(storage.Write("a", absl::StrCat(i)).ok());
  std::string first = storage.Garbage().front();
  storage.files.FailNth(1, absl::InternalError("injected"));
  absl::StatusOr<Removals> swept = storage.sweeper->SweepGarbage();
  ASSERT_EQ(swept.status(), absl::OkStatus());
  EXPECT_EQ(swept->removed, 2);
  EXPECT_EQ(swept->failed, 1);
  EXPECT_THAT(swept->first_failure.message(), HasSubstr("injected"));
  EXPECT_THAT(storage.Garbage(), ElementsAre(first));
  EXPECT_THAT(storage.metrics.Scrape(), HasSubstr("triad_sweep_left{of=\"garbage\"} 1"));
  EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, 1);
  EXPECT_THAT(storage.metrics.Scrape(), HasSubstr("triad_sweep_left{of=\"garbage\"} 0"));
}

TEST(SweeperTest, APageOfGarbageThatCannotBeRemovedKeepsNothingElse) {
  StorageFixture storage;
  StuckBlobs blobs(*storage.blobs, "stuck");
  Sweeper sweeper(storage.database, blobs, *storage.holds, storage.clock, storage.metrics, {});
  ASSERT_NO_FATAL_FAILURE(MakeGarbage(storage, 1100, "stuck"));
  ASSERT_NO_FATAL_FAILURE(MakeGarbage(storage, 3, "then"));
  absl::StatusOr<Removals> swept = sweeper.SweepGarbage();
  ASSERT_EQ(swept.status(), absl::OkStatus());
  EXPECT_EQ(swept->removed, 3);
  EXPECT_EQ(swept->failed, 1100);
}

TEST(SweeperTest, AStoreThatIsAwayIsNotAskedForEachBlob) {
  StorageFixture storage;
  StuckBlobs blobs(*storage.blobs, "");
  blobs.away = true;
  Sweeper sweeper(storage.database, blobs, *storage.holds, storage.clock, storage.metrics, {});
  ASSERT_NO_FATAL_FAILURE(MakeGarbage(storage, 5, "blob"));
  EXPECT_TRUE(absl::IsUnavailable(sweeper.SweepGarbage().status()));
  EXPECT_EQ(blobs.asked, 1);
  EXPECT_THAT(storage.Garbage(), SizeIs(5));
}

TEST(SweeperTest, RemovesNothingOfAnother) {
  StorageFixture storage;
  StuckBlobs blobs(*storage.blobs, "stuck");
  blobs.owner = absl::InternalError("of another database");
  Sweeper sweeper(storage.database, blobs, *storage.holds, storage.clock, storage.metrics, {});
  ASSERT_NO_FATAL_FAILURE(MakeGarbage(storage, 5, "blob"));
  EXPECT_TRUE(absl::IsInternal(sweeper.SweepGarbage().status()));
  EXPECT_EQ(blobs.asked, 0);
}

TEST(SweeperTest, EndsWhenItIsTold) {
  StorageFixture storage;
  ASSERT_NO_FATAL_FAILURE(MakeGarbage(storage, 5, "blob"));
  int asked = 0;
  EXPECT_EQ(storage.sweeper->SweepGarbage([&] { return ++asked > 5; })->removed, 2);
  EXPECT_THAT(storage.Garbage(), SizeIs(3));
}

TEST(SweeperTest, AnOrphanThatCannotBeRemovedIsPassedOver) {
  StorageFixture storage;
  for (int i = 0; i < 3; ++i) ASSERT_NO_FATAL_FAILURE(MakeOrphan(storage));
  storage.clock.Advance(absl::Hours(2));
  int before = storage.files.calls();
  ASSERT_EQ(storage.blobs->ListOlderThan(storage.clock.Now()).status(), absl::OkStatus());
  int reads = storage.files.calls() - before;
  storage.files.FailNth(reads + 1, absl::InternalError("injected"));
  absl::StatusOr<Removals> swept = storage.sweeper->SweepOrphans();
  ASSERT_EQ(swept.status(), absl::OkStatus());
  EXPECT_EQ(swept->removed, 2);
  EXPECT_EQ(swept->failed, 1);
  EXPECT_EQ(storage.sweeper->SweepOrphans()->removed, 1);
  EXPECT_THAT(storage.files.Paths(), IsEmpty());
}

TEST(SweeperTest, RemovesOrphansAfterTheGracePeriod) {
  StorageFixture storage;
  ASSERT_TRUE(storage.Write("a", "kept").ok());
  ASSERT_NO_FATAL_FAILURE(MakeOrphan(storage));
  storage.clock.Advance(storage.sweeper->options().grace);
  EXPECT_EQ(storage.sweeper->SweepOrphans()->removed, 0);
  storage.clock.Advance(absl::Seconds(1));
  EXPECT_EQ(storage.sweeper->SweepOrphans()->removed, 1);
  EXPECT_THAT(storage.files.Paths(), SizeIs(1));
  EXPECT_EQ(*storage.Read("a"), "kept");
}

TEST(SweeperTest, FindsOrphansAmongManyObjects) {
  StorageFixture storage;
  // More than a page of rows.
  for (int i = 0; i < 1100; ++i) ASSERT_TRUE(storage.Write(absl::StrCat(i), absl::StrCat(i)).ok());
  for (int i = 0; i < 3; ++i) ASSERT_NO_FATAL_FAILURE(MakeOrphan(storage));
  storage.clock.Advance(absl::Hours(2));
  EXPECT_EQ(storage.sweeper->SweepOrphans()->removed, 3);
  EXPECT_THAT(storage.files.Paths(), SizeIs(1100));
}

TEST(SweeperTest, SparesWhatIsBeingWrittenHoweverLong) {
  StorageFixture storage;
  auto blob = storage.blobs->Create();
  ASSERT_EQ(blob.status(), absl::OkStatus());
  ASSERT_TRUE((*blob)->MakeDurable().ok());
  storage.clock.Advance(absl::Hours(100));
  EXPECT_EQ(storage.sweeper->SweepOrphans()->removed, 0);
  blob->reset();
  EXPECT_EQ(storage.sweeper->SweepOrphans()->removed, 1);
}

TEST(SweeperTest, RemovesNothingIfFilesCannotBeRead) {
  StorageFixture storage;
  ASSERT_TRUE(storage.Write("a", "kept").ok());
  ASSERT_NO_FATAL_FAILURE(MakeOrphan(storage));
  storage.clock.Advance(absl::Hours(2));
  int before = storage.files.calls();
  ASSERT_EQ(storage.blobs->ListOlderThan(storage.clock.Now()).status(), absl::OkStatus());
  int reads = storage.files.calls() - before;
  for (int n = 1; n <= reads; ++n) {
    storage.files.FailNth(n, absl::InternalError("injected"));
    EXPECT_FALSE(storage.sweeper->SweepOrphans().ok());
    EXPECT_THAT(storage.files.Paths(), SizeIs(2)) << "read " << n;
  }
}

TEST(SweeperTest, RemovesNothingIfRowsCannotBeRead) {
  StorageFixture storage;
  ASSERT_TRUE(storage.Write("a", "kept").ok());
  ASSERT_NO_FATAL_FAILURE(MakeOrphan(storage));
  storage.clock.Advance(absl::Hours(2));
  storage.database.fail_reads = [] { return true; };
  EXPECT_FALSE(storage.sweeper->SweepOrphans().ok());
  EXPECT_THAT(storage.files.Paths(), SizeIs(2));
  // The second page of rows.
  storage.database.fail_reads = [n = 0]() mutable { return ++n == 2; };
  EXPECT_FALSE(storage.sweeper->SweepOrphans().ok());
  EXPECT_THAT(storage.files.Paths(), SizeIs(2));
}

// Says when a blob is removed.
class WatchedBlobs final : public ForwardingBlobs {
 public:
  using ForwardingBlobs::ForwardingBlobs;
  absl::Status Remove(const std::string& blob) override {
    absl::Status removed = ForwardingBlobs::Remove(blob);
    MutexLock lock(mutex_);
    ++removed_;
    changed_.NotifyAll();
    return removed;
  }
  void WaitForRemovals(int count) {
    MutexLock lock(mutex_);
    while (removed_ < count) changed_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int removed_ ABSL_GUARDED_BY(mutex_) = 0;
};

TEST(BackgroundSweepsTest, SweepsAtStartAndWhenWoken) {
  StorageFixture storage;
  ASSERT_NO_FATAL_FAILURE(MakeOrphan(storage));
  storage.clock.Advance(absl::Hours(2));
  WatchedBlobs blobs(*storage.blobs);
  Sweeper sweeper(storage.database, blobs, *storage.holds, storage.clock, storage.metrics, {});
  BackgroundSweeps sweeps(sweeper);
  blobs.WaitForRemovals(1);
  Parts parts = storage.PartsWith(blobs);
  parts.garbage_made = [&] { sweeps.Wake(); };
  ObjectStore objects(parts, {});
  for (int i = 0; i < 3; ++i) {
    auto write = objects.BeginWrite(StorageFixture::New("a"));
    ASSERT_EQ(write.status(), absl::OkStatus());
    ASSERT_EQ((*write)->Append(absl::StrCat(i)), absl::OkStatus());
    ASSERT_EQ((*write)->Finish().status(), absl::OkStatus());
  }
  blobs.WaitForRemovals(3);
}

}  // namespace
}  // namespace triad::storage
