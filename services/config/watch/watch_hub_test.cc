#include "services/config/watch/watch_hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/mutex.h"
#include "runtime/io/executor.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/config/testing/store_fixture.h"

namespace triad::config {
namespace {

using ::testing::ElementsAre;
using testing::EncodeAsText;
using ::testing::HasSubstr;
using testing::Name;
using testing::Put;
using testing::PutSecret;
using testing::StoreFixture;

// Takes one answer of a watch, and waits for it.
class Pending {
 public:
  explicit Pending(Watch& watch) {
    watch.Next([state = state_](absl::StatusOr<WatchMessage> change) {
      MutexLock lock(state->mutex);
      state->answer = std::move(change);
      state->changed.NotifyAll();
    });
  }
  bool answered() const {
    MutexLock lock(state_->mutex);
    return state_->answer.has_value();
  }
  absl::StatusOr<WatchMessage> Wait() {
    MutexLock lock(state_->mutex);
    while (!state_->answer) state_->changed.Wait(state_->mutex);
    return *state_->answer;
  }

 private:
  // Shared with the callback, which may outlive this.
  struct State {
    Mutex mutex;
    CondVar changed;
    std::optional<absl::StatusOr<WatchMessage>> answer ABSL_GUARDED_BY(mutex);
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

absl::StatusOr<WatchMessage> Next(Watch& watch) { return Pending(watch).Wait(); }

std::string Keys(const WatchMessage& message) { return absl::StrJoin(message.pieces, ""); }

Change MakeChange(std::int64_t revision, const std::vector<EntryName>& names) {
  Change change{Revision{revision}, {}};
  for (const EntryName& name : names) {
    EntryEvent event;
    event.entry.name = name;
    event.entry.revision = Revision{revision};
    change.events.push_back(event);
  }
  return change;
}

// A log of changes in memory that says how often it was read, and can be held.
class FakeLog final : public ChangeLog {
 public:
  void Add(Change change) {
    MutexLock lock(mutex_);
    changes_.push_back(std::move(change));
  }
  void SetFloor(std::int64_t floor) {
    MutexLock lock(mutex_);
    floor_ = Revision{floor};
  }
  void Hold(bool hold) {
    MutexLock lock(mutex_);
    hold_ = hold;
    changed_.NotifyAll();
  }
  int reads() const {
    MutexLock lock(mutex_);
    return reads_;
  }
  void WaitForReads(int reads) {
    MutexLock lock(mutex_);
    while (reads_ < reads) changed_.Wait(mutex_);
  }

  absl::StatusOr<Bounds> ReadBounds() override {
    MutexLock lock(mutex_);
    return Bounds{floor_, Head()};
  }
  absl::StatusOr<ChangePage> ReadAfter(const WatchFilter& filter, Position position) override {
    MutexLock lock(mutex_);
    ++reads_;
    changed_.NotifyAll();
    while (hold_) changed_.Wait(mutex_);
    Revision after = position.after;
    if (after < floor_) return BeforeFloor(after, {floor_, Head()});
    ChangePage page{{}, {Head()}};
    for (const Change& change : changes_) {
      if (change.revision > after && filter.Matches(change.events.front().entry.name, "", "")) {
        page.changes.push_back(change);
      }
    }
    return page;
  }

 private:
  Revision Head() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return changes_.empty() ? Revision{0} : changes_.back().revision;
  }

  mutable Mutex mutex_;
  CondVar changed_;
  std::vector<Change> changes_ ABSL_GUARDED_BY(mutex_);
  Revision floor_ ABSL_GUARDED_BY(mutex_);
  bool hold_ ABSL_GUARDED_BY(mutex_) = false;
  int reads_ ABSL_GUARDED_BY(mutex_) = 0;
};

class WatchHubTest : public ::testing::Test {
 protected:
  // Says how often a change was serialized.
  const EncodeChange counted_ = [this](const Change& change) {
    ++encoded_;
    return EncodeAsText(change);
  };
  void Publish(const std::vector<EntryName>& names) {
    Change change = MakeChange(++head_, names);
    log_.Add(change);
    hub_.Publish(change);
  }
  std::unique_ptr<Watch> Start(const std::string& prefix = "",
                               std::optional<Revision> after = std::nullopt) {
    auto watch = hub_.Start({"app", prefix}, after);
    EXPECT_TRUE(watch.ok()) << watch.status();
    // One that begins now is told when that is.
    if (!after.has_value()) {
      EXPECT_EQ(Keys(*Next(**watch)), absl::StrCat(head_, ": "));
    }
    return *std::move(watch);
  }

