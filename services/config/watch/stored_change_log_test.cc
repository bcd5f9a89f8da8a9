// What a page of the past is, and how much is looked at for it.
#include "services/config/watch/stored_change_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/database/testing/step_counter.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/namespace_rows.h"
#include "services/config/rows/version_rows.h"
#include "services/config/testing/store_fixture.h"

namespace triad::config {
namespace {

using testing::Put;
using testing::StoreFixture;

class ChangeLogTest : public ::testing::Test {
 protected:
  // One revision for each of `count` writes to `keys` keys: "busy/0", "busy/1", …
  void Fill(const std::string& prefix, int count, int keys) {
    absl::Status status = fixture_.database()->Write([&](db::Session& session) -> absl::Status {
      std::map<std::string, std::int64_t> versions = versions_;
      absl::Status created = NamespaceRows(session).Create({.name = "app"});
      if (!created.ok() && !absl::IsAlreadyExists(created)) return created;
      for (int i = 0; i < count; ++i) {
        StoredEntry row;
        row.name = {"app", absl::StrCat(prefix, i % keys)};
        row.version = ++versions[row.name.key];
        TRIAD_ASSIGN_OR_RETURN(row.revision, MetaRows(session).TakeRevision());
        TRIAD_RETURN_IF_ERROR(VersionRows(session).Add(row));
      }
      versions_ = std::move(versions);
      return absl::OkStatus();
    });
    ASSERT_TRUE(status.ok()) << status;
  }

  ChangePage Read(const std::string& prefix, std::int64_t after) {
    std::int64_t before = counter_.steps();
    auto page = fixture_.log().Read({"app", prefix}, {Revision{after}});
    EXPECT_TRUE(page.ok()) << page.status();
    steps_ = counter_.steps() - before;
    return page.ok() ? *std::move(page) : ChangePage();
  }

  // For all that is looked at for a page.
  static constexpr std::int64_t kMaxSteps = 60'000;

