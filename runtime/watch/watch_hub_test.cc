#include "runtime/watch/watch_hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/mutex.h"
#include "runtime/io/executor.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "runtime/watch/testing/pending.h"

namespace triad {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Keys;
using testing::Next;
using testing::Pending;

std::string TextOf(std::int64_t revision) { return absl::StrCat(revision, ": "); }

std::string EncodeMarkAsText(Revision revision, WatchMark) { return TextOf(revision.value); }

struct Name {
  Name(std::string its_key, std::string its_space = "app")
      : space(std::move(its_space)), key(std::move(its_key)) {}
  std::string space, key;
};

// A change in words: "3: a/1 a/2 ".
EncodedChange MakeChange(std::int64_t revision, const std::vector<Name>& names) {
  EncodedChange change;
  change.revision = Revision{revision};
  change.bytes = TextOf(revision);
  change.begin = change.bytes.size();
  for (const Name& name : names) {
    absl::StrAppend(&change.bytes, name.key, " ");
    change.events.push_back({name.space, name.key, change.bytes.size()});
  }
  return change;
}

void PublishTo(WatchHub& hub, const EncodedChange& change) {
  hub.Publish(change.revision, [&](std::int64_t) { return change; });
}

// A log of changes in memory that says how often it was read, and can be held.
class FakeLog final : public ChangeLog {
 public:
  void Add(EncodedChange change) {
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

  absl::StatusOr<ChangeBounds> ReadBounds() override {
    MutexLock lock(mutex_);
    return ChangeBounds{floor_, Head()};
  }
  absl::StatusOr<LogPage> ReadAfter(const WatchFilter& filter, Position position) override {
    MutexLock lock(mutex_);
    ++reads_;
    changed_.NotifyAll();
    while (hold_) changed_.Wait(mutex_);
    Revision after = position.after;
    if (after < floor_) return BeforeFloor(after, {floor_, Head()}, "test");
    LogPage page{{}, {Head()}};
    for (const EncodedChange& change : changes_) {
      const EncodedChange::Event& first = change.events.front();
      bool matches = filter.Matches(first.space, first.key, "", "");
      if (change.revision > after && matches) page.changes.push_back(change);
    }
    return page;
  }

 private:
  Revision Head() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return changes_.empty() ? Revision{0} : changes_.back().revision;
  }

