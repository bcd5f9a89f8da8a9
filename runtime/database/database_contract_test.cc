// What every driver must do. A new driver is one more row of kDrivers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/mutex.h"
#include "runtime/base/status.h"
#include "runtime/database/database.h"
#include "runtime/database/open.h"
#include "runtime/database/testing/expect_refusal.h"
#include "runtime/database/testing/temp_database.h"
#include "runtime/database/testing/writer_gate.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::db {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Migration kMigrations[] = {
    {1, "things", R"sql(
CREATE TABLE things (key TEXT PRIMARY KEY, number BIGINT, bytes BYTEA, real DOUBLE PRECISION);
CREATE TABLE parts (thing TEXT NOT NULL REFERENCES things (key), name TEXT NOT NULL UNIQUE);
)sql"},
    {2, "seed", "INSERT INTO things (key, number) VALUES ('seed', 7);"},
};

struct Driver {
  std::string name;
  std::function<std::unique_ptr<TempDatabase>(const OpenOptions&)> open;
};

class DatabaseContractTest : public ::testing::TestWithParam<Driver> {
 protected:
  absl::Status Put(const std::string& key, std::int64_t number) {
    return database().Write([=](Session& session) {
      return session.Execute("INSERT INTO things (key, number) VALUES ($1, $2)", {key, number})
          .status();
    });
  }

  std::vector<std::string> Keys(const std::string& sql, std::vector<Value> parameters = {}) {
    std::vector<std::string> keys;
    absl::Status status = database().Read([&](Session& session) -> absl::Status {
      TRIAD_ASSIGN_OR_RETURN(std::vector<KeptRow> rows, session.Query(sql, parameters));
      for (const Row& row : rows) keys.push_back(row.Text(0));
      return absl::OkStatus();
    });
    EXPECT_EQ(status, absl::OkStatus());
    return keys;
  }

  Database& database() { return **database_; }

  Metrics metrics_{"test"};
  std::unique_ptr<TempDatabase> database_ = GetParam().open({.url = "", .metrics = &metrics_});
};

TEST_P(DatabaseContractTest, AppliesMigrationsInOrderAndOnlyOnce) {
  EXPECT_THAT(Keys("SELECT key FROM things WHERE number = $1", {std::int64_t{7}}),
              ElementsAre("seed"));
  database_->Reopen();
  EXPECT_THAT(Keys("SELECT key FROM things"), ElementsAre("seed"));
}

TEST_P(DatabaseContractTest, RefusesADatabaseThatIsNewer) {
  ExpectRefusal(database_->TryOpen(absl::MakeSpan(kMigrations).first(1)),
                absl::StatusCode::kFailedPrecondition,
                {database_->path(), "at migration 2 (seed)", "knows 1"});
}

TEST_P(DatabaseContractTest, RefusesADatabaseOfAnotherProgram) {
  Migration others[] = {{1, "objects", "SELECT 1;"}, {2, "seed", "SELECT 1;"}};
  ExpectRefusal(database_->TryOpen(others), absl::StatusCode::kFailedPrecondition,
                {"1 (things)", "1 (objects)"});
}

TEST_P(DatabaseContractTest, AppliesAllMissingMigrationsOrNone) {
  Migration broken[] = {kMigrations[0],
                        kMigrations[1],
                        {3, "good", "CREATE TABLE more (key TEXT PRIMARY KEY);"},
                        {4, "bad", "CREATE nonsense;"}};
  ExpectRefusal(database_->TryOpen(broken), absl::StatusCode::kInternal,
                {"migration 4 (bad)", "nonsense"});
  Migration ends[] = {
      kMigrations[0], kMigrations[1], {3, "ends", "CREATE TABLE more (a BIGINT); COMMIT;"}};
  ExpectRefusal(database_->TryOpen(ends), absl::StatusCode::kInternal,
                {"migration 3 (ends)", "must not end the transaction"});
  Migration unordered[] = {kMigrations[1]};
  ExpectRefusal(database_->TryOpen(unordered), absl::StatusCode::kInternal, {"1, 2, 3"});
  EXPECT_EQ(database_->TryOpen(kMigrations), absl::OkStatus());
}