  db::StepCounter counter_;  // before what it counts
  StoreFixture fixture_;
  std::map<std::string, std::int64_t> versions_;
  std::int64_t steps_ = 0;  // of the last Read
};

TEST_F(ChangeLogTest, APrefixWithoutMatchesTakesOnePageWhateverTheHistory) {
  Fill("busy/", 8'000, 50);
  ChangePage page = Read("none/", 0);
  EXPECT_TRUE(page.changes.empty());
  EXPECT_EQ(page.scanned.after, Revision{8'000});
  EXPECT_LT(steps_, kMaxSteps);
}

TEST_F(ChangeLogTest, AFewMatchesAreFoundByTheirKeys) {
  Fill("busy/", 5'000, 50);
  Fill("rare/", 3, 2);
  Fill("busy/", 5'000, 50);
  ChangePage page = Read("rare/", 10);
  ASSERT_EQ(page.changes.size(), 3u);
  EXPECT_EQ(page.changes[0].revision, Revision{5'001});
  EXPECT_EQ(page.changes[2].revision, Revision{5'003});
  EXPECT_EQ(page.scanned.after, Revision{10'003});
  EXPECT_LT(steps_, kMaxSteps);
}

TEST_F(ChangeLogTest, APageEndsWhereEnoughHasBeenLookedAt) {
  Fill("old/", 3'000, 50);
  Fill("busy/", 7'000, 50);
  Revision after{3'000};
  int pages = 0;
  while (after < Revision{10'000}) {
    ChangePage page = Read("old/", after.value);
    EXPECT_TRUE(page.changes.empty());
    ASSERT_GT(page.scanned.after, after);
    EXPECT_LT(steps_, kMaxSteps);
    after = page.scanned.after;
    ++pages;
  }
  EXPECT_EQ(pages, 4) << "7,000 by 2,000";
}

TEST_F(ChangeLogTest, APageOfMatchesLooksAtNoMoreThanThose) {
  Fill("busy/", 5'000, 50);
  for (const char* prefix : {"", "busy/"}) {
    ChangePage page = Read(prefix, 100);
    EXPECT_EQ(page.changes.size(), 256u);
    EXPECT_EQ(page.scanned.after, Revision{356});
    EXPECT_LT(steps_, kMaxSteps);
  }
}

TEST_F(ChangeLogTest, TheLastPageOfAListIsNoMoreWorkThanTheFirst) {
  Fill("busy/", 5'000, 5'000);
  std::vector<std::int64_t> steps;
  for (const char* after : {"", "busy/88"}) {
    std::int64_t before = counter_.steps();
    auto page =
        fixture_.store().List({.filter = {"app", "busy/"}, .after = after, .at = Revision{5'000}});
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_EQ(page->entries.size(), 100u);
    steps.push_back(counter_.steps() - before);
  }
  EXPECT_LT(steps[1], 2 * steps[0]);
}

TEST(ChangeLogCoalesceTest, APageHasOfEachEntryWhatHappenedLast) {
  StoreFixture fixture({.hub = {.ring_changes = 0}, .log = {.page_bytes = 4000, .page_rows = 10}});
  std::map<std::string, std::int64_t> expected, seen;
  for (std::int64_t i = 1; i <= 100; ++i) {
    std::string key = i % 10 == 0 ? absl::StrCat("rare/", i) : absl::StrCat("busy/", i % 2);
    std::vector<EntryWrite> writes = {Put(key, std::string(1000, 'x'))};
    if (i % 3 == 0) writes.push_back(Put("small", i));
    ASSERT_TRUE(fixture.store().Commit(writes).ok());
    for (const EntryWrite& write : writes) expected[write.name.key] = i;
  }
  WatchFilter filter("app", "");
  filter.coalesce = true;
  Revision after{0};
  int pages = 0;
  for (; after < Revision{100}; ++pages) {
    auto page = fixture.log().Read(filter, {after});
    ASSERT_TRUE(page.ok()) << page.status();
    ASSERT_EQ(page->changes.size(), 1u);
    std::set<std::string> keys;
    for (const EntryEvent& event : page->changes.front().events) {
      EXPECT_TRUE(keys.insert(event.entry.name.key).second) << "one event of each entry";
      EXPECT_GT(event.entry.revision, after);
      seen[event.entry.name.key] = event.entry.revision.value;
    }
    after = page->scanned.after;
    EXPECT_EQ(page->changes.front().revision, after);
  }
  EXPECT_EQ(seen, expected);
  EXPECT_LE(pages, 20);
}

TEST(ChangeLogCoalesceTest, WhatHasLostItsLabelsIsToldOnceMore) {
  StoreFixture fixture({.hub = {.ring_changes = 0}});
  for (const char* labels : {"team=web\n", "team=app\n", "team=db\n"}) {
    EntryWrite write = Put("a", true);
    write.labels = labels;
    ASSERT_TRUE(fixture.store().Write(write).ok());
  }
  WatchFilter filter("app", "");
  filter.coalesce = true;
  filter.labels = *LabelSelector::Parse("label_selector", "team=web");
  auto page = fixture.log().Read(filter, {Revision{0}});
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->changes.size(), 1u);
  ASSERT_EQ(page->changes.front().events.size(), 1u);
  EXPECT_EQ(page->changes.front().events.front().entry.labels, "team=app\n");
}

TEST(ChangeLogPagesTest, SmallPagesLeaveNothingOut) {
  StoreFixture fixture({.hub = {.ring_changes = 0}, .log = {.page_events = 2, .page_rows = 3}});
  for (int i = 0; i < 30; ++i) {
    std::string key = i % 7 == 0 ? absl::StrCat("rare/", i) : absl::StrCat("busy/", i % 3);
    ASSERT_TRUE(fixture.store().Write(Put(key, std::int64_t{i})).ok());
  }
  for (const char* prefix : {"", "rare/", "busy/", "none/"}) {
    std::vector<std::int64_t> seen, expected;
    for (int i = 0; i < 30; ++i) {
      bool rare = i % 7 == 0;
      if (*prefix == '\0' || *prefix == (rare ? 'r' : 'b')) expected.push_back(i + 1);
    }
    Revision after{0};
    while (after < Revision{30}) {
      auto page = fixture.log().Read({"app", prefix}, {after});
      ASSERT_TRUE(page.ok()) << page.status();
      ASSERT_GT(page->scanned.after, after);
      for (const Change& change : page->changes) seen.push_back(change.revision.value);
      after = page->scanned.after;
    }
    EXPECT_EQ(seen, expected) << prefix;
  }
}

}  // namespace
}  // namespace triad::config
