// Writes of which one statement fails, whichever, and what is there afterwards.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/status.h"
#include "runtime/base/testing/eventually.h"
#include "runtime/database/testing/statement_faults.h"
#include "services/config/testing/store_fixture.h"

namespace triad::config::testing {

using Fault = db::StatementFaults::Kind;

// How each statement fails in turn.
inline auto Faults() { return ::testing::Values(Fault::kInterrupted, Fault::kTooLarge); }

class AtomicityTest : public ::testing::TestWithParam<Fault> {
 protected:
  AtomicityTest() {
    // What the audit log does by itself, and again only after ten seconds.
    EXPECT_TRUE(Eventually([&] { return faults_.HasRun("DELETE FROM audit"); }));
    for (const EntryWrite& write :
         {Put("a", std::string("one")), Put("a", std::string("two")),
          PutSecret("secret", std::string("plain")), PutSecret("secret", std::string("plainer")),
          Put("p/1", true), Put("p/2", false), Put("gone", 1.5), Delete("gone")}) {
      Write(write);
    }
    FillOther();
    EntryWrite ends = Put("ends", std::string("soon"));
    ends.expiration = Expiration{.ttl = absl::Minutes(1)};
    Write(ends);
    rolled_back_to_ = head();
    Write(Put("p/1", std::int64_t{7}));
    Write(Put("p/3", std::int64_t{8}));
    fixture_.clock().Advance(absl::Minutes(2));
    watch_ = *fixture_.hub().Start(WatchFilter{"", ""}, head());
    Listen();
  }

  void Write(const EntryWrite& write) {
    auto written = fixture_.store().Write(write);
    ASSERT_TRUE(written.ok()) << written.status();
  }
  void FillOther() {
    for (const char* key : {"x", "y", "z"}) {
      Write({.name = Name(key, "other"), .value = std::string("value")});
    }
  }
  Revision head() { return fixture_.log().ReadBounds()->head; }

  void Listen() {
    auto told = std::make_shared<std::promise<std::string>>();
    told_ = told->get_future();
    watch_->Next([told](absl::StatusOr<WatchMessage> message) {
      told->set_value(message.ok() ? message->change->bytes : message.status().ToString());
    });
  }
  // The change that the watch tells next.
  std::string Told() {
    std::string told = told_.get();
    Listen();
    return told;
  }

  // Every row of every table, and the entries in memory.
  std::string Everything() {
    std::string text;
    absl::Status read = fixture_.database()->Read([&](db::Session& session) -> absl::Status {
      TRIAD_ASSIGN_OR_RETURN(
          std::vector<db::KeptRow> tables,
          session.Query("SELECT t.name, group_concat('quote(' || c.name || ')', ' || '','' || ') "
                        "FROM sqlite_schema t, pragma_table_info(t.name) c "
                        "WHERE t.type = 'table' GROUP BY t.name"));
      for (const db::Row& table : tables) {
        TRIAD_ASSIGN_OR_RETURN(std::vector<db::KeptRow> rows,
                               session.Query(absl::StrCat("SELECT ", table.Text(1), " FROM \"",
                                                          table.Text(0), "\" ORDER BY 1")));
        for (const db::Row& row : rows) absl::StrAppend(&text, table.Text(0), row.Text(0), "\n");
      }
      return absl::OkStatus();
    });
    EXPECT_TRUE(read.ok()) << read;
    for (const char* space : {"app", "other", "new"}) {
      auto page = fixture_.store().List({.filter = {space, ""}, .limit = 100});
      EXPECT_TRUE(page.ok()) << page.status();
      absl::StrAppend(&text, space, fixture_.view().Count(space).value_or(-1), "\n");
      for (const Entry& entry : page->entries) {
        absl::StrAppend(&text, entry.name.key, entry.etag, FormatValue(entry.value), "\n");
      }
    }
    return text;
  }

  // A write of something else goes through, and is what the watch tells next.
  void ExpectTheNextWrite(std::int64_t n) {
    Write(Put("next", n));
    EXPECT_EQ(Told(), absl::StrCat(head().value, ": next "));
  }

  // All that the watch is told up to the next write.
  std::string ToldBefore(std::int64_t n) {
    Write(Put("next", n));
    std::vector<std::string> told;
    do told.push_back(Told());
    while (!absl::StrContains(told.back(), "next"));
    return absl::StrJoin(told, "");
  }

  // Fails each statement of the operation in turn. At last it is done.
  void ExpectAllOrNothing(const std::function<absl::Status()>& operation) {
    for (std::int64_t n = 1; !HasFailure(); ++n) {
      SCOPED_TRACE(absl::StrCat("statement ", n, " fails"));
      std::string before = Everything();
      faults_.FailAt(n, GetParam());
      absl::Status status = operation();
      bool all_done = status.ok() && !faults_.failed();
      faults_.FailAt(0, GetParam());
      if (all_done) {
        EXPECT_TRUE(Everything() != before);
        EXPECT_GT(n, 1) << "no statement has failed";
        return;
      }
      EXPECT_FALSE(status.ok());
      EXPECT_EQ(Everything(), before);
      ExpectTheNextWrite(n);
    }
  }
  void ExpectAllOrNothing(const EntryWrite& write) {
    ExpectAllOrNothing([&] { return fixture_.store().Write(write).status(); });
  }
  void ExpectAllOrNothing(const std::vector<EntryWrite>& writes) {
    ExpectAllOrNothing([&] { return fixture_.store().Commit(writes).status(); });
  }

  db::StatementFaults faults_;
  StoreFixture fixture_;
  Revision rolled_back_to_;
  std::unique_ptr<Watch> watch_;
  std::future<std::string> told_;
};

}  // namespace triad::config::testing
