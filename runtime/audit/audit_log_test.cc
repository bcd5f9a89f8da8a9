#include "runtime/audit/audit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/base/testing/eventually.h"
#include "runtime/base/testing/fake_clock.h"
#include "runtime/database/testing/temp_database.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::audit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr db::Migration kMigrations[] = {
    {1, "audit",
     "CREATE TABLE audit (id BIGINT NOT NULL PRIMARY KEY, time BIGINT NOT NULL, principal TEXT NOT "
     "NULL, peer TEXT NOT NULL, address TEXT NOT NULL, method TEXT NOT NULL, resource TEXT NOT "
     "NULL, count BIGINT NOT NULL, outcome TEXT NOT NULL, revision BIGINT NOT NULL, request_id "
     "TEXT NOT NULL, trace_id TEXT NOT NULL)"}};

class AuditLogTest : public ::testing::Test {
 protected:
  void Open(Options options = {}) {
    log_.reset();
    auto log = AuditLog::Open(*database_, clock_, metrics_, std::move(options));
    ASSERT_TRUE(log.ok()) << log.status();
    log_ = *std::move(log);
  }
  void Add(const std::string& resource, const std::string& method = "a.B/Set") {
    ASSERT_TRUE(log_->AppendNow({Line{.method = method, .resource = resource}}).ok());
  }
  std::vector<std::string> List(const Filter& filter = {}) {
    std::vector<std::string> found;
    auto page = log_->List(filter, 0, 1000);
    EXPECT_TRUE(page.ok()) << page.status();
    for (const Line& line : page->lines) {
      found.push_back(absl::StrCat(line.id, " ", line.method, " ", line.resource, " ", line.count));
    }
    return found;
  }

  FakeClock clock_;
  Metrics metrics_{"test"};
  db::TempDatabase database_{kMigrations};
  std::unique_ptr<AuditLog> log_;
};

TEST_F(AuditLogTest, LinesAreNumberedAndListedTheNewestFirst) {
  Open();
  Add("x/1");
  Add("x/2", "a.B/Get");
  Add("y/1");
  EXPECT_THAT(List(), ElementsAre("3 a.B/Set y/1 1", "2 a.B/Get x/2 1", "1 a.B/Set x/1 1"));
  EXPECT_THAT(List({.resource = "x/", .method = "", .principal = "", .outcome = ""}),
              ElementsAre("2 a.B/Get x/2 1", "1 a.B/Set x/1 1"));
  Filter set;
  set.method = "Set";
  EXPECT_THAT(List(set), ElementsAre("3 a.B/Set y/1 1", "1 a.B/Set x/1 1"));
  Filter later;
  later.from = clock_.Now() + absl::Seconds(1);
  EXPECT_THAT(List(later), ElementsAre());
  auto page = log_->List({}, 0, 2);
  EXPECT_TRUE(page->more);
  page = log_->List({}, page->next, 2);
  EXPECT_FALSE(page->more);
  EXPECT_EQ(page->lines.front().id, 1);
}

TEST_F(AuditLogTest, ALineIsThereOnlyIfItsTransactionIs) {
  Open();
  Line line{.method = "a.B/Set", .resource = "x"};
  absl::Status failed = database_->Write([&](db::Session& session) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(log_->Append(session, line));
    return absl::AbortedError("no");
  });
  EXPECT_EQ(failed.code(), absl::StatusCode::kAborted);
  EXPECT_THAT(List(), ElementsAre());
}

TEST_F(AuditLogTest, RefusedAttemptsAreCountedTogether) {
  Open({.interval = absl::Hours(1)});
  for (int i = 0; i < 5; ++i) {
    log_->Refused({.peer = "ipv4:1", .method = "a.B/Set", .outcome = "UNAUTHENTICATED"});
  }
  // A stranger who comes from everywhere fills nothing.
  for (int i = 0; i < 1000; ++i) {
    log_->Refused({.peer = absl::StrCat(i), .method = "a.B/Set", .outcome = "UNAUTHENTICATED"});
  }
  Open();  // an end writes them
  // The first round of the background may come in the middle, and write what there is by then.
  std::vector<std::string> lines = List();
  EXPECT_LE(lines.size(), 2 * 101u);
  std::int64_t attempts = 0;
  auto page = log_->List({}, 0, 1000);
  ASSERT_TRUE(page.ok()) << page.status();
  for (const Line& line : page->lines) attempts += line.count;
  EXPECT_EQ(attempts, 1005);
  EXPECT_THAT(lines, ::testing::Contains(HasSubstr("others  ")));
}

TEST_F(AuditLogTest, OldLinesGoAndNumbersAreNotUsedAgain) {
  Open({.interval = absl::Hours(1)});
  for (const char* resource : {"a", "b"}) Add(resource);
  clock_.Advance(absl::Hours(91 * 24));
  Open();
  ASSERT_TRUE(Eventually([&] { return List().size() == 1; }));
  EXPECT_THAT(List(), ElementsAre("2 a.B/Set b 1")) << "the newest stays";
  Add("c");
  EXPECT_EQ(List().front(), "3 a.B/Set c 1");
}

TEST_F(AuditLogTest, LinesGoToAFileAsJson) {
  std::string path = database_.directory() + "/audit.json";
  Open({.file = path});
  Add("x\"\n\xff");
  std::ifstream file(path);
  std::string line;
  ASSERT_TRUE(std::getline(file, line));
  EXPECT_THAT(line, HasSubstr(R"("resource":"x\"\n)"));
  EXPECT_FALSE(std::getline(file, line));
  auto bad = AuditLog::Open(*database_, clock_, metrics_, {.file = "/nowhere/audit.json"});
  EXPECT_THAT(std::string(bad.status().message()), HasSubstr("--audit_file"));
}

TEST_F(AuditLogTest, TellsOfChanges) {
  Open();
  std::atomic<int> told{0};
  log_->WhenChanged([&] { ++told; });
  std::uint64_t forgotten = log_->WhenChanged([&] { told += 100; });
  log_->Forget(forgotten);
  Add("x");
  Add("y");
  EXPECT_EQ(told, 1);
  EXPECT_EQ(*log_->NewestId(), 2);
  EXPECT_EQ(log_->ListAfter({}, 1, 10)->lines.front().resource, "y");
}

}  // namespace
}  // namespace triad::audit
