// Properties of a rollback, over random histories: after a rollback to revision n nothing
// differs between n and now, everything is as it was then, and a second one writes nothing.
#include "services/config/history/rollback.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/testing/seed.h"
#include "services/config/history/entry_diff.h"
#include "services/config/testing/store_fixture.h"

namespace triad::config {
namespace {

using Kind = EntryWrite::Kind;
using testing::Name;
using testing::StoreFixture;

constexpr std::size_t kHistories = 10;
constexpr std::int64_t kRevisions = 40;  // of each

class RollbackTest : public ::testing::Test {
 protected:
  using State = std::map<std::string, std::string>;  // by key, what counts, secrets revealed

  std::size_t Below(std::size_t end) { return random_() % end; }
  std::string Key() { return absl::StrCat(Below(2) == 0 ? "a/" : "b/", Below(4)); }

  EntryWrite AnyWrite() {
    EntryWrite write{.name = Name(Key())};
    switch (Below(6)) {
      case 0:
        write.kind = Kind::kDelete;
        return write;
      case 1:
        write.kind = Kind::kUndelete;
        return write;
      case 2:
        write.kind = Kind::kCopy;
        write.source = Name(Key());
        return write;
      default:
        write.value = absl::StrCat("v", Below(3));
        write.secret = Below(3) == 0;
        write.description = absl::StrCat("d", Below(2));
        write.labels = Below(2) == 0 ? "env=prod\n" : "";
        if (Below(4) == 0) write.expiration = Expiration{.ttl = absl::Minutes(1 + Below(20))};
        return write;
    }
  }

  // One revision at most: many a random write is refused.
  void Step(StoreFixture& fixture) {
    if (Below(5) == 0) {
      fixture.clock().Advance(absl::Minutes(5));
      ASSERT_TRUE(fixture.store().Expire(fixture.clock().Now(), 100).ok());
    } else {
      std::vector<EntryWrite> writes;
      for (std::size_t i = Below(3) + 1; i > 0; --i) writes.push_back(AnyWrite());
      fixture.store().Commit(writes).IgnoreError();
    }
  }

  State Now(StoreFixture& fixture) {
    State state;
    auto page = fixture.store().List({.filter = {"app", ""}});
    EXPECT_TRUE(page.ok()) << page.status();
    for (const Entry& entry : page->entries) {
      auto revealed = fixture.revealer().Reveal(entry.name, {});
      EXPECT_TRUE(revealed.ok()) << revealed.status();
      state[entry.name.key] = absl::StrCat(FormatValue(revealed->value), " ", entry.secret, " ",
                                           entry.description, " ", entry.labels);
    }
    return state;
  }

  static Revision Head(StoreFixture& fixture) { return fixture.log().ReadBounds()->head; }

  // How many entries it writes.
  static std::size_t RollBack(StoreFixture& fixture, Revision to) {
    auto change = fixture.store().Apply([&](db::Session& session) {
      return PlanRollback(session, EntryFilter{"app", ""}, to, 1000);
    });
    EXPECT_TRUE(change.ok()) << change.status();
    return change.ok() ? change->events.size() : 0;
  }
  static std::size_t RollBack(StoreFixture& fixture, const std::string& key, Revision to) {
    auto change = fixture.store().Apply(
        [&](db::Session& session) { return PlanRollback(session, Name(key), to); });
    EXPECT_TRUE(change.ok()) << change.status();
    return change.ok() ? change->events.size() : 0;
  }
  static std::size_t Differences(StoreFixture& fixture, Revision then) {
    auto diff = db::Read(*fixture.database(), [&](db::Session& session) {
      return DiffEntries(session, {{"app", then}, {"app"}, ""}, fixture.setup().epoch, 1 << 20);
    });
    EXPECT_TRUE(diff.ok()) << diff.status();
    return diff->differences.size();
  }

  std::mt19937 random_;
};

TEST_F(RollbackTest, MakesEverythingAsItWasAndThenNothing) {
  for (std::size_t history = 0; history < kHistories && !HasFailure(); ++history) {
    std::uint32_t seed = Seed();
    SCOPED_TRACE(absl::StrCat("TRIAD_SEED=", seed));
    random_.seed(seed);
    StoreFixture fixture;
    std::map<std::int64_t, State> states;
    while (Head(fixture).value < kRevisions && !HasFailure()) {
      Step(fixture);
      states[Head(fixture).value] = Now(fixture);
    }
    for (const auto& [revision, state] : states) {
      SCOPED_TRACE(absl::StrCat("back to ", revision));
      Revision to{revision};
      std::size_t written = RollBack(fixture, to);
      EXPECT_EQ(Now(fixture), state);
      EXPECT_EQ(Differences(fixture, to), 0U);
      Revision head = Head(fixture);
      EXPECT_EQ(RollBack(fixture, to), 0U);
      for (const auto& [key, text] : state) EXPECT_EQ(RollBack(fixture, key, to), 0U);
      EXPECT_EQ(Head(fixture), head);
      if (written > 0) {
        EXPECT_GT(Differences(fixture, Revision{head.value - 1}), 0U);
      }
    }
  }
}

// One entry at a time comes to the same.
TEST_F(RollbackTest, EntryByEntryMakesEverythingAsItWas) {
  std::uint32_t seed = Seed();
  SCOPED_TRACE(absl::StrCat("TRIAD_SEED=", seed));
  random_.seed(seed);
  StoreFixture fixture;
  std::map<std::int64_t, State> states;
  while (Head(fixture).value < kRevisions && !HasFailure()) {
    Step(fixture);
    states[Head(fixture).value] = Now(fixture);
  }
  State ever;
  for (const auto& [revision, state] : states) ever.insert(state.begin(), state.end());
  for (const auto& [revision, state] : states) {
    SCOPED_TRACE(absl::StrCat("back to ", revision));
    for (const auto& [key, text] : ever) RollBack(fixture, key, Revision{revision});
    EXPECT_EQ(Now(fixture), state);
    EXPECT_EQ(Differences(fixture, Revision{revision}), 0U);
    EXPECT_EQ(RollBack(fixture, Revision{revision}), 0U);
  }
}

}  // namespace
}  // namespace triad::config
