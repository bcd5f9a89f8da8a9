// Invariant: whatever fails and wherever the power goes, each object holds
// exactly what was last acknowledged for it, whole, and an object of which
// nothing was acknowledged does not exist. What a crash leaves behind is swept.
//
// Faults: the n-th call of the file system fails, for every n; the process is
// killed after the n-th call, for every n, and what was not synced is lost in
// each of the ways that disks lose it. The same check must find the loss when
// the file system lies about its syncs, or the test proves nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/telemetry/logs/log.h"
#include "services/storage/testing/sabotage.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

// Thousands of failures are expected here; each is logged.
class QuietLogs final : public ::testing::Environment {
  void SetUp() override {
    log::Options options;
    options.level = "error";
    ASSERT_EQ(log::Init(options), absl::OkStatus());
  }
};
const auto* const kQuietLogs = ::testing::AddGlobalTestEnvironment(new QuietLogs);

using ::testing::IsEmpty;
using ::testing::Not;
using Loss = FaultFileSystem::Loss;

constexpr Loss kLosses[] = {Loss::kEverything, Loss::kBytes, Loss::kHalfOfBytes};

// What was acknowledged, by object. Recorded outside of the store.
using Acknowledged = std::map<std::string, std::string>;

constexpr const char* kObjects[] = {"a", "b/c", "never", "empty"};

void WriteAndRecord(StorageFixture& storage, const std::string& object, const std::string& content,
                    Acknowledged& acknowledged) {
  if (storage.Write(object, content).ok()) acknowledged[object] = content;
}

// Creates, replaces, refuses, reads, sweeps. Goes on after errors, as a service
// does.
Acknowledged RunScenario(StorageFixture& storage) {
  Acknowledged acknowledged;
  WriteAndRecord(storage, "a", "first content of a", acknowledged);
  WriteAndRecord(storage, "b/c", "content of b/c", acknowledged);
  WriteAndRecord(storage, "a", "second content of a, which is longer", acknowledged);
  ObjectCondition absent;
  absent.if_none_match = EtagList{.any = true, .tags = {}};
  if (storage.Write(StorageFixture::New("a", absent), "never seen").ok()) {
    acknowledged["a"] = "never seen";
  }
  {
    auto abandoned = storage.objects->BeginWrite(StorageFixture::New("never"));
    if (abandoned.ok()) (*abandoned)->Append("half of it").IgnoreError();
  }
  storage.Read("a").status().IgnoreError();
  storage.sweeper->SweepGarbage().status().IgnoreError();
  WriteAndRecord(storage, "empty", "", acknowledged);
  WriteAndRecord(storage, "a", "third", acknowledged);
  return acknowledged;
}

// What is not as the invariant says, one line each.
std::vector<std::string> Violations(StorageFixture& storage, const Acknowledged& acknowledged) {
  std::vector<std::string> violations;
  for (std::string object : kObjects) {
    absl::StatusOr<std::string> content = storage.Read(object);
    auto expected = acknowledged.find(object);
    if (expected == acknowledged.end()) {
      if (!absl::IsNotFound(content.status())) violations.push_back(object + ": exists");
    } else if (!content.ok()) {
      violations.push_back(absl::StrCat(object, ": ", content.status().ToString()));
    } else if (*content != expected->second) {
      violations.push_back(absl::StrCat(object, ": holds '", *content, "'"));
    }
  }
  return violations;
}

// Sweeps as a service does over time; the violations after it, and blobs that
// are left over.
std::vector<std::string> ViolationsAfterSweep(StorageFixture& storage,
                                              const Acknowledged& acknowledged) {
  storage.clock.Advance(absl::Hours(2));
  EXPECT_EQ(storage.sweeper->SweepGarbage().status(), absl::OkStatus());
  EXPECT_EQ(storage.sweeper->SweepOrphans().status(), absl::OkStatus());
  std::vector<std::string> violations = Violations(storage, acknowledged);
  // An empty object needs none.
  std::size_t files = acknowledged.size() - acknowledged.count("empty");
  if (storage.files.Paths().size() != files) {
    violations.push_back(
        absl::StrCat(storage.files.Paths().size(), " files for ", files, " objects"));
  }
  return violations;
}

