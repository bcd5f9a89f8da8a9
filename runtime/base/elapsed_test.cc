#include "runtime/base/elapsed.h"

#include <gtest/gtest.h>

#include "runtime/base/testing/fake_clock.h"

namespace triad {
namespace {

TEST(FakeClockTest, StandsUntilMoved) {
  FakeClock clock(absl::FromUnixSeconds(100), absl::Seconds(50));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(100));
  clock.Advance(absl::Seconds(5));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(105));
  EXPECT_EQ(clock.Steady(), absl::Seconds(55));
  clock.Set(absl::FromUnixSeconds(7));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(7));
  EXPECT_EQ(clock.Steady(), absl::Seconds(55));
}

TEST(ClockTest, TheSystemsSteadyTimeGrows) {
  absl::Duration before = Clock::System().Steady();
  EXPECT_GT(before, absl::ZeroDuration());
  while (Clock::System().Steady() == before) continue;
  EXPECT_GT(Clock::System().Steady(), before);
}

// What somebody does to the machine's clock: an hour back, a minute forward.
TEST(ElapsedTest, IsNotChangedByStepsOfTheWallClock) {
  FakeClock clock;
  Stopwatch watch(clock);
  Countdown countdown(absl::Seconds(30), clock);
  clock.Advance(absl::Seconds(10));
  for (absl::Duration step : {-absl::Hours(1), absl::Minutes(1)}) {
    clock.Set(clock.Now() + step);
    EXPECT_EQ(watch.elapsed(), absl::Seconds(10));
    EXPECT_EQ(countdown.left(), absl::Seconds(20));
    EXPECT_FALSE(countdown.over());
  }
  clock.Advance(absl::Seconds(20));
  EXPECT_EQ(watch.elapsed(), absl::Seconds(30));
  EXPECT_TRUE(countdown.over());
  clock.Advance(absl::Seconds(1));
  EXPECT_EQ(countdown.left(), absl::ZeroDuration());
}

TEST(ElapsedTest, AnInfiniteCountdownIsNeverOver) {
  FakeClock clock;
  Countdown countdown(absl::InfiniteDuration(), clock);
  clock.Advance(absl::Hours(24 * 365 * 100));
  EXPECT_FALSE(countdown.over());
  EXPECT_EQ(countdown.left(), absl::InfiniteDuration());
}

}  // namespace
}  // namespace triad