  std::int64_t head_ = 0;
  std::atomic<int> encoded_ = 0;
  WatchHubOptions options_ = {.max_watches = 8, .ring_changes = 3, .ring_bytes = 1 << 20};
  FakeLog log_;
  Metrics metrics_{"test"};
  ExecutorOptions executor_options_;
  Executor executor_{executor_options_};
  WatchHub hub_{Revision{0}, log_, counted_, executor_, metrics_, options_};
};

TEST_F(WatchHubTest, AWaitingWatchGetsWhatIsPublished) {
  auto watch = Start();
  Pending pending(*watch);
  EXPECT_FALSE(pending.answered());
  Publish({Name("a")});
  EXPECT_EQ(Keys(*pending.Wait()), "1: a ");
  EXPECT_EQ(log_.reads(), 0);
}

TEST_F(WatchHubTest, AWatchWithoutARevisionStartsAfterNow) {
  Publish({Name("a")});
  auto watch = Start();
  Publish({Name("b")});
  EXPECT_EQ(Keys(*Next(*watch)), "2: b ");
}

TEST_F(WatchHubTest, OneAnswerHoldsTheMatchingEventsOfOneRevision) {
  auto all = Start();
  auto some = Start("x/");
  Publish({Name("x/1"), Name("y"), Name("x/2"), Name("x/3", "other")});
  Publish({Name("y")});
  Publish({Name("x/4")});
  EXPECT_EQ(Keys(*Next(*all)), "1: x/1 y x/2 ");
  EXPECT_EQ(Keys(*Next(*some)), "1: x/1 x/2 ");
  EXPECT_EQ(Keys(*Next(*all)), "2: y ");
  EXPECT_EQ(Keys(*Next(*some)), "3: x/4 ");
}

TEST_F(WatchHubTest, AllWatchersShareOneSerializedForm) {
  auto all = Start();
  auto same = Start();
  auto some = Start("x/");
  int before = encoded_;
  Publish({Name("x/1"), Name("y"), Name("x/2")});
  auto first = Next(*all), second = Next(*same), part = Next(*some);
  EXPECT_EQ(encoded_, before + 1);
  ASSERT_EQ(first->pieces.size(), 1u);
  EXPECT_EQ(first->pieces[0].data(), second->pieces[0].data());
  EXPECT_EQ(part->change, first->change);
  EXPECT_EQ(Keys(*part), "1: x/1 x/2 ");
}

TEST_F(WatchHubTest, NothingIsSerializedWhileNobodyWatches) {
  Publish({Name("a")});
  Publish({Name("b")});
  EXPECT_EQ(encoded_, 0);
  auto watch = Start("", Revision{0});
  Publish({Name("c")});
  for (const char* expected : {"1: a ", "2: b ", "3: c "}) EXPECT_EQ(Keys(*Next(*watch)), expected);
}

TEST_F(WatchHubTest, WatchersThatReplayTheSameShareIt) {
  for (const char* key : {"a", "b"}) Publish({Name(key)});
  auto one = Start("", Revision{0}), other = Start("", Revision{0});
  auto first = Next(*one), second = Next(*other);
  EXPECT_EQ(Keys(*first), "1: a ");
  EXPECT_EQ(first->change, second->change);
}

TEST_F(WatchHubTest, RefusesMoreWatchesThanItMayHave) {
  std::vector<std::unique_ptr<Watch>> watches;
  for (int i = 0; i < 8; ++i) watches.push_back(Start());
  absl::Status status = hub_.Start({"app", ""}, std::nullopt).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(status.message(), "8 watches are open already (--max_watches)");
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
  watches.pop_back();
  watches.push_back(Start());
}

TEST_F(WatchHubTest, ASlowWatchRereadsTheLogAndLosesNothing) {
  auto watch = Start();
  for (const char* key : {"a", "b", "c", "d", "e", "f"}) Publish({Name(key)});
  std::vector<std::string> seen;
  for (int i = 0; i < 6; ++i) seen.push_back(Keys(*Next(*watch)));
  EXPECT_THAT(seen, ElementsAre("1: a ", "2: b ", "3: c ", "4: d ", "5: e ", "6: f "));
  EXPECT_EQ(log_.reads(), 1);
  Pending pending(*watch);
  EXPECT_FALSE(pending.answered());
  Publish({Name("g")});
  EXPECT_EQ(Keys(*pending.Wait()), "7: g ");
}

TEST_F(WatchHubTest, ALateWatchReplaysThenFollows) {
  for (const char* key : {"a", "b", "c", "d", "e"}) Publish({Name(key)});
  auto watch = Start("", Revision{1});
  Publish({Name("f")});
  std::vector<std::string> seen;
  for (int i = 0; i < 5; ++i) seen.push_back(Keys(*Next(*watch)));
  EXPECT_THAT(seen, ElementsAre("2: b ", "3: c ", "4: d ", "5: e ", "6: f "));
}

TEST_F(WatchHubTest, WhatIsPublishedDuringAReplayComesOnce) {
  for (const char* key : {"a", "b", "c", "d", "e"}) Publish({Name(key)});
  auto watch = Start("", Revision{1});
  log_.Hold(true);
  Pending pending(*watch);
  log_.WaitForReads(1);
  Publish({Name("f")});
  log_.Hold(false);
  std::vector<std::string> seen = {Keys(*pending.Wait())};
  for (int i = 0; i < 4; ++i) seen.push_back(Keys(*Next(*watch)));
  EXPECT_THAT(seen, ElementsAre("2: b ", "3: c ", "4: d ", "5: e ", "6: f "));
  Pending last(*watch);
  EXPECT_FALSE(last.answered());
  watch->Cancel();
}

TEST_F(WatchHubTest, ALogThatIsAheadOfTheRingIsNotRepeated) {
  for (const char* key : {"a", "b", "c", "d"}) Publish({Name(key)});
  // Committed, and visible in the log, but not yet published.
  Change ahead = MakeChange(5, {Name("e")});
  log_.Add(ahead);
  auto watch = Start("", Revision{0});
  std::vector<std::string> seen;
  for (int i = 0; i < 5; ++i) seen.push_back(Keys(*Next(*watch)));
  EXPECT_EQ(seen.back(), "5: e ");
  Pending pending(*watch);
  hub_.Publish(ahead);
  head_ = 5;
  Publish({Name("f")});
  EXPECT_EQ(Keys(*pending.Wait()), "6: f ");
}

TEST_F(WatchHubTest, WhatAnotherProcessWroteIsReadFromTheLog) {
  auto watch = Start();
  Publish({Name("a")});
  EXPECT_EQ(Keys(*Next(*watch)), "1: a ");
  log_.Add(MakeChange(++head_, {Name("elsewhere")}));
  Publish({Name("b")});
  EXPECT_EQ(Keys(*Next(*watch)), "2: elsewhere ");
  EXPECT_EQ(Keys(*Next(*watch)), "3: b ");
}

TEST_F(WatchHubTest, RefusesRevisionsOutsideTheLog) {
  for (const char* key : {"a", "b", "c"}) Publish({Name(key)});
  log_.SetFloor(2);
  absl::Status before = hub_.Start({"app", ""}, Revision{1}).status();
  EXPECT_EQ(before.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(before.message()), HasSubstr("lies before 2,"));
  absl::Status after = hub_.Start({"app", ""}, Revision{4}).status();
  EXPECT_EQ(after.code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(std::string(after.message()), HasSubstr("after the newest revision 3"));
  EXPECT_TRUE(hub_.Start({"app", ""}, Revision{3}).ok());
}

TEST_F(WatchHubTest, AWatchThatFallsBehindTheFloorEnds) {
  auto watch = Start();
  for (const char* key : {"a", "b", "c", "d", "e"}) Publish({Name(key)});
  log_.SetFloor(3);
  EXPECT_EQ(Next(*watch).status().code(), absl::StatusCode::kOutOfRange);
}

TEST_F(WatchHubTest, CancelEndsWithTheRevisionToResumeFrom) {
  auto watch = Start("x");
  Publish({Name("x")});
  EXPECT_TRUE(Next(*watch).ok());
  Pending pending(*watch);
  Publish({Name("y")});
  watch->Cancel();
  EXPECT_EQ(Keys(*pending.Wait()), "2: ") << "what it has seen without a match";
  for (int i = 0; i < 2; ++i) {
    absl::Status status = Next(*watch).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(std::string(status.message()), HasSubstr("after_revision 2"));
    watch->Cancel();
  }
}

TEST_F(WatchHubTest, TheLastMarkPassesOverNoChange) {
  for (const char* key : {"a", "x/1", "b", "x/2"}) Publish({Name(key)});
  auto watch = Start("x/", Revision{0});
  EXPECT_EQ(Keys(*Next(*watch)), "2: x/1 ");
  watch->Cancel();
  EXPECT_EQ(Keys(*Next(*watch)), "3: ");
  EXPECT_THAT(std::string(Next(*watch).status().message()), HasSubstr("after_revision 3"));
}

TEST_F(WatchHubTest, AWatchThatResumesIsToldNothingItKnows) {
  Publish({Name("a")});
  auto watch = Start("", Revision{1});
  Pending pending(*watch);
  EXPECT_FALSE(pending.answered());
  watch->Cancel();
  EXPECT_EQ(pending.Wait().status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(WatchHubTest, CancelInTheMiddleOfABacklogResumesThere) {
  for (const char* key : {"a", "b", "c", "d", "e"}) Publish({Name(key)});
  auto watch = Start("", Revision{0});
  EXPECT_EQ(Keys(*Next(*watch)), "1: a ");
  EXPECT_EQ(Keys(*Next(*watch)), "2: b ");
  watch->Cancel();
  EXPECT_THAT(std::string(Next(*watch).status().message()), HasSubstr("after_revision 2"));
}

TEST_F(WatchHubTest, AWatchMayGoWhileItsReplayRuns) {
  for (const char* key : {"a", "b", "c", "d", "e"}) Publish({Name(key)});
  auto watch = Start("", Revision{0});
  log_.Hold(true);
  Pending pending(*watch);
  log_.WaitForReads(1);
  watch->Cancel();
  EXPECT_EQ(pending.Wait().status().code(), absl::StatusCode::kUnavailable);
  watch.reset();
  log_.Hold(false);
}

TEST_F(WatchHubTest, AWatchMayGoWhileItWaits) {
  auto watch = Start();
  Pending pending(*watch);
  watch.reset();
  Publish({Name("a")});
  EXPECT_FALSE(pending.answered());
}

TEST(WatchHubLimitsTest, AFullQueueEndsNoWatchThatRuns) {
  FakeLog log;
  Metrics metrics("test");
  ExecutorOptions small;
  small.threads = 1;
  small.queue = 0;
  Executor executor(small);
  WatchHub hub(Revision{0}, log, EncodeAsText, executor, metrics,
               {.ring_changes = 0, .ring_bytes = 0});
  auto watch = hub.Start({"app", ""}, Revision{0});
  ASSERT_TRUE(watch.ok());
  Change change = MakeChange(1, {Name("a")});
  log.Add(change);
  hub.Publish(change);
  EXPECT_EQ(Keys(*Next(**watch)), "1: a ");
}

TEST(WatchHubLimitsTest, TheRingIsBoundedByBytes) {
  FakeLog log;
  Metrics metrics("test");
  Executor executor{ExecutorOptions{}};
  WatchHub hub(Revision{0}, log, EncodeAsText, executor, metrics,
               {.ring_changes = 1000, .ring_bytes = 3000});
  auto watch = hub.Start({"app", ""}, Revision{0});
  for (std::int64_t i = 1; i <= 3; ++i) {
    Change change = MakeChange(i, {Name(std::string(2000, 'a'))});
    log.Add(change);
    hub.Publish(change);
  }
  for (std::int64_t i = 1; i <= 3; ++i) EXPECT_EQ(Next(**watch)->revision, Revision{i});
  EXPECT_GE(log.reads(), 1);
}

// A client that holds what it got and does not ask for more.
struct Holder {
  Holder(WatchHub& hub, Revision after) : watch(*hub.Start({"app", ""}, after)) {
    watch->OnTooSlow([broken = broken] { *broken = true; });
    message = *Next(*watch);
  }
  // Shared with the hub's thread.
  std::shared_ptr<std::atomic<bool>> broken = std::make_shared<std::atomic<bool>>(false);
  std::unique_ptr<Watch> watch;
  std::optional<WatchMessage> message;
};

TEST(WatchHubLimitsTest, TheSlowestGiveWayWhereUnreadMessagesTakeTooMuch) {
  FakeLog log;
  Metrics metrics("test");
  Executor executor{ExecutorOptions{}};
  // There is room for two messages, of three thousand bytes each.
  WatchHub hub(Revision{0}, log, EncodeAsText, executor, metrics,
               {.backlog_bytes = 1, .unread_bytes = 7000, .slow_after = absl::ZeroDuration()});
  for (std::int64_t i = 1; i <= 3; ++i) {
    Change change = MakeChange(i, {Name(std::string(1500, 'a'))});
    log.Add(change);
    hub.Publish(change);
  }
  Holder first(hub, Revision{0}), same(hub, Revision{0}), second(hub, Revision{1});
  EXPECT_EQ(first.message->change, same.message->change);
  Holder third(hub, Revision{2});
  while (!*first.broken) std::this_thread::yield();
  EXPECT_FALSE(*second.broken || *third.broken) << "what the first holds is room enough";
  first.message.reset();
  first.watch.reset();
  // But another holds it, too.
  while (!*same.broken) std::this_thread::yield();
  same.message.reset();
  EXPECT_FALSE(*second.broken || *third.broken);
  EXPECT_THAT(metrics.Scrape(), HasSubstr("triad_config_watches_broken_off_total 2"));
}

// What a watch begins with is as large as what comes after it, and counts as much.
TEST(WatchHubLimitsTest, UnreadBeginningsGiveWayToo) {
  FakeLog log;
  Metrics metrics("test");
  Executor executor{ExecutorOptions{}};
  WatchHub hub(Revision{0}, log, EncodeAsText, executor, metrics,
               {.unread_bytes = 4000, .slow_after = absl::ZeroDuration()});
  Change part = MakeChange(0, {Name(std::string(1500, 'a'))});
  std::vector<std::unique_ptr<Watch>> watches;
  std::vector<WatchMessage> held;
  auto broken = std::make_shared<std::atomic<int>>(0);
  absl::Status full;
  while (full.ok() && watches.size() < 10) {
    watches.push_back(*hub.Start({"app", ""}, Revision{0}));
    watches.back()->OnTooSlow([broken] { ++*broken; });
    auto told = watches.back()->Tell(part);
    full = told.status();
    if (told.ok()) held.push_back(*std::move(told));
  }
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted) << "what is far too much is refused";
  EXPECT_EQ(held.size(), 3u);
  while (*broken == 0) std::this_thread::yield();
  held.clear();
  EXPECT_TRUE(watches.front()->Tell(part).ok());
}

TEST(WatchHubMarksTest, AQuietWatchIsToldHowFarItHasSeen) {
  FakeLog log;
  Metrics metrics("test");
  Executor executor{ExecutorOptions{}};
  WatchHub hub(Revision{0}, log, EncodeAsText, executor, metrics,
               {.mark_interval = absl::Milliseconds(1)});
  auto watch = hub.Start({"app", "x/"}, Revision{0});
  for (std::int64_t i = 1; i <= 3; ++i) hub.Publish(MakeChange(i, {Name("y")}));
  Revision told{0};
  while (told < Revision{3}) {
    auto mark = Next(**watch);
    ASSERT_TRUE(mark.ok()) << mark.status();
    ASSERT_GT(mark->revision, told);
    told = mark->revision;
    EXPECT_EQ(Keys(*mark), absl::StrCat(told.value, ": "));
  }
  // A mark that is due does not come before a change, nor once nothing is new.
  hub.Publish(MakeChange(4, {Name("x/1")}));
  EXPECT_EQ(Keys(*Next(**watch)), "4: x/1 ");
  hub.Publish(MakeChange(5, {Name("x/2")}));
  EXPECT_EQ(Keys(*Next(**watch)), "5: x/2 ");
}

TEST(WatchHubLimitsTest, WhatWaitsAfterAReplayIsBounded) {
  FakeLog log;
  Metrics metrics("test");
  Executor executor{ExecutorOptions{}};
  WatchHub hub(Revision{0}, log, EncodeAsText, executor, metrics, {.backlog_bytes = 5000});
  for (std::int64_t i = 1; i <= 6; ++i) {
    Change change = MakeChange(i, {Name(std::string(1500, 'a'))});
    log.Add(change);
    hub.Publish(change);
  }
  auto first = hub.Start({"app", ""}, Revision{0}), second = hub.Start({"app", ""}, Revision{0});
  // Each reads one and no more, and the rest waits in memory as far as it fits.
  for (auto* watch : {&first, &second}) EXPECT_EQ(Next(***watch)->revision, Revision{1});
  EXPECT_EQ(log.reads(), 2);
  for (auto* watch : {&first, &second}) {
    for (std::int64_t i = 2; i <= 6; ++i) EXPECT_EQ(Next(***watch)->revision, Revision{i});
  }
  EXPECT_GT(log.reads(), 4) << "what did not fit is read again";
}

TEST_F(WatchHubTest, OneThatCoalescesIsToldWhatHappenedLast) {
  WatchFilter filter("app", "");
  filter.coalesce = true;
  auto watch = *hub_.Start(filter, Revision{0});
  Publish({Name("a"), Name("b")});
  EXPECT_EQ(Keys(*Next(*watch)), "1: a b ") << "where it is not behind, as any other";
  Publish({Name("a"), Name("b")});
  Publish({Name("c"), Name("other", "other")});
  Publish({Name("a")});
  auto message = Next(*watch);
  EXPECT_EQ(Keys(*message), "4: b c a ");
  EXPECT_EQ(message->revision, Revision{4});
  Pending pending(*watch);
  Publish({Name("a")});
  EXPECT_EQ(Keys(*pending.Wait()), "5: a ");
}

TEST(WatchHubLimitsTest, ACoalescedMessageIsBounded) {
  FakeLog log;
  Metrics metrics("test");
  Executor executor{ExecutorOptions{}};
  WatchHub hub(Revision{0}, log, EncodeAsText, executor, metrics, {.change_bytes = 9});
  WatchFilter filter("app", "");
  filter.coalesce = true;
  auto watch = *hub.Start(filter, Revision{0});
  std::int64_t revision = 0;
  for (const char* key : {"aaa", "bbb", "bbb", "ccc", "ccc"}) {
    hub.Publish(MakeChange(++revision, {Name(key)}));
  }
  EXPECT_EQ(Keys(*Next(*watch)), "3: aaa bbb ");
  EXPECT_EQ(Keys(*Next(*watch)), "5: ccc ");
}

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
    for (const auto& event : message->change->events) told[event.name.key] = seen;
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
