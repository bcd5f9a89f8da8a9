// Processes that a signal ends, for real, and what the next one tells of them.
#include "runtime/export/signal_crash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <thread>

#include "absl/strings/str_cat.h"
#include "runtime/base/clock.h"
#include "runtime/export/crash_record.h"
#include "runtime/export/reporting.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "tests/support/process.h"
#include "tests/support/receiver/receiver.h"

namespace triad::reporting {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::KilledBySignal;
using ::testing::StartsWith;

// What a sanitizer handles itself it keeps, and says so before it ends the process.
#ifdef __SANITIZE_ADDRESS__
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

class SignalCrashTest : public ::testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "fast"); }

  // A process of its own that keeps its crashes, and then does this.
  template <typename Act>
  [[noreturn]] void Run(Act act) const {
    absl::Status kept = KeepCrashesIn(path_, nullptr);
    if (kept.ok()) act();
    _exit(9);
  }
  absl::StatusOr<CrashRecord> Left() const {
    return ParseCrashRecord(triad::testing::ReadWholeFile(path_));
  }
  // Reports as a process does from its start.
  std::unique_ptr<Reporting> StartWith(const triad::testing::Receiver& receiver) {
    ReportingOptions options;
    options.sentry_dsn = absl::StrCat("http://key@", receiver.address(), "/9");
    auto reporting = Reporting::Start("triad-test", options, metrics_);
    if (!reporting.ok() || !(*reporting)->KeepCrashesIn(path_).ok()) _exit(9);
    return *std::move(reporting);
  }

  Metrics metrics_{"triad-test"};
  triad::testing::TemporaryDirectory directory_;
  std::string path_ = directory_.path() + "/crash";
};

// Without optimisation's eye on it.
[[gnu::noinline]] void WriteTo(volatile int* address) { *address = 1; }

TEST_F(SignalCrashTest, AFaultIsKeptWithItsPlaceAndEndsTheProcessAsBefore) {
  if (kSanitized) GTEST_SKIP() << "SIGSEGV is the sanitizer's";
  EXPECT_EXIT(Run([] { WriteTo(reinterpret_cast<volatile int*>(0x10)); }), KilledBySignal(SIGSEGV),
              "");
  auto record = Left();
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->signal, SIGSEGV);
  EXPECT_EQ(record->address, 0x10u);
  EXPECT_THAT(record->frames, Contains(StartsWith("+0x")));
  EXPECT_LT(Clock::System().Now() - record->at, absl::Minutes(5));
}

TEST_F(SignalCrashTest, AStackThatOverflowsIsKeptToo) {
  if (kSanitized) GTEST_SKIP() << "SIGSEGV is the sanitizer's";
  EXPECT_EXIT(Run([] {
                // Below the stack's end, as a recursion without one would come to.
                volatile char* stack = static_cast<volatile char*>(__builtin_frame_address(0));
                for (;; stack -= 4096) *stack = *stack;
              }),
              KilledBySignal(SIGSEGV), "");
  ASSERT_TRUE(Left().ok()) << Left().status();
}

TEST_F(SignalCrashTest, AbortIsKeptOnceByWhicheverThread) {
  EXPECT_EXIT(Run([] { std::thread([] { std::abort(); }).join(); }), KilledBySignal(SIGABRT), "");
  auto record = Left();
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->signal, SIGABRT);
  EXPECT_EQ(record->address, 0u);
}

TEST_F(SignalCrashTest, EachOfTheSignalsIsKept) {
  for (int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}) {
    if (kSanitized && signal != SIGABRT) continue;
    EXPECT_EXIT(Run([signal] {
                  kill(getpid(), signal);
                  pause();
                }),
                KilledBySignal(signal), "");
    ASSERT_TRUE(Left().ok()) << signal;
    EXPECT_EQ(Left()->signal, signal);
  }
}

TEST_F(SignalCrashTest, ASignalThatIsHandledStaysWithItsHandler) {
  EXPECT_EXIT(
      {
        signal(SIGBUS, [](int) { _exit(7); });
        Run([] { raise(SIGBUS); });
      },
      ::testing::ExitedWithCode(7), "");
  EXPECT_EQ(triad::testing::ReadWholeFile(path_), "");
}

TEST_F(SignalCrashTest, AnExceptionThatWasReportedIsNotASecondCrash) {
  triad::testing::Receiver receiver;
  EXPECT_EXIT(
      {
        auto reporting = StartWith(receiver);
        std::thread([] { throw std::runtime_error("out of luck"); }).join();
      },
      KilledBySignal(SIGABRT), "");
  EXPECT_EQ(triad::testing::ReadWholeFile(path_), "");
  EXPECT_EQ(receiver.All().size(), 1u);
}

TEST_F(SignalCrashTest, WhatWasKeptIsReportedOnce) {
  EXPECT_EXIT(Run([] { std::abort(); }), KilledBySignal(SIGABRT), "");
  triad::testing::Receiver receiver;
  EXPECT_EXIT((StartWith(receiver), _exit(0)), ::testing::ExitedWithCode(0), "");
  ASSERT_EQ(receiver.All().size(), 1u) << "before the process serves, let alone ends";
  std::string body = receiver.All()[0].body;
  EXPECT_THAT(body, HasSubstr("\"level\":\"fatal\""));
  EXPECT_THAT(body, HasSubstr("\"type\":\"SIGABRT\""));
  EXPECT_THAT(body, HasSubstr("\"backtrace\":\""));
  EXPECT_EQ(triad::testing::ReadWholeFile(path_), "");
  EXPECT_EXIT((StartWith(receiver), _exit(0)), ::testing::ExitedWithCode(0), "");
  EXPECT_EQ(receiver.All().size(), 1u);
}

TEST_F(SignalCrashTest, ATornRecordIsIgnoredAndGone) {
  std::ofstream(path_) << "triad crash 1\n11\n0\n17000";
  triad::testing::Receiver receiver;
  EXPECT_EXIT((StartWith(receiver), _exit(0)), ::testing::ExitedWithCode(0), "");
  EXPECT_TRUE(receiver.All().empty());
  EXPECT_EQ(triad::testing::ReadWholeFile(path_), "");
}

TEST_F(SignalCrashTest, AFileThatCannotBeOpenedIsNamed) {
  absl::Status kept = KeepCrashesIn("/nonexistent/crash", nullptr);
  EXPECT_EQ(kept.message(), "cannot keep crashes in /nonexistent/crash: No such file or directory");
}

}  // namespace
}  // namespace triad::reporting
