// Invariant: whatever fails and wherever the power goes, what was acknowledged is there, whole;
// what was not has left nothing; and every count is what is counted again. What a crash leaves
// behind is swept.
//
// Faults: the n-th call of the file system fails, for every n; the process is killed after the
// n-th call, for every n, and what was not synced is lost in each of the ways that disks lose it.
// The same check must find the loss when the file system lies about its syncs, or the test
// proves nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/storage/testing/fault_run.h"
#include "services/storage/testing/quiet_logs.h"
#include "services/storage/testing/sabotage.h"

namespace triad::storage {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;
using Loss = FaultFileSystem::Loss;

constexpr Loss kLosses[] = {Loss::kEverything, Loss::kBytes, Loss::kHalfOfBytes};

StorageFixture Filled(Sabotage sabotage) {
  return StorageFixture({.inline_bytes = kSmallBytes,
                         .see = [=](FileSystem& files) { return Sabotaged(files, sabotage); }});
}

int CallsOfCleanRun() {
  StorageFixture storage({.inline_bytes = kSmallBytes});
  EXPECT_EQ(MakeBuckets(storage), absl::OkStatus());
  int before = storage.files.calls();
  Ledger ledger(Unanswered::kIsUndone);
  RunWrites(storage, ledger);
  int calls = storage.files.calls() - before;
  EXPECT_EQ(ledger.acknowledged(), static_cast<int>(WriteKinds().size()) - 1) << "one is refused";
  EXPECT_THAT(ledger.Check(storage), IsEmpty());
  EXPECT_THAT(ProblemsAfterRestart(storage, ledger, Loss::kEverything), IsEmpty());
  return calls;
}

TEST(ObjectStoreFaultTest, AnyFailingCallLosesNothing) {
  int calls = CallsOfCleanRun();
  ASSERT_GT(calls, 100);
  for (int n : ChosenRuns(calls)) {
    for (const absl::Status& error :
         {absl::InternalError("injected"), absl::ResourceExhaustedError("injected")}) {
      StorageFixture storage({.inline_bytes = kSmallBytes});
      ASSERT_EQ(MakeBuckets(storage), absl::OkStatus());
      storage.files.FailNth(n, error);
      Ledger ledger(Unanswered::kIsUndone);
      RunWrites(storage, ledger);
      EXPECT_THAT(ledger.Check(storage), IsEmpty()) << "call " << n;
      EXPECT_THAT(ProblemsAfterRestart(storage, ledger, Loss::kEverything), IsEmpty())
          << "call " << n;
    }
  }
}

// Does the writes until the process dies after call `n`, loses what was not synced, starts again,
// and gives what is wrong. The row that would follow call n is written (`row_lives`) or not: the
// kill may come before or after it.
std::vector<std::string> ProblemsAfterKill(int n, Loss loss, bool row_lives,
                                           StorageFixture& storage) {
  EXPECT_EQ(MakeBuckets(storage), absl::OkStatus());
  int last = storage.files.calls() + n;
  storage.files.StopAfter(n);
  storage.database.fail_writes = [&storage, last, row_lives] {
    return row_lives ? storage.files.stopped() : storage.files.calls() >= last;
  };
  Ledger ledger(Unanswered::kIsUndone);
  RunWrites(storage, ledger);
  return ProblemsAfterRestart(storage, ledger, loss);
}

TEST(ObjectStoreFaultTest, AKillAfterAnyCallLosesNothing) {
  int calls = CallsOfCleanRun();
  for (int n : ChosenRuns(calls + 1)) {
    for (Loss loss : kLosses) {
      for (bool row_lives : {false, true}) {
        StorageFixture storage({.inline_bytes = kSmallBytes});
        EXPECT_THAT(ProblemsAfterKill(n - 1, loss, row_lives, storage), IsEmpty())
            << "killed after call " << n - 1;
      }
    }
  }
}

TEST(ObjectStoreFaultTest, FilesThatLieAboutTheirSyncsAreCaught) {
  int calls = CallsOfCleanRun();
  for (Sabotage sabotage :
       {Sabotage::kIgnoreSync, Sabotage::kIgnoreDirectorySync, Sabotage::kRenameBeforeSync}) {
    std::vector<std::string> caught;
    for (int n = 0; n <= calls && caught.empty(); ++n) {
      // With lost directories the store makes its own anew at the restart.
      StorageFixture storage = Filled(sabotage);
      caught = ProblemsAfterKill(n, Loss::kEverything, /*row_lives=*/true, storage);
    }
    EXPECT_THAT(caught, Not(IsEmpty())) << static_cast<int>(sabotage);
  }
}

// A Sync that is put off cannot report its failure: the answer was given.
TEST(ObjectStoreFaultTest, ASyncThatFailsAfterTheRenameIsCaught) {
  int calls = CallsOfCleanRun();
  std::vector<std::string> caught;
  for (int n = 1; n <= calls && caught.empty(); ++n) {
    StorageFixture storage = Filled(Sabotage::kRenameBeforeSync);
    ASSERT_EQ(MakeBuckets(storage), absl::OkStatus());
    storage.files.FailNth(n, absl::InternalError("injected"));
    Ledger ledger(Unanswered::kIsUndone);
    RunWrites(storage, ledger);
    // One more file, so that no sync is still put off.
    storage.blobs->Create().status().IgnoreError();
    caught = ProblemsAfterRestart(storage, ledger, Loss::kEverything);
  }
  EXPECT_THAT(caught, Not(IsEmpty()));
}

TEST(ObjectStoreFaultTest, AnyFailingCallAtStartIsReportedAndMended) {
  FaultFileSystem clean;
  FakeRandom random;
  Metrics metrics("test");
  auto open = [&](FileSystem& files) {
    return OpenBlobStore("local:/data/blobs", {files, random, Clock::System(), metrics}).status();
  };
  ASSERT_EQ(open(clean), absl::OkStatus());
  int calls = clean.calls();
  for (int n = 1; n <= calls; ++n) {
    FaultFileSystem files;
    files.FailNth(n, absl::PermissionDeniedError("injected"));
    EXPECT_FALSE(open(files).ok()) << "call " << n;
    EXPECT_EQ(open(files), absl::OkStatus());
  }
}

}  // namespace
}  // namespace triad::storage
