#include "runtime/telemetry/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace triad {
namespace {

using testing::ElementsAre;

// Collects what is delivered; deliveries wait while it is held.
class Collector {
 public:
  void Take(const std::vector<int>& batch) {
    MutexLock lock(mutex_);
    batches_.push_back(batch);
    changed_.NotifyAll();
    while (held_) changed_.Wait(mutex_);
  }
  void Hold(bool held) {
    MutexLock lock(mutex_);
    held_ = held;
    changed_.NotifyAll();
  }
  // Waits for that many, then gives them.
  std::vector<std::vector<int>> Batches(std::size_t count) {
    MutexLock lock(mutex_);
    while (batches_.size() < count) changed_.Wait(mutex_);
    return batches_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  bool held_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::vector<int>> batches_ ABSL_GUARDED_BY(mutex_);
};

OutboxOptions Options(std::size_t batch, absl::Duration delay) {
  return {.thread = "test", .capacity = 3, .batch = batch, .delay = delay};
}

TEST(OutboxTest, DeliversFullBatchesAtOnceAndOthersAfterTheDelay) {
  Collector collector;
  Outbox<int> hour(Options(2, absl::Hours(1)), [&](auto batch) { collector.Take(batch); });
  hour.Add(1);
  hour.Add(2);
  EXPECT_THAT(collector.Batches(1), ElementsAre(ElementsAre(1, 2)));
  Outbox<int> soon(Options(2, absl::Milliseconds(1)), [&](auto batch) { collector.Take(batch); });
  soon.Add(3);
  EXPECT_THAT(collector.Batches(2), ElementsAre(ElementsAre(1, 2), ElementsAre(3)));
}

TEST(OutboxTest, RefusesWhatDoesNotFit) {
  Collector collector;
  collector.Hold(true);
  {
    Outbox<int> outbox(Options(1, absl::ZeroDuration()),
                       [&](auto batch) { collector.Take(batch); });
    EXPECT_TRUE(outbox.Add(0));
    collector.Batches(1);  // it is on its way, the queue empty
    EXPECT_TRUE(outbox.Add(1));
    EXPECT_TRUE(outbox.Add(2));
    EXPECT_TRUE(outbox.Add(3));
    EXPECT_FALSE(outbox.Add(4));
    collector.Hold(false);
  }
  EXPECT_THAT(collector.Batches(4),
              ElementsAre(ElementsAre(0), ElementsAre(1), ElementsAre(2), ElementsAre(3)));
}

TEST(OutboxTest, AtTheEndWhatIsLeftIsDeliveredWithTheTimeThatRemains) {
  Mutex mutex;
  std::optional<absl::Duration> remaining;
  {
    OutboxOptions options = Options(2, absl::Hours(1));
    options.flush_timeout = absl::Seconds(30);
    Outbox<int>* self = nullptr;
    Outbox<int> outbox(options, [&](const auto&) {
      MutexLock lock(mutex);
      remaining = self->Remaining();
    });
    self = &outbox;
    EXPECT_EQ(outbox.Remaining(), absl::InfiniteDuration());
    outbox.Add(1);
  }
  MutexLock lock(mutex);
  ASSERT_TRUE(remaining.has_value());
  EXPECT_LE(*remaining, absl::Seconds(30));
  EXPECT_GT(*remaining, absl::ZeroDuration());
}

TEST(OutboxTest, TheEndCutsAPauseShort) {
  Collector collector;
  Outbox<int>* self = nullptr;
  Stopwatch watch;
  {
    Outbox<int> outbox(Options(1, absl::ZeroDuration()), [&](const auto& batch) {
      collector.Take(batch);
      self->Pause(absl::Hours(1));
    });
    self = &outbox;
    outbox.Add(1);
    collector.Batches(1);
  }
  EXPECT_LT(watch.elapsed(), absl::Minutes(1));
}

TEST(OutboxTest, FlushWaitsForTheDeliveryButNotForEver) {
  Collector collector;
  Outbox<int> outbox(Options(3, absl::Hours(1)), [&](auto batch) { collector.Take(batch); });
  outbox.Add(1);
  outbox.Flush(absl::Seconds(30));
  EXPECT_THAT(collector.Batches(1), ElementsAre(ElementsAre(1)));
  collector.Hold(true);
  outbox.Add(2);
  outbox.Flush(absl::Milliseconds(20));
  collector.Hold(false);
}

}  // namespace
}  // namespace triad
