// Watches bring every revision once and in order, or say that they cannot go on and from
// where, whatever happens: clients that leave and come back, one that is slow, history that
// is compacted, and kill -9.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/testing/watch_clients.h"
#include "tests/support/suite.h"
#include "tests/support/watch_check.h"

namespace triad::testing {
namespace {

using ::testing::IsEmpty;

#if defined(__SANITIZE_ADDRESS__)
constexpr int kWrites = 1'000;  // each takes many times as long
#else
constexpr int kWrites = 10'000;
#endif
constexpr int kWriters = 16;
constexpr int kWatches = 90;  // over gRPC, on so many connections
constexpr int kConnections = 4;
constexpr int kEventSources = 10;
constexpr int kKills = 4;
// How seldom a watch leaves by itself, in messages.
constexpr int kLeaveOneIn = 1000;
constexpr int kNever = 1 << 30;
// The slow one has a message for so many writes.
constexpr int kWritesToAMessage = kWrites / 50;

class WatchContinuityTest : public ::testing::Test {
 protected:
  WatchContinuityTest() {
    auto slowly = [this](int messages) {
      EXPECT_TRUE(Eventually([&] {
        return writers_.acknowledged() >= std::min(messages * kWritesToAMessage, kWrites);
      }));
    };
    watches_.push_back(std::make_unique<GrpcWatch>(ConnectToConfig(address_), kNever, slowly));
    auto at_once = [](int) {};
    for (int i = 0; i < kConnections; ++i) {
      auto connection = ConnectToConfig(address_);
      for (int j = i; j < kWatches - 1; j += kConnections) {
        watches_.push_back(std::make_unique<GrpcWatch>(connection, kLeaveOneIn, at_once));
      }
    }
    for (int i = 0; i < kEventSources; ++i) {
      watches_.push_back(std::make_unique<EventSourceWatch>(suite_, ConnectToConfig(address_),
                                                            kLeaveOneIn, at_once));
    }
    for (const auto& watch : watches_) watch->Start();
  }

  static SuiteOptions Options() {
    SuiteOptions options;
    options.arguments["config"] = {"--history_retention=1s", "--watch_buffer_changes=256"};
    return options;
  }

  // At equal distances. Each start compacts what is older than a second.
  void KillMeanwhile() {
    for (int kill = 1; kill <= kKills; ++kill) {
      ASSERT_TRUE(
          Eventually([&] { return writers_.acknowledged() >= kill * kWrites / (kKills + 1); }));
      suite_.config().Kill();
      suite_.config().Start();
    }
  }

  Suite suite_{Options()};
  const std::string address_ = suite_.config().address();
  StormWriters writers_{address_, kWriters, kWrites};
  std::vector<std::unique_ptr<StormWatch>> watches_;
};

TEST_F(WatchContinuityTest, EachWatchIsToldEveryRevisionOnceAndInOrder) {
  writers_.Start();
  ASSERT_NO_FATAL_FAILURE(KillMeanwhile());
  writers_.Finish();
  std::vector<const ToldChanges*> told;
  int behind = 0;
  for (const auto& watch : watches_) {
    watch->Join();
    EXPECT_THAT(watch->errors(), IsEmpty());
    told.push_back(&watch->told());
    behind += watch->told().times_behind();
  }
  WrittenChanges written = writers_.written();
  EXPECT_THAT(WatchProblems(told, written), IsEmpty());
  EXPECT_GE(written.acknowledged().size(), std::size_t{kWrites});
  EXPECT_GT(watches_.front()->told().times_behind(), 0) << "the slow one was not slow enough";
  std::printf("%zu revisions, %zu answers lost, %d times behind the floor\n",
              written.acknowledged().size(), written.unanswered().size(), behind);
}

}  // namespace
}  // namespace triad::testing
