// Every write is done whole or not at all, whichever statement of its transaction fails: what
// is stored, in memory and in the audit log is as it was, watches hear of nothing, and the
// next write goes through.
#include <gmock/gmock.h>
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
#include "services/config/history/rollback.h"
#include "services/config/testing/store_fixture.h"

namespace triad::config {
namespace {

using testing::Copy;
using testing::Delete;
using testing::Name;
using testing::Put;
using testing::PutSecret;
using testing::StoreFixture;
using testing::Undelete;

constexpr auto kUndelete = EntryWrite::Kind::kUndelete;

using Fault = db::StatementFaults::Kind;
using Operation = std::function<absl::Status()>;

EntryWrite DeletePrefix(absl::string_view prefix) {
  return {.name = Name(prefix), .kind = EntryWrite::Kind::kDeletePrefix};
}

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
          std::vector<db::Row> tables,
          session.Query("SELECT t.name, group_concat('quote(' || c.name || ')', ' || '','' || ') "
                        "FROM sqlite_schema t, pragma_table_info(t.name) c "
                        "WHERE t.type = 'table' GROUP BY t.name"));
      for (const db::Row& table : tables) {
        TRIAD_ASSIGN_OR_RETURN(std::vector<db::Row> rows,
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

  // Fails each statement of the operation in turn. At last it is done.
  void ExpectAllOrNothing(const Operation& operation) {
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

TEST_P(AtomicityTest, APut) { ExpectAllOrNothing(PutSecret("secret", std::string("plainest"))); }
TEST_P(AtomicityTest, ADeletion) { ExpectAllOrNothing(Delete("a")); }
TEST_P(AtomicityTest, AnUndeletion) { ExpectAllOrNothing(Undelete("gone")); }
TEST_P(AtomicityTest, ADeletionByPrefix) { ExpectAllOrNothing({DeletePrefix("p/")}); }

TEST_P(AtomicityTest, ACommitOverNamespaces) {
  ExpectAllOrNothing({Put("a", std::string("three")),
                      PutSecret("second", std::string("plain")),
                      Copy("secret", "copied"),
                      Delete("ends"),
                      DeletePrefix("p/"),
                      {.name = Name("x", "other"), .value = std::string("new")},
                      {.name = Name("first", "new"), .value = true}});
}

TEST_P(AtomicityTest, ARename) {
  ExpectAllOrNothing({Copy("secret", "renamed"), Delete("secret")});
}

TEST_P(AtomicityTest, ARollbackOfAnEntry) {
  ExpectAllOrNothing([&] {
    auto plan = [&](db::Session& session) { return PlanRollback(session, Name("secret"), 1); };
    return fixture_.store().Apply(plan).status();
  });
}

TEST_P(AtomicityTest, ARollbackOfANamespace) {
  ExpectAllOrNothing([&] {
    auto plan = [&](db::Session& session) {
      return PlanRollback(session, EntryFilter{"app", "p/"}, rolled_back_to_, 1000);
    };
    return fixture_.store().Apply(plan).status();
  });
}

TEST_P(AtomicityTest, ADestruction) {
  ExpectAllOrNothing([&] {
    Destruction destruction{Name("secret"), {1, 2}, std::string("new")};
    return fixture_.destroyer().Destroy(destruction, DryRun::kNo).status();
  });
}

TEST_P(AtomicityTest, AnExpiry) {
  ExpectAllOrNothing([&] { return fixture_.store().Expire(fixture_.clock().Now(), 100).status(); });
}

TEST_P(AtomicityTest, ALineOfAReveal) {
  ExpectAllOrNothing([&] { return fixture_.revealer().Reveal(Name("secret"), {}).status(); });
}

TEST_P(AtomicityTest, ANewNamespace) {
  ExpectAllOrNothing(
      [&] { return fixture_.namespaces().Create("new", "described", DryRun::kNo).status(); });
}

TEST_P(AtomicityTest, ADescription) {
  ExpectAllOrNothing(
      [&] { return fixture_.namespaces().Describe("other", "described", DryRun::kNo).status(); });
}

class DeletedNamespaceTest : public AtomicityTest {
 protected:
  // Deletes the namespace in spite of the statement that fails. Returns whether none has.
  bool DeleteOther(std::int64_t n) {
    NamespaceStore& namespaces = fixture_.namespaces();
    std::string before = Everything();
    faults_.FailAt(n, GetParam());
    absl::Status deleted = namespaces.Delete("other", true, DryRun::kNo);
    bool all_done = deleted.ok() && !faults_.failed();
    faults_.FailAt(0, GetParam());
    EXPECT_EQ(deleted.ok(), all_done) << deleted;
    if (all_done) return true;
    auto found = namespaces.Get("other");
    bool begun = !found.ok() || found->deleting;
    EntryWrite late{.name = Name("late", "other"), .value = true};
    if (begun) {
      EXPECT_FALSE(fixture_.store().Write(late).ok());
    } else {
      EXPECT_EQ(Everything(), before);
    }
    absl::Status ended = begun && n % 2 == 0 ? namespaces.FinishDeletions()
                                             : namespaces.Delete("other", true, DryRun::kNo);
    EXPECT_TRUE(ended.ok()) << ended;
    return false;
  }

  // All that the watch is told up to the next write.
  std::string ToldBefore(std::int64_t n) {
    Write(Put("next", n));
    std::vector<std::string> told;
    do told.push_back(Told());
    while (!absl::StrContains(told.back(), "next"));
    return absl::StrJoin(told, "");
  }
};

// It takes several transactions. One that has begun goes on when it is asked for again, or at
// the next start, and each entry's deletion is told once.
TEST_P(DeletedNamespaceTest, IsGoneInTheEndWhateverFails) {
  for (std::int64_t n = 1; !HasFailure(); ++n) {
    SCOPED_TRACE(absl::StrCat("statement ", n, " fails"));
    bool all_done = DeleteOther(n);
    EXPECT_TRUE(absl::IsNotFound(fixture_.namespaces().Get("other").status()));
    EXPECT_FALSE(fixture_.store().Write({.name = Name("x", "other"), .kind = kUndelete}).ok());
    if (HasFailure()) return;  // what follows would wait for ever
    std::string told = ToldBefore(n);
    for (const char* key : {" x ", " y ", " z "}) {
      EXPECT_TRUE(absl::StrContains(told, key)) << told;
      EXPECT_EQ(told.find(key), told.rfind(key)) << told;
    }
    if (all_done) return;
    FillOther();
    for (int i = 0; i < 3; ++i) Told();
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, AtomicityTest,
                         ::testing::Values(Fault::kInterrupted, Fault::kTooLarge));
INSTANTIATE_TEST_SUITE_P(Faults, DeletedNamespaceTest,
                         ::testing::Values(Fault::kInterrupted, Fault::kTooLarge));

}  // namespace
}  // namespace triad::config
