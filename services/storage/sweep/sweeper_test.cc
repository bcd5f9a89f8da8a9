#include "services/storage/sweep/sweeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/mutex.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

using ::testing::SizeIs;

// A durable blob without a row.
void MakeOrphan(StorageFixture& storage) {
  auto blob = storage.blobs->Create();
  ASSERT_EQ(blob.status(), absl::OkStatus());
  ASSERT_TRUE((*blob)->Append("orphan").ok());
  ASSERT_TRUE((*blob)->MakeDurable().ok());
}

TEST(SweeperTest, RemovesGarbage) {
  StorageFixture storage;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(storage.Write("a", absl::StrCat(i)).ok());
  EXPECT_THAT(storage.files.Paths(), SizeIs(5));
  EXPECT_EQ(*storage.sweeper->SweepGarbage(), 4);
  EXPECT_THAT(storage.files.Paths(), SizeIs(1));
  EXPECT_EQ(*storage.sweeper->SweepGarbage(), 0);
  EXPECT_EQ(*storage.Read("a"), "4");
}

TEST(SweeperTest, KeepsTheEntryOfGarbageThatCannotBeRemoved) {
  StorageFixture storage;
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(storage.Write("a", absl::StrCat(i)).ok());
  storage.files.FailNth(1, absl::InternalError("injected"));
  EXPECT_FALSE(storage.sweeper->SweepGarbage().ok());
  EXPECT_EQ(*storage.sweeper->SweepGarbage(), 1);
}

TEST(SweeperTest, RemovesOrphansAfterTheGracePeriod) {
  StorageFixture storage;
  ASSERT_TRUE(storage.Write("a", "kept").ok());
  ASSERT_NO_FATAL_FAILURE(MakeOrphan(storage));
  storage.clock.Advance(storage.sweeper->options().grace);
  EXPECT_EQ(*storage.sweeper->SweepOrphans(), 0);
  storage.clock.Advance(absl::Seconds(1));
  EXPECT_EQ(*storage.sweeper->SweepOrphans(), 1);
  EXPECT_THAT(storage.files.Paths(), SizeIs(1));
  EXPECT_EQ(*storage.Read("a"), "kept");
}

TEST(SweeperTest, FindsOrphansAmongManyObjects) {
  StorageFixture storage;
  // More than a page of rows.
  for (int i = 0; i < 1100; ++i) ASSERT_TRUE(storage.Write(absl::StrCat(i), "x").ok());
  for (int i = 0; i < 3; ++i) ASSERT_NO_FATAL_FAILURE(MakeOrphan(storage));
  storage.clock.Advance(absl::Hours(2));
  EXPECT_EQ(*storage.sweeper->SweepOrphans(), 3);
  EXPECT_THAT(storage.files.Paths(), SizeIs(1100));
}

TEST(SweeperTest, SparesWhatIsBeingWrittenHoweverLong) {
  StorageFixture storage;
  auto blob = storage.blobs->Create();
  ASSERT_EQ(blob.status(), absl::OkStatus());
  ASSERT_TRUE((*blob)->MakeDurable().ok());
  storage.clock.Advance(absl::Hours(100));
  EXPECT_EQ(*storage.sweeper->SweepOrphans(), 0);
  blob->reset();
  EXPECT_EQ(*storage.sweeper->SweepOrphans(), 1);
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
class WatchedBlobs final : public BlobStore {
 public:
  explicit WatchedBlobs(BlobStore& blobs) : blobs_(blobs) {}
  absl::StatusOr<std::unique_ptr<BlobWriter>> Create() override { return blobs_.Create(); }
  absl::StatusOr<std::unique_ptr<BlobReader>> Open(const std::string& blob,
                                                   BlobRange range) override {
    return blobs_.Open(blob, std::move(range));
  }
  absl::Status Remove(const std::string& blob) override {
    absl::Status removed = blobs_.Remove(blob);
    MutexLock lock(mutex_);
    ++removed_;
    changed_.NotifyAll();
    return removed;
  }
  absl::StatusOr<std::vector<std::string>> ListOlderThan(absl::Time time) override {
    return blobs_.ListOlderThan(time);
  }
  absl::Status RemoveUnfinished(absl::Time time) override { return blobs_.RemoveUnfinished(time); }
  absl::Status CheckHealth(absl::Duration timeout) override { return blobs_.CheckHealth(timeout); }

  void WaitForRemovals(int count) {
    MutexLock lock(mutex_);
    while (removed_ < count) changed_.Wait(mutex_);
  }

 private:
  BlobStore& blobs_;
  Mutex mutex_;
  CondVar changed_;
  int removed_ ABSL_GUARDED_BY(mutex_) = 0;
};

TEST(BackgroundSweepsTest, SweepsAtStartAndWhenWoken) {
  StorageFixture storage;
  ASSERT_NO_FATAL_FAILURE(MakeOrphan(storage));
  storage.clock.Advance(absl::Hours(2));
  WatchedBlobs blobs(*storage.blobs);
  Sweeper sweeper(storage.database, blobs, storage.clock, {});
  BackgroundSweeps sweeps(sweeper);
  blobs.WaitForRemovals(1);
  ObjectStore objects(storage.database, blobs, storage.clock,
                      {.garbage_made = [&] { sweeps.Wake(); }});
  for (int i = 0; i < 3; ++i) {
    auto write = objects.BeginWrite(StorageFixture::New("a"));
    ASSERT_EQ(write.status(), absl::OkStatus());
    ASSERT_EQ((*write)->Finish().status(), absl::OkStatus());
  }
  blobs.WaitForRemovals(3);
}

}  // namespace
}  // namespace triad::storage