TEST_P(DatabaseContractTest, KeepsValuesOfEveryTypeExactly) {
  std::int64_t beyond_double = (std::int64_t{1} << 53) + 1;
  Blob bytes{std::string("\0\x01\xFF\0", 4)};
  ASSERT_EQ(database().Write([&](Session& session) {
    return session
        .Execute("INSERT INTO things (key, number, bytes, real) VALUES ($1, $2, $3, $4)",
                 {std::string("ключ"), beyond_double, bytes, 0.1})
        .status();
  }),
            absl::OkStatus());
  ASSERT_EQ(Put("least", std::numeric_limits<std::int64_t>::min()), absl::OkStatus());
  absl::Status status = database().Read([&](Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(
        std::vector<KeptRow> rows,
        session.Query("SELECT number, bytes, real, key FROM things WHERE key = $1",
                      {std::string("ключ")}));
    EXPECT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].Int(0), beyond_double);
    EXPECT_EQ(rows[0].Bytes(1), bytes.bytes);
    EXPECT_EQ(rows[0].Double(2), 0.1);
    EXPECT_EQ(rows[0].Text(3), "ключ");
    TRIAD_ASSIGN_OR_RETURN(rows,
                           session.Query("SELECT number, bytes FROM things WHERE key = 'least'"));
    EXPECT_EQ(rows[0].Int(0), std::numeric_limits<std::int64_t>::min());
    EXPECT_TRUE(rows[0].IsNull(1));
    return absl::OkStatus();
  });
  EXPECT_EQ(status, absl::OkStatus());
}

TEST_P(DatabaseContractTest, TellsEmptyBytesAndTextFromNull) {
  ASSERT_EQ(database().Write([](Session& session) {
    return session
        .Execute("INSERT INTO things (key, bytes) VALUES ($1, $2)", {std::string(), Blob{}})
        .status();
  }),
            absl::OkStatus());
  absl::Status status = database().Read([](Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(std::vector<KeptRow> rows,
                           session.Query("SELECT key, bytes FROM things WHERE key = ''"));
    EXPECT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].Bytes(1), "");
    return absl::OkStatus();
  });
  EXPECT_EQ(status, absl::OkStatus());
}

TEST_P(DatabaseContractTest, BindsParametersByNumberWhateverTheirOrder) {
  ASSERT_EQ(database().Write([](Session& session) {
    return session
        .Execute("INSERT INTO things (number, key, real) VALUES ($2, $1, $2)",
                 {std::string("swapped"), std::int64_t{5}})
        .status();
  }),
            absl::OkStatus());
  EXPECT_THAT(Keys("SELECT key FROM things WHERE $2 = key AND number = $1",
                   {std::int64_t{5}, std::string("swapped")}),
              ElementsAre("swapped"));
}

TEST_P(DatabaseContractTest, RefusesTextWithNul) {
  absl::Status status = Put(std::string("a\0b", 3), 1);
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("NUL"));
}

TEST_P(DatabaseContractTest, RefusesSqlThatIsNotOneStatementOrLacksParameters) {
  absl::Status status = database().Read([](Session& session) -> absl::Status {
    EXPECT_TRUE(absl::IsInternal(session.Query("SELECT 1; SELECT 2").status()));
    EXPECT_TRUE(absl::IsInternal(session.Query("SELECT key FROM things WHERE key = $1").status()));
    EXPECT_TRUE(absl::IsInternal(session.Query("SELECT nonsense").status()));
    return absl::OkStatus();
  });
  EXPECT_EQ(status, absl::OkStatus());
}

TEST_P(DatabaseContractTest, ReturnsRowsOfAWrite) {
  std::vector<std::int64_t> numbers;
  ASSERT_EQ(database().Write([&](Session& session) -> absl::Status {
    numbers.clear();
    TRIAD_ASSIGN_OR_RETURN(
        std::vector<KeptRow> rows,
        session.Query("INSERT INTO things (key, number) VALUES ($1, $2), ($3, $4) "
                      "ON CONFLICT (key) DO UPDATE SET number = excluded.number RETURNING number",
                      {std::string("seed"), std::int64_t{8}, std::string("new"), std::int64_t{9}}));
    for (const Row& row : rows) numbers.push_back(row.Int(0));
    return absl::OkStatus();
  }),
            absl::OkStatus());
  EXPECT_THAT(numbers, ElementsAre(8, 9));
  EXPECT_THAT(Keys("SELECT key FROM things ORDER BY number"), ElementsAre("seed", "new"));
}

