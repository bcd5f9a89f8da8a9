// What only SQLite can get wrong: its files, its limits, its settings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/base/testing/eventually.h"
#include "runtime/database/open.h"
#include "runtime/database/testing/expect_refusal.h"
#include "runtime/database/testing/temp_database.h"
#include "runtime/database/testing/writer_gate.h"
#include "runtime/io/testing/temp_directory.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::db {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Migration kMigrations[] = {
    {1, "things", "CREATE TABLE things (key TEXT PRIMARY KEY, bytes BLOB);"},
    {2, "more", "CREATE TABLE more (key TEXT PRIMARY KEY REFERENCES things (key));"},
};

absl::Status Put(Database& database, const std::string& key, std::size_t bytes = 1) {
  return database.Write([&](Session& session) {
    return session
        .Execute("INSERT INTO things (key, bytes) VALUES ($1, $2)",
                 {key, Blob{std::string(bytes, 'x')}})
        .status();
  });
}

std::vector<std::string> Keys(Database& database) {
  std::vector<std::string> keys;
  EXPECT_EQ(database.Read([&](Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(std::vector<KeptRow> rows,
                           session.Query("SELECT key FROM things ORDER BY key"));
    for (const Row& row : rows) keys.push_back(row.Text(0));
    return absl::OkStatus();
  }),
            absl::OkStatus());
  return keys;
}

absl::Status TryOpen(const std::string& url) {
  OpenOptions options;
  options.url = url;
  return Open(options, kMigrations).status();
}

TEST(OpenTest, RefusesUrlsThatNoDriverKnows) {
  for (const std::string url : {"", "sqlite:", "postgresql://host/db", "/plain/path"}) {
    ExpectRefusal(TryOpen(url), absl::StatusCode::kInvalidArgument,
                  {absl::StrCat("database URL '", url, "': expected sqlite:PATH")});
  }
  ExpectRefusal(TryOpen("sqlite::memory:"), absl::StatusCode::kInvalidArgument, {"a file"});
}

TEST(OpenTest, SaysWhyAFileCannotBeOpened) {
  TempDirectory temp;
  ExpectRefusal(TryOpen("sqlite:" + temp.path() + "/none/x.db"), absl::StatusCode::kUnavailable,
                {temp.path() + "/none/x.db", "No such file or directory"});
  ExpectRefusal(TryOpen("sqlite:" + temp.path()), absl::StatusCode::kUnavailable,
                {temp.path(), "cannot be opened"});
}

