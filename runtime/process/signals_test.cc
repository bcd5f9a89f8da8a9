#include "runtime/process/signals.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

namespace triad {
namespace {

// Each runs in a process of its own, as a main would.
void WaitFor(int first, int second) {
  TerminationSignal termination;
  raise(SIGPIPE);  // ignored
  kill(getpid(), first);
  if (termination.Wait() != first) _exit(1);
  if (second != 0) {
    kill(getpid(), second);
    pause();
  }
  _exit(0);
}

TEST(SignalsDeathTest, WaitReturnsTheSignal) {
  EXPECT_EXIT(WaitFor(SIGTERM, 0), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(WaitFor(SIGINT, 0), testing::ExitedWithCode(0), "");
}

TEST(SignalsDeathTest, ASecondSignalEndsTheProcessAtOnce) {
  EXPECT_EXIT(WaitFor(SIGTERM, SIGTERM), testing::ExitedWithCode(143), "");
  EXPECT_EXIT(WaitFor(SIGTERM, SIGINT), testing::ExitedWithCode(130), "");
}

// What came first of two signals that wait is not said, so each is sent when the one before is
// done.
void Reload() {
  TerminationSignal termination;
  kill(getpid(), SIGHUP);
  int reloads = 0;
  int ended_by = termination.Wait([&] { kill(getpid(), ++reloads < 2 ? SIGHUP : SIGTERM); });
  _exit(ended_by == SIGTERM ? reloads : 0);
}

TEST(SignalsDeathTest, AHangupReloads) { EXPECT_EXIT(Reload(), testing::ExitedWithCode(2), ""); }

TEST(SignalsDeathTest, AHangupEndsWhatHasNothingToReload) {
  EXPECT_EXIT(WaitFor(SIGHUP, 0), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace triad