TEST_P(DatabaseContractTest, VisitsRowsUntilItIsToldToStop) {
  ASSERT_EQ(Put("a", 1), absl::OkStatus());
  ASSERT_EQ(Put("b", 2), absl::OkStatus());
  ASSERT_EQ(Put("c", 3), absl::OkStatus());
  std::string seen;
  auto visit = [&](const Row& row) {
    absl::StrAppend(&seen, row.TextView(0), row.Int(1), row.size());
    return row.TextView(0) != "b";
  };
  // The statement is closed, and ready to run again.
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(database().Write([&](Session& session) {
      return session.Visit("SELECT key, number FROM things ORDER BY key", {}, visit);
    }),
              absl::OkStatus());
  }
  EXPECT_EQ(seen, "a12b22a12b22");
}

TEST_P(DatabaseContractTest, CountsChangedRows) {
  ASSERT_EQ(Put("a", 7), absl::OkStatus());
  ASSERT_EQ(database().Write([](Session& session) -> absl::Status {
    EXPECT_EQ(*session.Execute("UPDATE things SET number = 1 WHERE number = 7"), 2);
    EXPECT_EQ(*session.Execute("UPDATE things SET number = 1 WHERE number = 7"), 0);
    EXPECT_EQ(*session.Execute("INSERT INTO things (key) VALUES ('a') ON CONFLICT DO NOTHING"), 0);
    return absl::OkStatus();
  }),
            absl::OkStatus());
}

TEST_P(DatabaseContractTest, NamesConstraintsByStatus) {
  EXPECT_TRUE(absl::IsAlreadyExists(Put("seed", 1)));
  absl::Status status = database().Write([](Session& session) {
    return session.Execute("INSERT INTO parts (thing, name) VALUES ('none', 'x')").status();
  });
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
}

TEST_P(DatabaseContractTest, FindsByPrefix) {
  for (const char* key : {"a", "a/b", "a/ü", "a0", "a/\xF4\x8F\xBF\xBD", "b"}) {
    ASSERT_EQ(Put(key, 1), absl::OkStatus());
  }
  auto with_prefix = [&](const std::string& prefix) {
    return Keys("SELECT key FROM things WHERE key >= $1 AND key < $2 ORDER BY key",
                {prefix, PrefixEnd(prefix)});
  };
  EXPECT_THAT(with_prefix("a/"), ElementsAre("a/b", "a/ü", "a/\xF4\x8F\xBF\xBD"));
  EXPECT_THAT(with_prefix("a/ü"), ElementsAre("a/ü"));
  EXPECT_EQ(with_prefix("").size(), 7u);
}

TEST_P(DatabaseContractTest, FailedWriteLeavesNothingAndHidesNothing) {
  absl::Status status = database().Write([](Session& session) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(session.Execute("INSERT INTO things (key) VALUES ('half')").status());
    return InvalidField("key", "is not liked");
  });
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.BadRequest").has_value());
  EXPECT_THAT(Keys("SELECT key FROM things"), ElementsAre("seed"));
}

