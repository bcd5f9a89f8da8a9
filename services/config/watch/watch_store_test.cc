// Watches of entries on a real database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/watch/testing/pending.h"
#include "runtime/watch/watch_hub.h"
#include "services/config/testing/store_fixture.h"

namespace triad::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Put;
using testing::PutSecret;
using testing::StoreFixture;
using triad::testing::Keys;
using triad::testing::Next;
using triad::testing::Pending;

// On a real database: changes of over 2,000 bytes are not in memory, and are read in pages of
// that size.
class LargeChangeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(fixture_.store().Write(Put("before", true)).ok());
    watch_ = Start({"app", ""}, Revision{1});
  }
  std::unique_ptr<Watch> Start(WatchFilter filter, Revision after) {
    auto watch = fixture_.hub().Start(std::move(filter), after);
    EXPECT_TRUE(watch.ok()) << watch.status();
    return *std::move(watch);
  }
  // One revision of five entries with 900 bytes each, and a sixth with little.
  void WriteLarge(const std::string& first_labels = "") {
    std::vector<EntryWrite> writes;
    for (const char* key : {"a", "b", "c", "d", "e"}) {
      writes.push_back(Put(key, std::string(900, 'x')));
    }
    writes.front().labels = first_labels;
    writes.push_back(Put("f", true));
    ASSERT_TRUE(fixture_.store().Commit(writes).ok());
  }
  std::vector<std::string> Take(Watch& watch, int count) {
    std::vector<std::string> taken;
    for (int i = 0; i < count; ++i) taken.push_back(Keys(*Next(watch)));
    return taken;
  }

  StoreFixture fixture_{{.hub = {.change_bytes = 2000}, .log = {.page_bytes = 2000}}};
  std::unique_ptr<Watch> watch_;
};

TEST_F(LargeChangeTest, ItIsToldInPartsOfWhichTheLastIsItsEnd) {
  Pending pending(*watch_);
  WriteLarge();
  ASSERT_TRUE(fixture_.store().Write(Put("after", true)).ok());
  EXPECT_EQ(Keys(*pending.Wait()), "2+: a b ");
  EXPECT_THAT(Take(*watch_, 3), ElementsAre("2+: c d ", "2!: e f ", "3: after "));
}

TEST_F(LargeChangeTest, ItsPartsAreTheSameWhereverAWatchBegins) {
  WriteLarge();
  auto late = Start({"app", ""}, Revision{0});
  EXPECT_THAT(Take(*late, 4), ElementsAre("1: before ", "2+: a b ", "2+: c d ", "2!: e f "));
  auto again = Start({"app", ""}, Revision{1});
  EXPECT_THAT(Take(*again, 2), ElementsAre("2+: a b ", "2+: c d "));
}

TEST_F(LargeChangeTest, OneWhomItDoesNotConcernPassesOverItInMemory) {
  auto other = Start({"app", "other"}, Revision{1});
  Pending pending(*other);
  WriteLarge();
  ASSERT_TRUE(fixture_.store().Write(Put("other", true)).ok());
  EXPECT_EQ(Keys(*pending.Wait()), "3: other ");
  EXPECT_THAT(fixture_.metrics().Scrape(), HasSubstr("triad_config_watch_replays_total 0"));
}

TEST_F(LargeChangeTest, WhatMatchesLittleOfItGetsItWhole) {
  auto some = Start({"app", "c"}, Revision{1});
  WriteLarge();
  EXPECT_THAT(Take(*some, 1), ElementsAre("2: c "));
}

TEST_F(LargeChangeTest, AnEndIsToldThoughNothingMatchesThere) {
  WatchFilter filter("app", "");
  filter.labels = *LabelSelector::Parse("label_selector", "team=web");
  auto labelled = Start(filter, Revision{1});
  WriteLarge("team=web\n");
  EXPECT_THAT(Take(*labelled, 2), ElementsAre("2+: a ", "2!: "));
}

TEST_F(LargeChangeTest, AnEndInItsMiddleGoesOnFromItsStart) {
  WriteLarge();
  EXPECT_THAT(Take(*watch_, 1), ElementsAre("2+: a b "));
  watch_->Cancel();
  absl::Status status = Next(*watch_).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("after_revision 1"));
}

TEST_F(LargeChangeTest, WhatIsForgottenInItsMiddleIsReadAgain) {
  WriteLarge();
  EXPECT_THAT(Take(*watch_, 1), ElementsAre("2+: a b "));
  fixture_.hub().Forget();
  EXPECT_THAT(Take(*watch_, 2), ElementsAre("2+: c d ", "2!: e f "));
}

TEST_F(LargeChangeTest, WatchersOfTheSameShareWhatIsRead) {
  WriteLarge();
  auto other = Start({"app", ""}, Revision{1});
  auto first = Next(*watch_), same = Next(*other);
  EXPECT_EQ(first->change, same->change);
  fixture_.hub().Forget();
  auto late = Start({"app", ""}, Revision{1});
  EXPECT_NE(Next(*late)->change, nullptr);
  EXPECT_EQ(Take(*watch_, 2), Take(*other, 2));
}