TEST(OpenTest, KeepsTheFileFromOtherUsers) {
  TempDatabase database(kMigrations);
  ASSERT_EQ(Put(*database, "a"), absl::OkStatus());
  for (const std::string suffix : {"", "-wal", "-shm"}) {
    struct stat info;
    ASSERT_EQ(stat((database.path() + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777, 0600u) << suffix;
  }
}

TEST(OpenTest, RefusesADamagedFile) {
  TempDirectory temp;
  std::string path = temp.path() + "/x.db";
  ASSERT_EQ(TryOpen("sqlite:" + path), absl::OkStatus());
  auto size = std::filesystem::file_size(path);
  std::filesystem::resize_file(path, size / 2);
  ExpectRefusal(TryOpen("sqlite:" + path), absl::StatusCode::kInternal,
                {path, "damaged", "restore it from a backup"});
  std::ofstream(path) << "this is a text, not a database; and it is long enough for a header. "
                         "SQLite looks at the first hundred bytes of it.";
  ExpectRefusal(TryOpen("sqlite:" + path), absl::StatusCode::kInternal,
                {path, "not a database", "restore it from a backup"});
}

TEST(SqliteTest, TakesTheWordsOfCommentsThatAreForIt) {
  constexpr Migration kTables[] = {
      {1, "tables",
       "CREATE TABLE a (id BIGINT PRIMARY KEY) /*sqlite WITHOUT ROWID*/; /* sqlite */\n"
       "CREATE TABLE b (id BIGINT PRIMARY KEY) /*postgresql WITHOUT ROWID*/;"}};
  TempDatabase database(kTables);
  absl::Status read = database->Read([](Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(std::vector<KeptRow> rows,
                           session.Query("SELECT name FROM pragma_table_list WHERE wr = 1"));
    EXPECT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows.front().Text(0), "a");
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.ok()) << read;
}

TEST(SqliteTest, EveryConnectionIsDurableAndChecksReferences) {
  OpenOptions options;
  options.readers = 1;
  TempDatabase database(kMigrations, options);
  auto check = [](Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(std::vector<KeptRow> rows, session.Query("PRAGMA synchronous"));
    EXPECT_EQ(rows[0].Int(0), 2) << "FULL";
    TRIAD_ASSIGN_OR_RETURN(rows, session.Query("PRAGMA foreign_keys"));
    EXPECT_EQ(rows[0].Int(0), 1);
    TRIAD_ASSIGN_OR_RETURN(rows, session.Query("PRAGMA journal_mode"));
    EXPECT_EQ(rows[0].Text(0), "wal");
    return absl::OkStatus();
  };
  EXPECT_EQ(database->Write(check), absl::OkStatus());
  EXPECT_EQ(database->Read(check), absl::OkStatus());
}

// Invariant: a write that was acknowledged is there, one that failed is not.
TEST(SqliteTest, AFullDatabaseInMidGroupLosesNothingAcknowledged) {
  TempDatabase database(kMigrations, {}, 40);
  std::vector<std::string> expected;
  int full = 0;
  // 160 KB in all; every fourth write is 24 KB, and groups form by themselves.
  for (int round = 0; round < 6; ++round) {
    std::vector<std::thread> writers;
    std::vector<absl::Status> results(12);
    for (int i = 0; i < 12; ++i) {
      writers.emplace_back([&, i] {
        results[i] = Put(*database, absl::StrCat(round, "/", i), i % 4 == 0 ? 24 * 1024 : 10);
      });
    }
    for (std::thread& writer : writers) writer.join();
    for (int i = 0; i < 12; ++i) {
      if (results[i].ok()) {
        expected.push_back(absl::StrCat(round, "/", i));
        continue;
      }
      ++full;
      EXPECT_TRUE(absl::IsResourceExhausted(results[i])) << results[i];
      EXPECT_THAT(std::string(results[i].message()), HasSubstr("database or disk is full"));
    }
  }
  EXPECT_GT(full, 0);
  EXPECT_THAT(Keys(*database), ::testing::UnorderedElementsAreArray(expected));
  database.Reopen();
  EXPECT_THAT(Keys(*database), ::testing::UnorderedElementsAreArray(expected));

  ASSERT_EQ(database->Write([](Session& session) {
    return session.Execute("DELETE FROM things WHERE length(bytes) > 100").status();
  }),
            absl::OkStatus());
  EXPECT_EQ(Put(*database, "again", 24 * 1024), absl::OkStatus()) << "there is room again";
  EXPECT_EQ(database->CheckHealth(absl::Seconds(10)), absl::OkStatus());
}

// What the full disk takes with it fails, with its reason, and keeps nothing;
// a write that had failed by itself keeps its own.
TEST(SqliteTest, AFullDatabaseFailsItsGroupWithTheReason) {
  TempDatabase database(kMigrations, {}, 40);
  WriterGate gate(*database);
  std::vector<std::thread> writers;
  std::vector<absl::Status> results(9);
  for (int i = 0; i < 9; ++i) {
    writers.emplace_back([&, i] {
      results[i] = i % 3 == 1 ? database->Write([](Session&) { return absl::AbortedError("own"); })
                              : Put(*database, absl::StrCat(i), i == 5 ? 1 << 20 : 10);
    });
  }
  EXPECT_EQ(gate.Open(), absl::OkStatus());
  for (std::thread& writer : writers) writer.join();
  EXPECT_TRUE(absl::IsResourceExhausted(results[5])) << results[5];
  std::vector<std::string> expected;
  for (int i = 0; i < 9; ++i) {
    if (results[i].ok()) expected.push_back(absl::StrCat(i));
    // One that was not yet run when the disk was full fails like the others.
    EXPECT_TRUE(results[i].ok() || absl::IsResourceExhausted(results[i]) ||
                (i % 3 == 1 && absl::IsAborted(results[i])))
        << i << ": " << results[i];
  }
  EXPECT_THAT(Keys(*database), ::testing::ElementsAreArray(expected));
}

TEST(SqliteTest, NoticesFilesThatAreMovedAwayAndBack) {
  for (const std::string suffix : {"", "-wal"}) {
    TempDatabase database(kMigrations);
    ASSERT_EQ(Put(*database, "before"), absl::OkStatus());
    std::string path = database.path() + suffix;
    std::filesystem::rename(path, path + ".away");
    absl::Status status = database->CheckHealth(absl::Seconds(10));
    ExpectRefusal(status, absl::StatusCode::kUnavailable, {path, "removed or moved"});
    // Nothing is acknowledged that a restart could not find.
    EXPECT_TRUE(absl::IsUnavailable(Put(*database, "meanwhile")));

    std::filesystem::rename(path + ".away", path);
    EXPECT_EQ(database->CheckHealth(absl::Seconds(10)), absl::OkStatus());
    EXPECT_EQ(Put(*database, "after"), absl::OkStatus());
    EXPECT_THAT(Keys(*database), ElementsAre("after", "before"));
  }
}

TEST(SqliteTest, NoticesAFileThatIsReplaced) {
  TempDatabase database(kMigrations);
  std::filesystem::rename(database.path(), database.path() + ".old");
  std::filesystem::copy_file(database.path() + ".old", database.path());
  ExpectRefusal(database->CheckHealth(absl::Seconds(10)), absl::StatusCode::kUnavailable,
                {database.path(), "was replaced", "restart"});
}

TEST(SqliteTest, NoticesAHeaderThatIsOverwrittenAndMended) {
  TempDatabase database(kMigrations);
  ASSERT_EQ(Put(*database, "a"), absl::OkStatus());
  std::string header(16, '\0');
  std::fstream file(database.path(), std::ios::in | std::ios::out | std::ios::binary);
  file.read(header.data(), 16);
  file.seekp(0);
  file.write("garbage garbage!", 16).flush();
  ExpectRefusal(database->CheckHealth(absl::Seconds(10)), absl::StatusCode::kInternal,
                {"not a database"});
  file.seekp(0);
  file.write(header.data(), 16).flush();
  EXPECT_EQ(database->CheckHealth(absl::Seconds(10)), absl::OkStatus());
  EXPECT_EQ(Put(*database, "b"), absl::OkStatus());
}

TEST(SqliteTest, TellsItsSizeAndItsLimit) {
  Metrics metrics("test");
  OpenOptions options;
  options.metrics = &metrics;
  TempDatabase database(kMigrations, options, 100);
  ASSERT_EQ(Put(*database, "a"), absl::OkStatus());
  EXPECT_THAT(metrics.Scrape(), HasSubstr("triad_db_limit_bytes 409600\n"));
  for (const std::string suffix : {"", "-wal"}) {
    auto size = std::filesystem::file_size(database.path() + suffix);
    EXPECT_GT(size, 0u);
    std::string sample = absl::StrCat("triad_db_file_bytes{file=\"",
                                      suffix.empty() ? "database" : "log", "\"} ", size);
    // Sizes are read every few seconds: a scrape does not wait for the disk.
    EXPECT_TRUE(Eventually([&] { return absl::StrContains(metrics.Scrape(), sample); })) << sample;
  }
}

}  // namespace
}  // namespace triad::db