TEST_P(DatabaseContractTest, ExceptionInWorkIsAnError) {
  absl::Status status =
      database().Write([](Session&) -> absl::Status { throw std::runtime_error("boom"); });
  EXPECT_TRUE(absl::IsInternal(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("boom"));
  EXPECT_EQ(Put("after", 1), absl::OkStatus());
}

TEST_P(DatabaseContractTest, WritesOfOneGroupFailAlone) {
  WriterGate gate(database());
  std::vector<std::thread> writers;
  std::vector<absl::Status> results(30);
  for (int i = 0; i < 30; ++i) {
    writers.emplace_back([&, i] {
      results[i] = database().Write([i](Session& session) -> absl::Status {
        TRIAD_RETURN_IF_ERROR(session
                                  .Execute("INSERT INTO things (key, number) VALUES ($1, $2)",
                                           {absl::StrCat("key", i), std::int64_t{i}})
                                  .status());
        if (i % 3 == 1) return absl::AbortedError("mine");
        if (i % 3 == 2) return session.Execute("INSERT INTO things (key) VALUES ('seed')").status();
        return absl::OkStatus();
      });
    });
  }
  EXPECT_EQ(gate.Open(), absl::OkStatus());
  for (std::thread& writer : writers) writer.join();
  for (int i = 0; i < 30; ++i) {
    const absl::StatusCode expected[] = {absl::StatusCode::kOk, absl::StatusCode::kAborted,
                                         absl::StatusCode::kAlreadyExists};
    EXPECT_EQ(results[i].code(), expected[i % 3]) << i << ": " << results[i];
    EXPECT_EQ(Keys("SELECT key FROM things WHERE key = $1", {absl::StrCat("key", i)}).size(),
              i % 3 == 0 ? 1u : 0u);
  }
}

// Takes answers of writes, and waits for them.
class Answers {
 public:
  Database::Answer Next() {
    return [this](const absl::Status& status) {
      MutexLock lock(mutex_);
      statuses_.push_back(status.code());
      arrived_.NotifyAll();
    };
  }
  std::vector<absl::StatusCode> Await(std::size_t count) {
    MutexLock lock(mutex_);
    while (statuses_.size() < count) arrived_.Wait(mutex_);
    return statuses_;
  }

 private:
  Mutex mutex_;
  CondVar arrived_;
  std::vector<absl::StatusCode> statuses_ ABSL_GUARDED_BY(mutex_);
};

TEST_P(DatabaseContractTest, AnswersLaterWhatAWriteWouldReturn) {
  Answers answers;
  std::vector<std::string> committed;
  auto write = [&](const std::string& key) {
    absl::Status taken = database().WriteLater(
        [key](Session& session) {
          return session.Execute("INSERT INTO things (key) VALUES ($1)", {key}).status();
        },
        [&committed, key] { committed.push_back(key); }, answers.Next());
    EXPECT_EQ(taken, absl::OkStatus());
  };
  write("alone");
  EXPECT_THAT(answers.Await(1), ElementsAre(absl::StatusCode::kOk));
  {
    WriterGate gate(database());
    for (const char* key : {"a", "seed", "b"}) write(key);
    EXPECT_EQ(gate.Open(), absl::OkStatus());
  }
  EXPECT_THAT(answers.Await(4),
              ElementsAre(absl::StatusCode::kOk, absl::StatusCode::kOk,
                          absl::StatusCode::kAlreadyExists, absl::StatusCode::kOk));
  EXPECT_THAT(committed, ElementsAre("alone", "a", "b"));
  EXPECT_THAT(Keys("SELECT key FROM things ORDER BY key"), ElementsAre("a", "alone", "b", "seed"));
}

TEST_P(DatabaseContractTest, RefusesToKeepMoreWritesWaitingThanItMay) {
  database_ = GetParam().open({.url = "", .max_waiting_writes = 2});
  Answers answers;
  auto write = [&] {
    return database().WriteLater([](Session&) { return absl::OkStatus(); }, nullptr,
                                 answers.Next());
  };
  WriterGate gate(database());
  EXPECT_EQ(write(), absl::OkStatus());
  EXPECT_EQ(write(), absl::OkStatus());
  absl::Status refused = write();
  EXPECT_TRUE(absl::IsUnavailable(refused)) << refused;
  EXPECT_TRUE(refused.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  EXPECT_EQ(gate.Open(), absl::OkStatus());
  EXPECT_THAT(answers.Await(2), ElementsAre(absl::StatusCode::kOk, absl::StatusCode::kOk));
  EXPECT_EQ(write(), absl::OkStatus()) << "there is room again";
  answers.Await(3);
}

// The end of the database waits for what it has taken.
TEST_P(DatabaseContractTest, AnswersEverythingBeforeItsEnd) {
  std::atomic<int> answered{0};
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(database().WriteLater(
                  [i](Session& session) {
                    return session
                        .Execute("INSERT INTO things (key) VALUES ($1)", {absl::StrCat("key", i)})
                        .status();
                  },
                  nullptr, [&](const absl::Status& status) { answered += status.ok() ? 1 : 0; }),
              absl::OkStatus());
  }
  database_->Reopen();
  EXPECT_EQ(answered, 100);
  EXPECT_EQ(Keys("SELECT key FROM things").size(), 101u);
}

TEST_P(DatabaseContractTest, CommittedRunsInCommitOrderBeforeTheAnswer) {
  Mutex mutex;
  std::vector<std::int64_t> order;
  std::vector<std::thread> writers;
  for (int i = 0; i < 8; ++i) {
    writers.emplace_back([&] {
      for (int j = 0; j < 25; ++j) {
        std::int64_t revision = 0;
        bool announced = false;
        absl::Status status = database().Write(
            [&](Session& session) -> absl::Status {
              TRIAD_ASSIGN_OR_RETURN(
                  std::vector<KeptRow> rows,
                  session.Query("UPDATE things SET number = number + 1 RETURNING number"));
              revision = rows[0].Int(0);
              return absl::OkStatus();
            },
            [&] {
              MutexLock lock(mutex);
              order.push_back(revision);
              announced = true;
            });
        EXPECT_EQ(status, absl::OkStatus());
        EXPECT_TRUE(announced);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  ASSERT_EQ(order.size(), 200u);
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], static_cast<int>(i) + 8);
}

TEST_P(DatabaseContractTest, CommittedDoesNotRunForAFailedWrite) {
  bool announced = false;
  EXPECT_FALSE(
      database()
          .Write([](Session&) { return absl::AbortedError("no"); }, [&] { announced = true; })
          .ok());
  EXPECT_FALSE(announced);
}

TEST_P(DatabaseContractTest, ReadersSeeAcknowledgedWritesAndOneSnapshot) {
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 6; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        absl::Status status = database().Read([](Session& session) -> absl::Status {
          TRIAD_ASSIGN_OR_RETURN(std::vector<KeptRow> first,
                                 session.Query("SELECT count(*) FROM things"));
          TRIAD_ASSIGN_OR_RETURN(std::vector<KeptRow> second,
                                 session.Query("SELECT count(*) FROM things"));
          EXPECT_EQ(first[0].Int(0), second[0].Int(0));
          return absl::OkStatus();
        });
        EXPECT_EQ(status, absl::OkStatus());
      }
    });
  }
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&, i] {
      for (int j = 0; j < 25; ++j) {
        std::string key = absl::StrCat(i, "/", j);
        EXPECT_EQ(Put(key, j), absl::OkStatus());
        EXPECT_THAT(Keys("SELECT key FROM things WHERE key = $1", {key}), ElementsAre(key));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  stop = true;
  for (std::thread& reader : readers) reader.join();
}

TEST_P(DatabaseContractTest, ReadsCannotWrite) {
  absl::Status status = database().Read([](Session& session) {
    return session.Execute("INSERT INTO things (key) VALUES ('sneaky')").status();
  });
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(Keys("SELECT key FROM things"), ElementsAre("seed"));
}

TEST_P(DatabaseContractTest, Measures) {
  ASSERT_EQ(Put("a", 1), absl::OkStatus());
  Keys("SELECT key FROM things");
  std::string text = metrics_.Scrape();
  EXPECT_THAT(text, HasSubstr("triad_db_read_seconds_count 1"));
  EXPECT_THAT(text, HasSubstr("triad_db_write_seconds_count 1"));
  EXPECT_THAT(text, HasSubstr("triad_db_commit_group_size_count 1"));
  EXPECT_THAT(text, HasSubstr("triad_db_writer_queue 0"));
}

TEST_P(DatabaseContractTest, MeasuresWritesThatWaitAndThenShareACommit) {
  WriterGate gate(database());
  std::vector<std::thread> writers;
  for (const char* key : {"a", "b", "c"}) {
    writers.emplace_back([this, key] { EXPECT_EQ(Put(key, 1), absl::OkStatus()); });
  }
  // The gate's own, and the three behind it.
  while (!absl::StrContains(metrics_.Scrape(), "triad_db_writer_queue 4")) {
    std::this_thread::yield();
  }
  ASSERT_EQ(gate.Open(), absl::OkStatus());
  for (std::thread& writer : writers) writer.join();
  std::string text = metrics_.Scrape();
  EXPECT_THAT(text, HasSubstr("triad_db_commit_group_size_bucket{le=\"1\"} 1"));
  EXPECT_THAT(text, HasSubstr("triad_db_commit_group_size_bucket{le=\"4\"} 2"));
  EXPECT_THAT(text, HasSubstr("triad_db_commit_group_size_sum 4"));
  EXPECT_THAT(text, HasSubstr("triad_db_writer_queue 0"));
}

TEST_P(DatabaseContractTest, IsHealthyAlsoUnderLoad) {
  EXPECT_EQ(database().CheckHealth(absl::Seconds(10)), absl::OkStatus());
  std::thread writer([&] {
    for (int i = 0; i < 50; ++i) EXPECT_EQ(Put(absl::StrCat("key", i), i), absl::OkStatus());
  });
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(database().CheckHealth(absl::Seconds(10)), absl::OkStatus());
  }
  writer.join();
}