  mutable Mutex mutex_;
  CondVar changed_;
  std::vector<EncodedChange> changes_ ABSL_GUARDED_BY(mutex_);
  Revision floor_ ABSL_GUARDED_BY(mutex_);
  bool hold_ ABSL_GUARDED_BY(mutex_) = false;
  int reads_ ABSL_GUARDED_BY(mutex_) = 0;
};

class WatchHubTest : public ::testing::Test {
 protected:
  void Publish(const std::vector<Name>& names) {
    EncodedChange change = MakeChange(++head_, names);
    log_.Add(change);
    hub_.Publish(change.revision, [&](std::int64_t) {
      ++encoded_;
      return change;
    });
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
  std::atomic<int> encoded_ = 0;  // how often a change was serialized
  WatchHubOptions options_ = {.max_watches = 8, .ring_changes = 3, .ring_bytes = 1 << 20};
  FakeLog log_;
  Metrics metrics_{"test"};
  ExecutorOptions executor_options_;
  Executor executor_{executor_options_};
  WatchHub hub_{"test", Revision{0}, log_, EncodeMarkAsText, executor_, metrics_, options_};
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
  EncodedChange ahead = MakeChange(5, {Name("e")});
  log_.Add(ahead);
  auto watch = Start("", Revision{0});
  std::vector<std::string> seen;
  for (int i = 0; i < 5; ++i) seen.push_back(Keys(*Next(*watch)));
  EXPECT_EQ(seen.back(), "5: e ");
  Pending pending(*watch);
  PublishTo(hub_, ahead);
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
  WatchHub hub("test", Revision{0}, log, EncodeMarkAsText, executor, metrics,
               {.ring_changes = 0, .ring_bytes = 0});
  auto watch = hub.Start({"app", ""}, Revision{0});
  ASSERT_TRUE(watch.ok());
  EncodedChange change = MakeChange(1, {Name("a")});
  log.Add(change);
  PublishTo(hub, change);
  EXPECT_EQ(Keys(*Next(**watch)), "1: a ");
}

TEST(WatchHubLimitsTest, TheRingIsBoundedByBytes) {
  FakeLog log;
  Metrics metrics("test");
  Executor executor{ExecutorOptions{}};
  WatchHub hub("test", Revision{0}, log, EncodeMarkAsText, executor, metrics,
               {.ring_changes = 1000, .ring_bytes = 3000});
  auto watch = hub.Start({"app", ""}, Revision{0});
  for (std::int64_t i = 1; i <= 3; ++i) {
    EncodedChange change = MakeChange(i, {Name(std::string(2000, 'a'))});
    log.Add(change);
    PublishTo(hub, change);
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
  WatchHub hub("test", Revision{0}, log, EncodeMarkAsText, executor, metrics,
               {.backlog_bytes = 1, .unread_bytes = 7000, .slow_after = absl::ZeroDuration()});
  for (std::int64_t i = 1; i <= 3; ++i) {
    EncodedChange change = MakeChange(i, {Name(std::string(1500, 'a'))});
    log.Add(change);
    PublishTo(hub, change);
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
  EXPECT_THAT(metrics.Scrape(), HasSubstr("triad_test_watches_broken_off_total 2"));
}

// What a watch begins with is as large as what comes after it, and counts as much.
TEST(WatchHubLimitsTest, UnreadBeginningsGiveWayToo) {
  FakeLog log;
  Metrics metrics("test");
  Executor executor{ExecutorOptions{}};
  WatchHub hub("test", Revision{0}, log, EncodeMarkAsText, executor, metrics,
               {.unread_bytes = 4000, .slow_after = absl::ZeroDuration()});
  EncodedChange part = MakeChange(0, {Name(std::string(1500, 'a'))});
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
  WatchHub hub("test", Revision{0}, log, EncodeMarkAsText, executor, metrics,
               {.mark_interval = absl::Milliseconds(1)});
  auto watch = hub.Start({"app", "x/"}, Revision{0});
  for (std::int64_t i = 1; i <= 3; ++i) PublishTo(hub, MakeChange(i, {Name("y")}));
  Revision told{0};
  while (told < Revision{3}) {
    auto mark = Next(**watch);
    ASSERT_TRUE(mark.ok()) << mark.status();
    ASSERT_GT(mark->revision, told);
    told = mark->revision;
    EXPECT_EQ(Keys(*mark), absl::StrCat(told.value, ": "));
  }
  // A mark that is due does not come before a change, nor once nothing is new.
  PublishTo(hub, MakeChange(4, {Name("x/1")}));
  EXPECT_EQ(Keys(*Next(**watch)), "4: x/1 ");
  PublishTo(hub, MakeChange(5, {Name("x/2")}));
  EXPECT_EQ(Keys(*Next(**watch)), "5: x/2 ");
}

TEST(WatchHubLimitsTest, WhatWaitsAfterAReplayIsBounded) {
  FakeLog log;
  Metrics metrics("test");
  Executor executor{ExecutorOptions{}};
  WatchHub hub("test", Revision{0}, log, EncodeMarkAsText, executor, metrics,
               {.backlog_bytes = 5000});
  for (std::int64_t i = 1; i <= 6; ++i) {
    EncodedChange change = MakeChange(i, {Name(std::string(1500, 'a'))});
    log.Add(change);
    PublishTo(hub, change);
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
  WatchHub hub("test", Revision{0}, log, EncodeMarkAsText, executor, metrics, {.change_bytes = 9});
  WatchFilter filter("app", "");
  filter.coalesce = true;
  auto watch = *hub.Start(filter, Revision{0});
  std::int64_t revision = 0;
  for (const char* key : {"aaa", "bbb", "bbb", "ccc", "ccc"}) {
    PublishTo(hub, MakeChange(++revision, {Name(key)}));
  }
  EXPECT_EQ(Keys(*Next(*watch)), "3: aaa bbb ");
  EXPECT_EQ(Keys(*Next(*watch)), "5: ccc ");
}

}  // namespace
}  // namespace triad
