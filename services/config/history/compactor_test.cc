#include "services/config/history/compactor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "services/config/testing/store_fixture.h"

namespace triad::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Name;
using testing::Put;
using testing::StoreFixture;

constexpr CompactionOptions kHour{.retention = absl::Hours(1)};

void Set(StoreFixture& fixture, absl::string_view key) {
  auto entry = fixture.store().Write(Put(key, true));
  ASSERT_TRUE(entry.ok()) << entry.status();
}

std::int64_t Compact(StoreFixture& fixture, const CompactionOptions& options) {
  auto removed = CompactOnce(*fixture.database(), fixture.clock().Now(), options);
  EXPECT_TRUE(removed.ok()) << removed.status();
  return removed.value_or(-1);
}

// Versions of a key in the history, in order.
std::vector<std::int64_t> Versions(StoreFixture& fixture, const std::string& key) {
  std::vector<std::int64_t> versions;
  absl::Status status = fixture.database()->Read([&](db::Session& session) {
    auto rows = session.Query(
        "SELECT version FROM versions WHERE namespace = 'app' AND key = $1 ORDER BY version",
        {key});
    if (rows.ok()) {
      for (const db::Row& row : *rows) versions.push_back(row.Int(0));
    }
    return rows.status();
  });
  EXPECT_TRUE(status.ok()) << status;
  return versions;
}

TEST(CompactorTest, KeepsWhatWasCurrentAtTheFloor) {
  StoreFixture fixture;
  for (const char* key : {"a", "a", "b", "a"}) Set(fixture, key);  // revisions 1 to 4
  fixture.clock().Advance(absl::Minutes(61));
  Set(fixture, "a");
  EXPECT_EQ(Compact(fixture, kHour), 4);
  EXPECT_EQ(Compact(fixture, kHour), 0);

  EXPECT_THAT(Versions(fixture, "a"), ElementsAre(3, 4));
  EXPECT_THAT(Versions(fixture, "b"), ElementsAre(1));
  EXPECT_EQ(fixture.log().ReadBounds()->floor, Revision{4});
  EXPECT_EQ(fixture.log().ReadBounds()->head, Revision{5});
  EXPECT_EQ(fixture.store().Get(Name("a"))->version, 4);
}

TEST(CompactorTest, TheNewestVersionStaysWhateverItsAge) {
  StoreFixture fixture;
  for (const char* key : {"a", "a", "b"}) Set(fixture, key);
  fixture.clock().Advance(absl::Hours(1000));
  EXPECT_EQ(Compact(fixture, kHour), 3);
  EXPECT_THAT(Versions(fixture, "a"), ElementsAre(2));
  EXPECT_TRUE(fixture.store().Get(Name("b")).ok());
  Set(fixture, "a");
  EXPECT_EQ(fixture.store().Get(Name("a"))->version, 3);
  // What it replaced goes when the replacement is old.
  fixture.clock().Advance(absl::Hours(2));
  EXPECT_EQ(Compact(fixture, kHour), 1);
  EXPECT_THAT(Versions(fixture, "a"), ElementsAre(3));
}

TEST(CompactorTest, YoungHistoryStays) {
  StoreFixture fixture;
  for (const char* key : {"a", "a"}) Set(fixture, key);
  fixture.clock().Advance(absl::Minutes(59));
  EXPECT_EQ(Compact(fixture, kHour), 0);
  EXPECT_THAT(Versions(fixture, "a"), ElementsAre(1, 2));
  EXPECT_EQ(fixture.log().ReadBounds()->floor, Revision{0});
}

TEST(CompactorTest, WorksInBatchesOfWholeRevisions) {
  StoreFixture fixture({.first_entries = {Put("x", true), Put("y", true), Put("z", true)}});
  for (int i = 0; i < 5; ++i) Set(fixture, "a");
  fixture.clock().Advance(absl::Hours(2));
  CompactionOptions batches = kHour;
  batches.batch = 2;
  std::vector<std::int64_t> removed;
  do removed.push_back(Compact(fixture, batches));
  while (removed.back() > 0);
  // The first revision has three events, more than a batch.
  EXPECT_THAT(removed, ElementsAre(4, 2, 2, 0));
  EXPECT_EQ(fixture.log().ReadBounds()->floor, Revision{6});
  EXPECT_THAT(Versions(fixture, "a"), ElementsAre(5));
}

TEST(CompactorTest, NothingStaysOfWhatWasDeletedAndNotWrittenAgain) {
  StoreFixture fixture;
  for (const char* key : {"gone", "back"}) {
    Set(fixture, key);
    ASSERT_TRUE(fixture.store().Write(testing::Delete(key)).ok());
  }
  ASSERT_TRUE(fixture.store().Write(testing::Undelete("back")).ok());
  EXPECT_EQ(Compact(fixture, kHour), 0);
  EXPECT_THAT(Versions(fixture, "gone"), ElementsAre(1, 2));
  fixture.clock().Advance(absl::Hours(2));
  EXPECT_EQ(Compact(fixture, kHour), 5);
  EXPECT_THAT(Versions(fixture, "gone"), ElementsAre());
  EXPECT_THAT(Versions(fixture, "back"), ElementsAre(3));
  EXPECT_TRUE(absl::IsNotFound(fixture.store().Write(testing::Undelete("gone")).status()));
  Set(fixture, "gone");
  EXPECT_THAT(Versions(fixture, "gone"), ElementsAre(1));
}

TEST(CompactorTest, AWatchFromBeforeTheFloorIsToldTheFloor) {
  StoreFixture fixture;
  for (const char* key : {"a", "b", "c"}) Set(fixture, key);
  fixture.clock().Advance(absl::Hours(2));
  Compact(fixture, kHour);
  absl::Status status = fixture.hub().Start({"app", ""}, Revision{2}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(status.message()), HasSubstr("before 3,"));
  EXPECT_TRUE(fixture.hub().Start({"app", ""}, Revision{3}).ok());
  EXPECT_EQ(fixture.log().Read({"app", ""}, {Revision{2}}).status().code(),
            absl::StatusCode::kOutOfRange);
}

TEST(CompactorTest, TheThreadCompactsAndStops) {
  StoreFixture fixture;
  for (const char* key : {"a", "a"}) Set(fixture, key);
  fixture.clock().Advance(absl::Hours(2));
  Compactor compactor(*fixture.database(), fixture.clock(), kHour, absl::Milliseconds(1));
  while (fixture.log().ReadBounds()->floor < Revision{2}) std::this_thread::yield();
  EXPECT_THAT(Versions(fixture, "a"), ElementsAre(2));
}

}  // namespace
}  // namespace triad::config
