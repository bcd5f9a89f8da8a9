// The write-ahead log of SQLite: who folds it into the database, and how long it gets.
#include "runtime/database/sqlite/sqlite_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/mutex.h"
#include "runtime/base/status.h"
#include "runtime/base/testing/eventually.h"
#include "runtime/database/open.h"
#include "runtime/database/sqlite/sqlite_session.h"
#include "runtime/database/testing/file_faults.h"
#include "runtime/database/testing/temp_database.h"
#include "runtime/io/testing/temp_directory.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::db {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Migration kMigrations[] = {
    {1, "things", "CREATE TABLE things (key TEXT PRIMARY KEY, bytes BLOB);"},
};

absl::Status Put(Database& database, const std::string& key, const std::string& bytes) {
  return database.Write([&](Session& session) {
    return session.Execute("INSERT INTO things (key, bytes) VALUES ($1, $2)", {key, Blob{bytes}})
        .status();
  });
}

absl::Status Put(Database& database, const std::string& key, std::size_t bytes) {
  return Put(database, key, std::string(bytes, 'x'));
}

// `count` writes of 4 KiB by as many threads as make groups of them.
void PutBlocks(Database& database, int count) {
  constexpr int kThreads = 16;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kThreads; ++writer) {
    writers.emplace_back([&database, writer, count] {
      for (int i = writer; i < count; i += kThreads) {
        EXPECT_EQ(Put(database, absl::StrCat(i), 4 << 10), absl::OkStatus());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
}

std::int64_t CountOf(Database& database) {
  return *Read(database, [](Session& session) -> absl::StatusOr<std::int64_t> {
    TRIAD_ASSIGN_OR_RETURN(std::vector<KeptRow> rows, session.Query("SELECT count(*) FROM things"));
    return rows.at(0).Int(0);
  });
}

std::uintmax_t LogBytes(const TempDatabase& database) {
  return std::filesystem::file_size(database.path() + "-wal");
}

std::string Content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// What the log's file begins with, which is another each time that the log begins anew.
std::string LogHeader(const TempDatabase& database) {
  std::ifstream file(database.path() + "-wal", std::ios::binary);
  std::string header(32, '\0');
  file.read(header.data(), static_cast<std::streamsize>(header.size()));
  return header;
}

// Two readers, each of whom reads until the other has begun: there is always one.
class OverlappingReads {
 public:
  explicit OverlappingReads(Database& database) {
    for (int i = 0; i < 2; ++i) {
      threads_.emplace_back([this, &database] {
        while (!stop_) {
          EXPECT_EQ(database.Read([this](Session& session) { return ReadUntilNext(session); }),
                    absl::OkStatus());
        }
      });
    }
  }
  ~OverlappingReads() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  absl::Status ReadUntilNext(Session& session) {
    TRIAD_RETURN_IF_ERROR(session.Query("SELECT count(*) FROM things").status());
    MutexLock lock(mutex_);
    int mine = ++begun_;
    changed_.NotifyAll();
    // It is a read that ends, also if nobody else may begin.
    Countdown longest(absl::Milliseconds(20));
    while (begun_ == mine && !longest.over()) changed_.WaitFor(mutex_, longest.left());
    return absl::OkStatus();
  }

  std::atomic<bool> stop_ = false;
  Mutex mutex_;
  CondVar changed_;
  int begun_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::thread> threads_;
};

class SqliteLogTest : public ::testing::Test {
 protected:
  OpenOptions WithLimit(std::int64_t max_log_bytes) {
    OpenOptions options;
    options.max_log_bytes = max_log_bytes;
    options.metrics = &metrics_;
    return options;
  }

  Metrics metrics_{"test"};
};

TEST_F(SqliteLogTest, IsFoldedOnAThreadOfItsOwn) {
  FileFaults faults;
  // Half of what would make the writer see to it, if nobody else did.
  TempDatabase database(kMigrations, WithLimit(64 << 20));
  PutBlocks(*database, 6000);
  EXPECT_TRUE(Eventually([&] { return faults.writers().count("db-log") == 1; }));
  EXPECT_THAT(faults.writers(), Not(Contains("db-writer")));
  EXPECT_EQ(CountOf(*database), 6000);
}

// Something is written while the log is folded, each time, unless writes are held back.
TEST_F(SqliteLogTest, BeginsAnewThoughWritesNeverEnd) {
  FileFaults faults;
  TempDatabase database(kMigrations, WithLimit(64 << 20));
  std::string first = LogHeader(database);
  std::atomic<bool> stop = false;
  std::atomic<std::int64_t> begun = 0;
  std::atomic<std::int64_t> done = 0;
  faults.BeforeSync([&] {
    std::int64_t before = done;
    Countdown longest(absl::Milliseconds(200));
    while (done <= before + 2 && !longest.over()) std::this_thread::yield();
  });
  std::vector<std::thread> writers;
  for (int i = 0; i < 2; ++i) {
    writers.emplace_back([&] {
      while (!stop) {
        EXPECT_EQ(Put(*database, absl::StrCat(++begun), 4 << 10), absl::OkStatus());
        ++done;
      }
    });
  }
  EXPECT_TRUE(Eventually([&] { return LogHeader(database) != first; }));
  stop = true;
  for (std::thread& writer : writers) writer.join();
  faults.BeforeSync(nullptr);
  EXPECT_THAT(metrics_.Scrape(), HasSubstr("triad_db_log_restarts_total{result=\"ok\"} 0\n"));
  EXPECT_EQ(CountOf(*database), done);
  database.Reopen();
  EXPECT_EQ(CountOf(*database), done);
}

TEST_F(SqliteLogTest, StaysShortThoughSomebodyAlwaysReads) {
  TempDatabase database(kMigrations, WithLimit(256 << 10));
  std::uintmax_t longest = 0;
  {
    OverlappingReads reads(*database);
    for (int i = 0; i < 200; ++i) {
      ASSERT_EQ(Put(*database, absl::StrCat(i), 64 << 10), absl::OkStatus());
      longest = std::max(longest, LogBytes(database));
    }
  }
  EXPECT_LT(longest, 2u << 20) << "13 MB were written";
  EXPECT_EQ(CountOf(*database), 200);
  database.Reopen();
  EXPECT_EQ(CountOf(*database), 200);
}

TEST_F(SqliteLogTest, StaysShortUnderGroupsOfWritesThoughSomebodyAlwaysReads) {
  TempDatabase database(kMigrations, WithLimit(2 << 20));
  std::atomic<bool> done = false;
  std::uintmax_t longest = 0;
  std::thread watch([&] {
    while (!done) longest = std::max(longest, LogBytes(database));
  });
  {
    OverlappingReads reads(*database);
    PutBlocks(*database, 5000);
  }
  done = true;
  watch.join();
  EXPECT_LT(longest, 8u << 20) << "20 MB were written";
  EXPECT_EQ(CountOf(*database), 5000);
  database.Reopen();
  EXPECT_EQ(CountOf(*database), 5000);
}

TEST_F(SqliteLogTest, IsFoldedAlsoWhileACommitIsHalfInItsIndex) {
  FileFaults faults;
  TempDirectory temp;
  sqlite::SqliteUrl url{.path = temp.path() + "/x.db"};
  auto writer = sqlite::SqliteSession::Open(url, sqlite::SqliteSession::Role::kWriter, 64 << 20);
  ASSERT_TRUE(writer.ok()) << writer.status();
  auto log = sqlite::SqliteLog::Open(url, **writer, 0);
  ASSERT_TRUE(log.ok()) << log.status();
  std::vector<std::thread> folds;
  std::thread::id this_thread = std::this_thread::get_id();
  // One is begun at each barrier, and has a while to end.
  faults.AtBarrier([&] {
    if (std::this_thread::get_id() != this_thread) return;
    auto ended = std::make_shared<std::atomic<bool>>(false);
    folds.emplace_back([&log, ended] {
      EXPECT_EQ((*log)->Fold().status(), absl::OkStatus());
      *ended = true;
    });
    Countdown longest(absl::Milliseconds(20));
    while (!*ended && !longest.over()) std::this_thread::yield();
  });
  for (const char* sql :
       {"CREATE TABLE numbers (number BIGINT)", "INSERT INTO numbers VALUES (1)"}) {
    EXPECT_EQ((*writer)->Execute(sql, {}).status(), absl::OkStatus());
  }
  faults.AtBarrier(nullptr);
  for (std::thread& fold : folds) fold.join();
}

TEST_F(SqliteLogTest, NeedNotGrowWhileItIsWritten) {
  TempDatabase database(kMigrations);
  auto whole = LogBytes(database);
  EXPECT_GE(whole, 5u << 20);
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(Put(*database, absl::StrCat(i), 1), absl::OkStatus());
    if (i == 25) {
      ASSERT_EQ(database->Purge(absl::Seconds(10)), absl::OkStatus());
    }
    EXPECT_EQ(LogBytes(database), whole);
  }
  EXPECT_EQ(CountOf(*database), 50);
  database.Reopen();
  EXPECT_EQ(CountOf(*database), 50);
}

TEST_F(SqliteLogTest, AForeignReaderKeepsItAndNobodyElse) {
  TempDatabase database(kMigrations, WithLimit(256 << 10));
  sqlite3* foreign = nullptr;
  ASSERT_EQ(sqlite3_open(database.path().c_str(), &foreign), SQLITE_OK);
  auto run = [&](const char* sql) { return sqlite3_exec(foreign, sql, nullptr, nullptr, nullptr); };
  ASSERT_EQ(run("BEGIN; SELECT count(*) FROM things;"), SQLITE_OK);
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(Put(*database, absl::StrCat(i), 64 << 10), absl::OkStatus());
  }
  EXPECT_GT(LogBytes(database), 1u << 20);
  EXPECT_THAT(metrics_.Scrape(), HasSubstr("triad_db_log_restarts_total{result=\"ok\"} 0\n"));
  EXPECT_EQ(CountOf(*database), 20);
  ASSERT_EQ(run("COMMIT"), SQLITE_OK);
  // It is tried again once the log has grown.
  for (int i = 20; LogBytes(database) > (256 << 10); ++i) {
    ASSERT_LT(i, 60);
    ASSERT_EQ(Put(*database, absl::StrCat(i), 64 << 10), absl::OkStatus());
  }
  sqlite3_close(foreign);
}

TEST_F(SqliteLogTest, SaysThatItCannotBeFoldedAndTriesAgain) {
  FileFaults faults;
  TempDatabase database(kMigrations, WithLimit(16 << 20));
  auto has = [&](const char* sample) {
    return metrics_.Scrape().find(absl::StrCat("triad_db_checkpoints_total{result=\"", sample)) !=
           std::string::npos;
  };
  faults.FailWrites(true);
  // More than is folded at a time, less than the limit.
  PutBlocks(*database, 1000);
  EXPECT_TRUE(Eventually([&] { return !has("error\"} 0\n"); }));
  EXPECT_TRUE(has("ok\"} 0\n"));
  EXPECT_EQ(Put(*database, "meanwhile", 1), absl::OkStatus());

  faults.FailWrites(false);
  // Also if nothing is written any more.
  EXPECT_TRUE(Eventually([&] { return !has("ok\"} 0\n"); }));
  EXPECT_EQ(CountOf(*database), 1001);
  database.Reopen();
  EXPECT_EQ(CountOf(*database), 1001);
}

TEST_F(SqliteLogTest, KeepsNothingThatWasPurged) {
  TempDatabase database(kMigrations, WithLimit(1 << 20));
  std::string secret(8 << 10, 's');
  ASSERT_EQ(Put(*database, "secret", secret), absl::OkStatus());
  PutBlocks(*database, 500);
  ASSERT_EQ(Put(*database, "late secret", secret), absl::OkStatus());
  auto holds_it = [&] {
    std::string found;
    for (const std::string suffix : {"", "-wal", "-shm"}) {
      bool in_it =
          Content(database.path() + suffix).find(secret.substr(0, 64)) != std::string::npos;
      if (in_it) absl::StrAppend(&found, "test.db", suffix, " ");
    }
    return found;
  };
  EXPECT_THAT(holds_it(), HasSubstr("test.db-wal"));
  {
    OverlappingReads reads(*database);
    ASSERT_EQ(database->Write([](Session& session) {
      return session.Execute("DELETE FROM things WHERE key LIKE '%secret'").status();
    }),
              absl::OkStatus());
    ASSERT_EQ(database->Purge(absl::Seconds(60)), absl::OkStatus());
  }
  EXPECT_EQ(holds_it(), "");
  EXPECT_EQ(CountOf(*database), 500);
}

// Rows move to other pages as a table grows and shrinks; what is then deleted is in none of them.
TEST_F(SqliteLogTest, KeepsNothingThatWasPurgedWhereRowsHaveMoved) {
  TempDatabase database(kMigrations, WithLimit(1 << 20));
  std::mt19937 random(20261130);
  auto mark = [](int number) { return absl::StrCat("value-", number, "-"); };
  std::vector<std::string> keys;
  for (int i = 0; i < 3000; ++i) {
    keys.push_back(absl::StrCat(mark(i), std::string(random() % 600, 'f')));
  }
  std::shuffle(keys.begin(), keys.end(), random);
  constexpr std::size_t kTogether = 30;
  for (std::size_t begin = 0; begin < keys.size(); begin += kTogether) {
    ASSERT_EQ(database->Write([&](Session& session) {
      for (std::size_t i = begin; i < begin + kTogether; ++i) {
        TRIAD_RETURN_IF_ERROR(
            session.Execute("INSERT INTO things (key) VALUES ($1)", {keys[i]}).status());
      }
      return absl::OkStatus();
    }),
              absl::OkStatus());
  }
  std::shuffle(keys.begin(), keys.end(), random);
  keys.resize(1500);
  ASSERT_EQ(database->Write([&](Session& session) {
    for (const std::string& key : keys) {
      TRIAD_RETURN_IF_ERROR(session.Execute("DELETE FROM things WHERE key = $1", {key}).status());
    }
    return absl::OkStatus();
  }),
            absl::OkStatus());
  ASSERT_EQ(database->Purge(absl::Seconds(60)), absl::OkStatus());
  std::string file = Content(database.path());
  for (const std::string& key : keys) {
    std::string start = key.substr(0, key.rfind('-') + 1);
    EXPECT_EQ(file.find(start), std::string::npos) << start;
  }
  EXPECT_EQ(CountOf(*database), 1500);
  EXPECT_EQ(database->Read([](Session& session) {
    absl::StatusOr<std::vector<KeptRow>> problems = session.Query("PRAGMA integrity_check");
    if (!problems.ok()) return problems.status();
    EXPECT_EQ(problems->front().Text(0), "ok");
    return absl::OkStatus();
  }),
            absl::OkStatus());
}

}  // namespace
}  // namespace triad::db