TEST_P(DatabaseContractTest, AWriterThatDoesNotAnswerIsUnhealthyAndRecovers) {
  WriterGate gate(database());
  absl::Status status = database().CheckHealth(absl::Milliseconds(10));
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  EXPECT_EQ(gate.Open(), absl::OkStatus());
  EXPECT_EQ(database().CheckHealth(absl::Seconds(10)), absl::OkStatus());
}

TEST_P(DatabaseContractTest, IsHealthyWhileALongTransactionGoesOn) {
  std::atomic<bool> begun = false, end = false;
  std::thread writer([&] {
    EXPECT_EQ(database().Write([&](Session& session) -> absl::Status {
      while (!end) {
        TRIAD_RETURN_IF_ERROR(session.Query("SELECT 1").status());
        begun = true;
      }
      return absl::OkStatus();
    }),
              absl::OkStatus());
  });
  while (!begun) std::this_thread::yield();
  EXPECT_EQ(database().CheckHealth(absl::Milliseconds(200)), absl::OkStatus());
  end = true;
  writer.join();
}

// Reads that hold every connection of the pool until they are released.
class HeldReaders {
 public:
  explicit HeldReaders(Database& database) {
    for (int i = 0; i < kReaders; ++i) {
      threads_.emplace_back([&] {
        EXPECT_EQ(database.Read([&](Session&) {
          MutexLock lock(mutex_);
          ++inside_;
          changed_.NotifyAll();
          while (!release_) changed_.Wait(mutex_);
          return absl::OkStatus();
        }),
                  absl::OkStatus());
      });
    }
    MutexLock lock(mutex_);
    while (inside_ < kReaders) changed_.Wait(mutex_);
  }
  ~HeldReaders() {
    {
      MutexLock lock(mutex_);
      release_ = true;
    }
    changed_.NotifyAll();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  static constexpr int kReaders = 4;
  Mutex mutex_;
  CondVar changed_;
  int inside_ ABSL_GUARDED_BY(mutex_) = 0;
  bool release_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

TEST_P(DatabaseContractTest, IsHealthyAndWritesWhileEveryReaderIsHeld) {
  HeldReaders held(database());
  EXPECT_EQ(database().CheckHealth(absl::Seconds(10)), absl::OkStatus());
  EXPECT_EQ(Put("meanwhile", 1), absl::OkStatus());
}

const Driver kDrivers[] = {
    {"sqlite",
     [](const OpenOptions& options) {
       return std::make_unique<TempDatabase>(kMigrations, options);
     }},
};

INSTANTIATE_TEST_SUITE_P(Drivers, DatabaseContractTest, ::testing::ValuesIn(kDrivers),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace triad::db
