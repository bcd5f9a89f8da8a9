#include "gateway/proxy/conversions.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"

namespace triad::gateway {
namespace {

class ConversionsTest : public ::testing::Test {
 protected:
  // Runs what has been posted until `count` results are there.
  void Await(std::size_t count) {
    while (results_.size() < count) context_.run_one();
  }
  Conversions::Done Keep() {
    return [this](absl::StatusOr<std::string> result) {
      EXPECT_EQ(std::this_thread::get_id(), loop_);
      results_.push_back(std::move(result));
    };
  }
  static Conversions::Work Takes(std::size_t bytes) {
    return [bytes](ConversionMemory& memory) -> absl::StatusOr<std::string> {
      if (!memory.Take(bytes)) return NoMemoryToConvert();
      return std::string("taken");
    };
  }

  const std::thread::id loop_ = std::this_thread::get_id();
  MemoryBudget budget_{8 << 20};
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{
      context_.get_executor()};
  std::vector<absl::StatusOr<std::string>> results_;
};

TEST_F(ConversionsTest, WorksElsewhereAndAnswersHere) {
  Conversions conversions(context_, nullptr);
  conversions.Start(
      "a",
      [this](ConversionMemory&) -> absl::StatusOr<std::string> {
        EXPECT_NE(std::this_thread::get_id(), loop_);
        return std::string("one");
      },
      Keep());
  conversions.Start(
      "a", [](ConversionMemory&) { return absl::InternalError("two"); }, Keep());
  Await(2);
  EXPECT_EQ(*results_[0], "one");
  EXPECT_EQ(results_[1].status().message(), "two");
}

TEST_F(ConversionsTest, TakesItsMemoryFromTheBudgetUntilItIsDone) {
  Conversions conversions(context_, &budget_);
  std::size_t used = 0;
  conversions.Start("a", Takes(1 << 20), [&](absl::StatusOr<std::string> result) {
    used = budget_.used();
    results_.push_back(std::move(result));
  });
  conversions.Start("a", Takes(3 << 20), Keep());
  Await(2);
  EXPECT_EQ(used, std::size_t{1 << 20});
  EXPECT_TRUE(absl::IsUnavailable(results_[1].status())) << "a peer has a quarter of it";
  EXPECT_EQ(budget_.used(), 0u);
}

TEST_F(ConversionsTest, WhatIsDroppedIsNotAnswered) {
  Conversions conversions(context_, &budget_);
  absl::Notification may_end;
  std::uint64_t dropped = conversions.Start(
      "a",
      [&](ConversionMemory&) {
        may_end.WaitForNotification();
        return absl::InternalError("dropped");
      },
      Keep());
  std::uint64_t waiting = conversions.Start("a", Takes(5), Keep());
  conversions.Start("b", Takes(5), Keep());
  conversions.Drop(dropped);
  conversions.Drop(waiting);
  may_end.Notify();
  Await(1);
  EXPECT_EQ(*results_[0], "taken");
  conversions.Drop(waiting);
}

TEST_F(ConversionsTest, EndsWithWorkUnderWay) {
  for (int i = 0; i < 100; ++i) {
    Conversions conversions(context_, &budget_);
    for (int n = 0; n < 5; ++n) conversions.Start("a", Takes(100), Keep());
    context_.poll_one();
  }
  context_.poll();
  EXPECT_EQ(budget_.used(), 0u);
}

}  // namespace
}  // namespace triad::gateway
