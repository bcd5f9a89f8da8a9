// The same as object_store_fault_test.cc of the database: the n-th write or read is refused, for
// every n; the n-th commit is done, and its answer lost; the n-th statement fails, with or without
// its transaction. And whether the counts are counted at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "runtime/database/testing/statement_faults.h"
#include "services/storage/testing/fault_run.h"
#include "services/storage/testing/quiet_logs.h"
#include "services/storage/testing/recount.h"
#include "services/storage/versions/object_change.h"

namespace triad::storage {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Kind = db::StatementFaults::Kind;
using Loss = FaultFileSystem::Loss;

// What StatementFaults tells SQLite has to be told before there is a database.
[[maybe_unused]] const bool kIsTold = [] {
  db::StatementFaults faults;
  return true;
}();

// Does the writes with what `arm` has made of the database, which `disarm` takes back. What is
// wrong afterwards.
std::vector<std::string> Problems(Unanswered unanswered,
                                  const std::function<void(StorageFixture&)>& arm,
                                  const std::function<void(StorageFixture&)>& disarm) {
  StorageFixture storage({.inline_bytes = kSmallBytes});
  EXPECT_EQ(MakeBuckets(storage), absl::OkStatus());
  Ledger ledger(unanswered);
  arm(storage);
  RunWrites(storage, ledger);
  disarm(storage);
  std::vector<std::string> problems = ledger.Check(storage);
  if (!problems.empty()) return problems;
  return ProblemsAfterRestart(storage, ledger, Loss::kEverything);
}

// A question that is answered with yes the n-th time.
std::function<bool()> At(int n) {
  return [n, asked = 0]() mutable { return ++asked == n; };
}

using Question = std::function<bool()> FailingDatabase::*;

// How often a run asks it.
int Asked(Question question) {
  int asked = 0;
  auto count = [&](StorageFixture& storage) {
    storage.database.*question = [&asked] {
      ++asked;
      return false;
    };
  };
  EXPECT_THAT(Problems(Unanswered::kIsUndone, count,
                       [&](StorageFixture& storage) { storage.database.*question = nullptr; }),
              IsEmpty());
  return asked;
}

void TryEach(Question question, Unanswered unanswered) {
  int asked = Asked(question);
  ASSERT_GT(asked, 30);
  for (int n : ChosenRuns(asked)) {
    EXPECT_THAT(
        Problems(
            unanswered, [&](StorageFixture& storage) { storage.database.*question = At(n); },
            [&](StorageFixture& storage) { storage.database.*question = nullptr; }),
        IsEmpty())
        << "call " << n;
  }
}

TEST(DatabaseFaultTest, AnyWriteThatIsRefusedLosesNothing) {
  TryEach(&FailingDatabase::fail_writes, Unanswered::kIsUndone);
}

TEST(DatabaseFaultTest, AnyReadThatIsRefusedLosesNothing) {
  TryEach(&FailingDatabase::fail_reads, Unanswered::kIsUndone);
}

TEST(DatabaseFaultTest, AnyCommitWhoseAnswerIsLostIsDoneWholeOrNotAtAll) {
  TryEach(&FailingDatabase::lose_answers, Unanswered::kMayBeDone);
}

// What is wrong if the n-th statement of the writes fails; `failed` says whether there is one.
std::vector<std::string> ProblemsAtStatement(db::StatementFaults& faults, int n, Kind kind,
                                             bool& failed) {
  return Problems(
      Unanswered::kIsUndone, [&](StorageFixture&) { faults.FailAt(n, kind); },
      [&](StorageFixture&) {
        failed = faults.failed();
        faults.FailAt(0);
      });
}

// How many there are.
int CountStatements(db::StatementFaults& faults) {
  int most = 1 << 13;
  int least = 0;
  while (most - least > 1) {
    int middle = (least + most) / 2;
    bool failed = false;
    EXPECT_THAT(ProblemsAtStatement(faults, middle, Kind::kInterrupted, failed), IsEmpty());
    (failed ? least : most) = middle;
  }
  return least;
}

class StatementFaultTest : public ::testing::TestWithParam<Kind> {};

TEST_P(StatementFaultTest, LosesNothing) {
  db::StatementFaults faults;
  int count = CountStatements(faults);
  ASSERT_GT(count, 200);
  for (int n : ChosenRuns(count)) {
    bool failed = false;
    EXPECT_THAT(ProblemsAtStatement(faults, n, GetParam(), failed), IsEmpty()) << "statement " << n;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, StatementFaultTest,
                         ::testing::Values(Kind::kInterrupted, Kind::kTooLarge),
                         [](const auto& info) {
                           return info.param == Kind::kInterrupted ? "Interrupted" : "TooLarge";
                         });

// What a sabotaged statement does to the rows, and which count tells.
struct RowSabotage {
  std::string sql;
  std::string told;
};

class SabotagedRowsTest : public ::testing::TestWithParam<RowSabotage> {};

// A store with content of every kind.
void Fill(StorageFixture& storage) {
  ASSERT_EQ(MakeBuckets(storage), absl::OkStatus());
  for (const WriteKind& kind : WriteKinds()) {
    if (kind.name == "complete the upload of bucket/uploaded") break;
    ASSERT_EQ(IsRefusal(kind.write(storage)), kind.name == "put, if absent, bucket/a");
  }
  ASSERT_THAT(CountProblems(storage), IsEmpty());
}

TEST_P(SabotagedRowsTest, TellsWhatIsNotSo) {
  StorageFixture storage({.inline_bytes = kSmallBytes});
  ASSERT_NO_FATAL_FAILURE(Fill(storage));
  auto change = [&](db::Session& session) { return session.Execute(GetParam().sql).status(); };
  ASSERT_EQ(storage.temp_database->Write(change), absl::OkStatus());
  EXPECT_THAT(CountProblems(storage), Contains(HasSubstr(GetParam().told)));
}

INSTANTIATE_TEST_SUITE_P(
    Counts, SabotagedRowsTest,
    ::testing::Values(
        RowSabotage{"UPDATE pieces SET refs = refs + 1 WHERE refs > 0", "references, and"},
        RowSabotage{"UPDATE lists SET refs = refs + 1", "references, and"},
        RowSabotage{"DELETE FROM pieces WHERE refs > 0", "is named and not there"},
        RowSabotage{"DELETE FROM lists", "is named and not there"},
        RowSabotage{"UPDATE objects SET piece = NULL", "has no content, or two"},
        RowSabotage{"UPDATE pieces SET data = NULL", "has not exactly one place"},
        RowSabotage{"UPDATE pieces SET data = x'00' WHERE data IS NOT NULL", "bytes has 1"},
        RowSabotage{"INSERT INTO garbage SELECT blob, 1 FROM pieces WHERE blob IS NOT NULL",
                    "and garbage"},
        RowSabotage{"UPDATE list_pieces SET start = start + 1 WHERE start > 0", "has gaps"},
        RowSabotage{"UPDATE list_pieces SET size = size + 1 WHERE start > 0", "and its list"},
        RowSabotage{"UPDATE objects SET size = size + 1 WHERE piece IS NOT NULL", "and its piece"},
        RowSabotage{"UPDATE objects SET crc32c = crc32c + 1", "another sum"},
        RowSabotage{"UPDATE buckets SET objects = objects + 1", "says objects"},
        RowSabotage{"UPDATE buckets SET bytes = bytes + 1", "says objects"},
        RowSabotage{"UPDATE buckets SET versions = versions + 1", "says objects"},
        RowSabotage{"UPDATE buckets SET version_bytes = version_bytes + 1", "says objects"},
        RowSabotage{"UPDATE objects SET bucket = 7777 WHERE name = 'copied'", "is in no bucket"},
        RowSabotage{"UPDATE uploads SET bucket = 7777", "is in no bucket"},
        RowSabotage{"UPDATE parts SET upload = 'none'", "is of no upload"},
        RowSabotage{"UPDATE numbers SET latest = 1", "was never given out"},
        RowSabotage{"UPDATE buckets SET number = (SELECT min(id) FROM lists) WHERE id = 'gone'",
                    "was given out twice"},
        RowSabotage{"UPDATE versions SET generation = generation + 1000000",
                    "is newer than what is current"},
        RowSabotage{"UPDATE versions SET numbered = 0", "were written without versioning"}));

// What is wrong after a run in which nothing fails, on a database that does `sql` first.
std::vector<std::string> ProblemsWith(const std::string& sql) {
  StorageFixture storage({.inline_bytes = kSmallBytes});
  EXPECT_EQ(MakeBuckets(storage), absl::OkStatus());
  auto create = [&](db::Session& session) { return session.Execute(sql).status(); };
  EXPECT_EQ(storage.temp_database->Write(create), absl::OkStatus());
  Ledger ledger(Unanswered::kIsUndone);
  RunWrites(storage, ledger);
  storage.sweeper->SweepGarbage().status().IgnoreError();
  std::vector<std::string> problems = ledger.Check(storage);
  for (std::string& left : LeftProblems(storage)) problems.push_back(std::move(left));
  return problems;
}

// As if the product forgot to count, by what the database is made to do.
TEST(RecountTest, ForgottenCountsAreCaught) {
  EXPECT_THAT(ProblemsWith("CREATE TABLE harmless (id BIGINT)"), IsEmpty());
  for (const char* sabotage : {
           "CREATE TRIGGER sabotage AFTER UPDATE OF refs ON pieces WHEN new.refs < old.refs "
           "BEGIN UPDATE pieces SET refs = old.refs WHERE id = new.id; END",
           "CREATE TRIGGER sabotage AFTER UPDATE OF refs ON pieces WHEN new.refs > old.refs "
           "BEGIN UPDATE pieces SET refs = old.refs WHERE id = new.id; END",
           "CREATE TRIGGER sabotage AFTER UPDATE OF refs ON lists WHEN new.refs < old.refs "
           "BEGIN UPDATE lists SET refs = old.refs WHERE id = new.id; END",
           "CREATE TRIGGER sabotage AFTER INSERT ON garbage "
           "BEGIN DELETE FROM garbage WHERE blob = new.blob; END",
           "CREATE TRIGGER sabotage AFTER UPDATE OF bytes ON buckets "
           "BEGIN UPDATE buckets SET objects = old.objects WHERE number = new.number; END",
       }) {
    EXPECT_THAT(ProblemsWith(sabotage), Not(IsEmpty())) << sabotage;
  }
}

}  // namespace
}  // namespace triad::storage
