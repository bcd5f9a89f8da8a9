#include "runtime/base/mutex.h"

#include <gtest/gtest.h>

#include <thread>

#include "runtime/base/elapsed.h"

namespace triad {
namespace {

struct Shared {
  Mutex mutex;
  CondVar changed;
  int turns ABSL_GUARDED_BY(mutex) = 0;
  bool done ABSL_GUARDED_BY(mutex) = false;
};

// Takes the lock between the waits of the other side, and writes what it reads. A
// sanitizer that did not see the lock being given back during a wait, and taken again
// after it, would call this a race or a double lock.
void TakeTurns(Shared& shared, int turns) {
  for (int i = 0; i < turns; ++i) {
    MutexLock lock(shared.mutex);
    ++shared.turns;
    shared.changed.NotifyAll();
  }
  MutexLock lock(shared.mutex);
  shared.done = true;
  shared.changed.NotifyAll();
}

TEST(CondVarTest, GivesTheLockBackWhileItWaitsForAWhile) {
  Shared shared;
  std::thread other([&] { TakeTurns(shared, 2000); });
  {
    MutexLock lock(shared.mutex);
    while (!shared.done) {
      shared.changed.WaitFor(shared.mutex, absl::Microseconds(50));
      ++shared.turns;
    }
    EXPECT_GE(shared.turns, 2000);
  }
  other.join();
}

TEST(CondVarTest, SaysThatTheTimeIsOver) {
  Shared shared;
  Stopwatch watch;
  MutexLock lock(shared.mutex);
  while (shared.changed.WaitFor(shared.mutex, absl::Milliseconds(2))) continue;  // spurious
  EXPECT_GE(watch.elapsed(), absl::Milliseconds(2));
  EXPECT_FALSE(shared.changed.WaitFor(shared.mutex, absl::ZeroDuration()));
  EXPECT_FALSE(shared.changed.WaitFor(shared.mutex, -absl::Hours(1)));
}

TEST(CondVarTest, WaitsForAsLongAsItTakes) {
  Shared shared;
  std::thread other([&] { TakeTurns(shared, 1); });
  {
    MutexLock lock(shared.mutex);
    while (!shared.done) {
      EXPECT_TRUE(shared.changed.WaitFor(shared.mutex, absl::InfiniteDuration()));
    }
  }
  other.join();
}

}  // namespace
}  // namespace triad
