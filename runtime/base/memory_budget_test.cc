#include "runtime/base/memory_budget.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <thread>

namespace triad {
namespace {

using Kind = MemoryBudget::Kind;

class MemoryBudgetTest : public testing::Test {
 protected:
  // A share that counts how often it was ended.
  struct Owner {
    Owner(MemoryBudgetTest& test, std::string peer, Kind kind = Kind::kOrdinary)
        : share(&test.budget_, std::move(peer), [this] { ++ended; }) {
      share.SetKind(kind);
    }
    std::atomic<int> ended{0};
    MemoryShare share;
  };

  void Pass(std::chrono::milliseconds time) { now_ = now_.load() + time; }

  std::atomic<MemoryBudget::Time> now_{MemoryBudget::Time(std::chrono::hours(1))};
  MemoryBudget budget_{4000, [this] { return now_.load(); }};
};

TEST_F(MemoryBudgetTest, CountsWhatIsHeld) {
  Owner one(*this, "a");
  EXPECT_TRUE(one.share.Grow(300));
  EXPECT_TRUE(one.share.Grow(200));
  EXPECT_EQ(budget_.used(), 500u);
  one.share.Shrink(100);
  EXPECT_EQ(budget_.used(), 400u);
  {
    Owner two(*this, "b");
    EXPECT_TRUE(two.share.Grow(50));
    EXPECT_EQ(budget_.used(), 450u);
  }
  one.share.Reset();
  EXPECT_EQ(budget_.used(), 0u);
  EXPECT_EQ(budget_.refused(), 0u);
}

TEST_F(MemoryBudgetTest, AShareOfNoBudgetTakesAnything) {
  MemoryShare share(nullptr, "", nullptr);
  EXPECT_TRUE(share.Grow(std::size_t{1} << 40));
  share.SetPeer("a");
  share.SetKind(Kind::kOrdinary);
  share.Shrink(1);
  share.Reset();
  EXPECT_FALSE(share.ended());
}

TEST_F(MemoryBudgetTest, KeepsAQuarterForTheUrgent) {
  Owner ordinary(*this, "");
  EXPECT_TRUE(ordinary.share.Grow(3000));
  EXPECT_FALSE(ordinary.share.Grow(1));
  EXPECT_EQ(budget_.used(), 3000u) << "what is refused is not counted";
  Owner urgent(*this, "", Kind::kUrgent);
  EXPECT_TRUE(urgent.share.Grow(1000));
  EXPECT_FALSE(urgent.share.Grow(1));
  EXPECT_EQ(budget_.refused(), 2u);
}

TEST_F(MemoryBudgetTest, GivesOnePeerAQuarterAndThisMachineMore) {
  Owner one(*this, "a", Kind::kUrgent);
  Owner two(*this, "a");
  EXPECT_TRUE(one.share.Grow(600));
  EXPECT_FALSE(two.share.Grow(401));
  EXPECT_TRUE(two.share.Grow(400));
  Owner other(*this, "b");
  EXPECT_TRUE(other.share.Grow(1000));
  Owner local(*this, "");
  EXPECT_TRUE(local.share.Grow(1500));
}

TEST_F(MemoryBudgetTest, AShareThatChangesHandsTakesWhatItHoldsAlong) {
  Owner one(*this, "a", Kind::kUrgent);
  ASSERT_TRUE(one.share.Grow(900));
  one.share.SetPeer("b");
  one.share.SetKind(Kind::kOrdinary);
  EXPECT_FALSE(one.share.Grow(101)) << "b's quarter";
  Owner other(*this, "a");
  EXPECT_TRUE(other.share.Grow(1000)) << "a has all of its own again";
  Owner rest(*this, "");
  EXPECT_FALSE(rest.share.Grow(1101)) << "of three quarters";
  EXPECT_TRUE(rest.share.Grow(1100));
}

TEST_F(MemoryBudgetTest, EndsWhoDoesNotMoveTheLargestFirst) {
  Owner small(*this, "");
  Owner large(*this, "");
  ASSERT_TRUE(small.share.Grow(1000));
  ASSERT_TRUE(large.share.Grow(2000));
  Owner asker(*this, "");
  EXPECT_FALSE(asker.share.Grow(500)) << "they are younger than a second";
  Pass(std::chrono::milliseconds(1000));
  EXPECT_TRUE(asker.share.Grow(500));
  EXPECT_EQ(large.ended, 1);
  EXPECT_EQ(small.ended, 0);
  EXPECT_TRUE(large.share.ended());
  EXPECT_EQ(budget_.used(), 1500u) << "its bytes are free at once";
  EXPECT_EQ(budget_.ended(), 1u);
  large.share.Shrink(2000);
  EXPECT_FALSE(large.share.Grow(1)) << "until it is reset";
  EXPECT_EQ(budget_.used(), 1500u);
  large.share.Reset();
  EXPECT_TRUE(large.share.Grow(1));
}

TEST_F(MemoryBudgetTest, EndsNobodyWhoMovesAndRefusesTheNewest) {
  Owner moving(*this, "");
  ASSERT_TRUE(moving.share.Grow(3000));
  Owner asker(*this, "");
  for (int second = 1; second <= 100; ++second) {
    moving.share.Moved(60);  // all it holds within a minute
    Pass(std::chrono::milliseconds(1000));
    ASSERT_FALSE(asker.share.Grow(500)) << second;
  }
  EXPECT_EQ(moving.ended, 0);
  // What it moved long ago does not count for ever.
  Pass(std::chrono::milliseconds(2000));
  EXPECT_TRUE(asker.share.Grow(500));
  EXPECT_EQ(moving.ended, 1);
}

TEST_F(MemoryBudgetTest, TheOrdinaryDoNotPushOutTheUrgent) {
  Owner stream(*this, "", Kind::kUrgent);
  ASSERT_TRUE(stream.share.Grow(3000));
  Pass(std::chrono::hours(1));
  Owner body(*this, "");
  EXPECT_FALSE(body.share.Grow(2000));
  EXPECT_EQ(stream.ended, 0);
  Owner get(*this, "", Kind::kUrgent);
  EXPECT_TRUE(get.share.Grow(2000));
  EXPECT_EQ(stream.ended, 1);
}

TEST_F(MemoryBudgetTest, EndsNobodyIfThatIsNotEnough) {
  Owner still(*this, "");
  Owner moving(*this, "");
  ASSERT_TRUE(still.share.Grow(500));
  ASSERT_TRUE(moving.share.Grow(2500));
  moving.share.Moved(100'000);
  Pass(std::chrono::milliseconds(1000));
  Owner asker(*this, "");
  EXPECT_FALSE(asker.share.Grow(1000));
  EXPECT_EQ(still.ended, 0);
  EXPECT_TRUE(asker.share.Grow(400)) << "of the one that does not move";
  EXPECT_EQ(still.ended, 1);
}

TEST_F(MemoryBudgetTest, APeerAtItsLimitMakesRoomByItself) {
  Owner own(*this, "a");
  Owner other(*this, "b");
  ASSERT_TRUE(own.share.Grow(1000));
  ASSERT_TRUE(other.share.Grow(1000));
  Pass(std::chrono::milliseconds(1000));
  Owner asker(*this, "a");
  EXPECT_TRUE(asker.share.Grow(700));
  EXPECT_EQ(own.ended, 1);
  EXPECT_EQ(other.ended, 0);
}

// From many threads, everything is given back in the end.
TEST_F(MemoryBudgetTest, LosesNothingUnderThreads) {
  constexpr int kThreads = 4;
  {
    std::vector<std::unique_ptr<Owner>> owners;
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      owners.push_back(std::make_unique<Owner>(*this, i % 2 == 0 ? "a" : ""));
    }
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([this, &share = owners[i]->share, i] {
        std::minstd_rand random(static_cast<unsigned>(i));
        std::size_t held = 0;
        for (int round = 0; round < 5000; ++round) {
          std::size_t bytes = random() % 2000;
          if (share.ended()) {
            share.Reset();
            held = 0;
          } else if (random() % 2 == 0 && share.Grow(bytes)) {
            held += bytes;
          } else {
            share.Shrink(std::min(held, bytes));
            held -= std::min(held, bytes);
          }
          if (round % 7 == 0) share.SetKind(round % 2 == 0 ? Kind::kUrgent : Kind::kOrdinary);
          if (round % 11 == 0) share.SetPeer(round % 2 == 0 ? "b" : "");
          Pass(std::chrono::milliseconds(300));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_LE(budget_.used(), budget_.size());
    for (auto& owner : owners) owner->share.Reset();
    EXPECT_EQ(budget_.used(), 0u);
    ASSERT_TRUE(owners[0]->share.Grow(4000 / 4));
  }
  EXPECT_EQ(budget_.used(), 0u);
}

}  // namespace
}  // namespace triad