TEST_F(LargeChangeTest, WhatWasBeforeCountsToo) {
  WriteLarge();
  std::vector<EntryWrite> writes;
  for (const char* key : {"a", "b", "c"}) writes.push_back(Put(key, true));
  ASSERT_TRUE(fixture_.store().Commit(writes).ok());
  WatchFilter filter("app", "");
  filter.with_previous = true;
  auto watch = Start(filter, Revision{2});
  EXPECT_THAT(Take(*watch, 2), ElementsAre("3+: a b ", "3!: c "));
}

TEST_F(LargeChangeTest, OneThatCoalescesGetsItInPartsToo) {
  WatchFilter filter("app", "");
  filter.coalesce = true;
  auto watch = Start(filter, Revision{0});
  WriteLarge();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(fixture_.store().Write(Put("e", true)).ok());
  EXPECT_THAT(Take(*watch, 5),
              ElementsAre("1: before ", "2+: a b ", "2+: c d ", "2!: e f ", "5: e "));
}

TEST(WatchCoalesceTest, ASlowReaderGetsFewMessagesAndWhatIsThereAtLast) {
  constexpr int kThreads = 8, kWritesEach = 1250, kKeys = 5;
  StoreFixture fixture;
  WatchFilter filter("app", "");
  filter.coalesce = true;
  auto watch = fixture.hub().Start(filter, Revision{0});
  ASSERT_TRUE(watch.ok()) << watch.status();
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kThreads; ++writer) {
    writers.emplace_back([&, writer] {
      for (std::int64_t i = 0; i < kWritesEach; ++i) {
        ASSERT_TRUE(fixture.store().Write(Put(absl::StrCat("k", i % kKeys), i + writer)).ok());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  std::map<std::string, Revision> told;
  int messages = 0;
  for (Revision seen; seen < Revision{kThreads * kWritesEach}; ++messages) {
    auto message = Next(**watch);
    ASSERT_TRUE(message.ok()) << message.status();
    ASSERT_GT(message->revision, seen);
    ASSERT_LE(message->change->events.size(), static_cast<std::size_t>(kKeys));
    seen = message->revision;
    for (const auto& event : message->change->events) told[event.key] = seen;
  }
  EXPECT_LE(messages, 10);
  EXPECT_EQ(told.size(), static_cast<std::size_t>(kKeys));
}

// Many writers and watchers on a real database: slow ones, fast ones, late ones
// and ones that break off and resume. Each sees every change once, in order.
class WatchStressTest : public ::testing::Test {
 protected:
  static constexpr int kWriters = 4;
  static constexpr int kWritesEach = 60;
  static constexpr std::int64_t kLast = kWriters * kWritesEach;

  void Write(int writer) {
    for (int i = 0; i < kWritesEach; ++i) {
      EntryWrite write = i % 7 == 0 ? PutSecret(absl::StrCat("w", writer, "/s"), std::int64_t{i})
                                    : Put(absl::StrCat("w", writer, "/k"), std::int64_t{i});
      auto entry = fixture_.store().Write(write);
      ASSERT_TRUE(entry.ok()) << entry.status();
    }
  }

  struct Habit {
    bool slow;       // lets the ring run away
    int late;        // starts once that many revisions are there
    int reconnects;  // starts anew after so many answers; 0 never
  };

  void Watch(const Habit& habit, std::vector<std::int64_t>& seen) {
    auto reached = [&] { return fixture_.log().ReadBounds()->head.value >= habit.late; };
    while (!reached()) std::this_thread::yield();
    std::optional<Revision> after = Revision{0};
    while (seen.empty() || seen.back() < kLast) {
      auto watch = fixture_.hub().Start({"app", ""}, after);
      ASSERT_TRUE(watch.ok()) << watch.status();
      for (int i = 0; habit.reconnects == 0 || i < habit.reconnects; ++i) {
        auto change = Next(**watch);
        ASSERT_TRUE(change.ok()) << change.status();
        if (change->change->events.empty()) continue;  // a mark
        seen.push_back(change->revision.value);
        if (seen.back() == kLast) break;
        if (habit.slow) {
          auto ahead = seen.back() + 20;
          while (fixture_.log().ReadBounds()->head.value < std::min(ahead, kLast)) {
            std::this_thread::yield();
          }
        }
      }
      after = Revision{seen.back()};
    }
  }

  StoreFixture fixture_{{.hub = {.ring_changes = 8, .ring_bytes = 1 << 20},
                         .log = {.page_events = 5, .page_bytes = 1 << 20}}};
};

TEST_F(WatchStressTest, EveryWatcherSeesEveryRevisionOnceAndInOrder) {
  Habit habits[] = {{false, 0, 0}, {false, 0, 0},  {true, 0, 0},    {false, 100, 0},
                    {false, 0, 7}, {true, 50, 11}, {false, 200, 3}, {false, kLast, 0}};
  std::vector<std::int64_t> expected;
  for (std::int64_t i = 1; i <= kLast; ++i) expected.push_back(i);
  std::vector<std::vector<std::int64_t>> seen(std::size(habits));
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < std::size(habits); ++i) {
    threads.emplace_back([&, i] { Watch(habits[i], seen[i]); });
  }
  for (int i = 0; i < kWriters; ++i) threads.emplace_back([this, i] { Write(i); });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], expected) << "watcher " << i;
}

}  // namespace
}  // namespace triad::config