int CallsOfCleanRun() {
  StorageFixture storage;
  int before = storage.files.calls();
  Acknowledged acknowledged = RunScenario(storage);
  EXPECT_EQ(acknowledged.size(), 3u);
  int calls = storage.files.calls() - before;
  EXPECT_THAT(Violations(storage, acknowledged), IsEmpty());
  return calls;
}

TEST(ObjectStoreFaultTest, AnyFailingCallLosesNothing) {
  int calls = CallsOfCleanRun();
  ASSERT_GT(calls, 25);
  for (int n = 1; n <= calls; ++n) {
    for (const absl::Status& error :
         {absl::InternalError("injected"), absl::ResourceExhaustedError("injected")}) {
      StorageFixture storage;
      storage.files.FailNth(n, error);
      Acknowledged acknowledged = RunScenario(storage);
      EXPECT_THAT(Violations(storage, acknowledged), IsEmpty()) << "call " << n;
      storage.files.Crash();
      storage.Restart();
      EXPECT_THAT(ViolationsAfterSweep(storage, acknowledged), IsEmpty()) << "call " << n;
    }
  }
}

// Runs the scenario until the process dies after call `n`, loses what was not
// synced, starts again, and gives the violations. The row that would follow call
// n is written (`row_lives`) or not: the kill may come before or after it.
std::vector<std::string> ViolationsAfterKill(int n, Loss loss, bool row_lives,
                                             StorageFixture& storage) {
  int last = storage.files.calls() + n;
  storage.files.StopAfter(n);
  storage.database.fail_writes = [&storage, last, row_lives] {
    return row_lives ? storage.files.stopped() : storage.files.calls() >= last;
  };
  Acknowledged acknowledged = RunScenario(storage);
  storage.files.Crash(loss);
  storage.Restart();
  std::vector<std::string> violations = Violations(storage, acknowledged);
  return violations.empty() ? ViolationsAfterSweep(storage, acknowledged) : violations;
}

TEST(ObjectStoreFaultTest, AKillAfterAnyCallLosesNothing) {
  int calls = CallsOfCleanRun();
  for (int n = 0; n <= calls; ++n) {
    for (Loss loss : kLosses) {
      for (bool row_lives : {false, true}) {
        StorageFixture storage;
        EXPECT_THAT(ViolationsAfterKill(n, loss, row_lives, storage), IsEmpty())
            << "killed after call " << n;
      }
    }
  }
}

TEST(ObjectStoreFaultTest, FilesThatLieAboutTheirSyncsAreCaught) {
  int calls = CallsOfCleanRun();
  for (Sabotage sabotage :
       {Sabotage::kIgnoreSync, Sabotage::kIgnoreDirectorySync, Sabotage::kRenameBeforeSync}) {
    std::vector<std::string> caught;
    for (int n = 0; n <= calls; ++n) {
      // With lost directories the store makes its own anew at the restart.
      StorageFixture storage(
          {.see = [&](FileSystem& files) { return Sabotaged(files, sabotage); }});
      std::vector<std::string> violations =
          ViolationsAfterKill(n, Loss::kEverything, /*row_lives=*/true, storage);
      caught.insert(caught.end(), violations.begin(), violations.end());
    }
    EXPECT_THAT(caught, Not(IsEmpty())) << static_cast<int>(sabotage);
  }
}

// A Sync that is put off cannot report its failure: the answer was given.
TEST(ObjectStoreFaultTest, ASyncThatFailsAfterTheRenameIsCaught) {
  int calls = CallsOfCleanRun();
  std::vector<std::string> caught;
  for (int n = 1; n <= calls; ++n) {
    StorageFixture storage(
        {.see = [](FileSystem& files) { return Sabotaged(files, Sabotage::kRenameBeforeSync); }});
    storage.files.FailNth(n, absl::InternalError("injected"));
    Acknowledged acknowledged = RunScenario(storage);
    // One more file, so that no sync is still put off.
    WriteAndRecord(storage, "a", "last", acknowledged);
    storage.blobs->Create().status().IgnoreError();
    storage.files.Crash();
    storage.Restart();
    std::vector<std::string> violations = Violations(storage, acknowledged);
    caught.insert(caught.end(), violations.begin(), violations.end());
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
