// The checker of what watches are told, on histories that can, and cannot, have happened.
#include "tests/support/watch_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace triad::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

const std::string kX = PutText("a", "x");
const std::string kY = PutText("a", "y");
const std::string kGone = DeletionText("a");

class WatchCheckTest : public ::testing::Test {
 protected:
  WatchCheckTest() {
    written_.Acknowledge(5, kX);
    written_.Acknowledge(6, kY);
    written_.Acknowledge(8, kGone);
    written_.Lose(PutText("b", "lost"));
    told_.Begin(4);
  }

  void TellAll(ToldChanges& told) {
    told.Tell(5, kX, true);
    told.Tell(6, kY, true);
    told.Tell(7, PutText("b", "lost"), true);
    told.Tell(8, kGone, true);
  }
  std::vector<std::string> Problems() { return WatchProblems({&told_, &other_}, written_); }

  WrittenChanges written_;
  ToldChanges told_;
  ToldChanges other_;
};

TEST_F(WatchCheckTest, EveryRevisionOnceAndInOrderIsRight) {
  TellAll(told_);
  other_.Begin(4);
  TellAll(other_);
  EXPECT_THAT(Problems(), IsEmpty());
}

TEST_F(WatchCheckTest, AMarkAndAnInterruptionAreRight) {
  told_.Tell(4, "", true);
  told_.Tell(5, kX, true);
  told_.Reconnect();
  told_.Tell(5, "", true);
  told_.Tell(6, kY, true);
  EXPECT_THAT(Problems(), IsEmpty());
}

TEST_F(WatchCheckTest, ARevisionMayComeInPartsAndIsSentAgainWhole) {
  written_.Acknowledge(9, kX + kY);
  TellAll(told_);
  told_.Tell(9, kX, false);
  told_.Reconnect();
  told_.Tell(9, kX, false);
  told_.Tell(9, kY, true);
  EXPECT_THAT(Problems(), IsEmpty());
  EXPECT_EQ(told_.newest(), 9);
}

TEST_F(WatchCheckTest, OneThatFallsBehindTheFloorBeginsAnew) {
  told_.Tell(5, kX, true);
  told_.FallBehind(7);
  told_.Begin(7);
  told_.Tell(8, kGone, true);
  EXPECT_THAT(Problems(), IsEmpty());
}

TEST_F(WatchCheckTest, ARevisionThatIsLeftOut) {
  told_.Tell(6, kY, true);
  EXPECT_THAT(Problems(), Not(IsEmpty()));
}

TEST_F(WatchCheckTest, ARevisionThatComesTwice) {
  told_.Tell(5, kX, true);
  told_.Reconnect();
  told_.Tell(5, kX, true);
  EXPECT_THAT(Problems(), Not(IsEmpty()));
}

TEST_F(WatchCheckTest, AMarkAheadOfWhatWasTold) {
  told_.Tell(5, "", true);
  EXPECT_THAT(Problems(), Not(IsEmpty()));
}

TEST_F(WatchCheckTest, HalfARevision) {
  written_.Acknowledge(9, kX + kY);
  TellAll(told_);
  told_.Tell(9, kX, true);
  EXPECT_THAT(Problems(), Not(IsEmpty()));
}

TEST_F(WatchCheckTest, APartThatIsKeptOverAnInterruption) {
  written_.Acknowledge(9, kX + kY);
  TellAll(told_);
  told_.Tell(9, kX, false);
  told_.Reconnect();
  told_.Tell(9, kY, true);
  EXPECT_THAT(Problems(), Not(IsEmpty()));
}

TEST_F(WatchCheckTest, AnotherChangeThanWasAcknowledged) {
  told_.Tell(5, kY, true);
  EXPECT_THAT(Problems(), Not(IsEmpty()));
}

TEST_F(WatchCheckTest, AChangeThatNobodyWrote) {
  told_.Tell(5, kX, true);
  told_.Tell(6, kY, true);
  told_.Tell(7, PutText("b", "made up"), true);
  EXPECT_THAT(Problems(), Not(IsEmpty()));
}

TEST_F(WatchCheckTest, ALostWriteThatHappensTwice) {
  TellAll(told_);
  told_.Tell(9, PutText("b", "lost"), true);
  EXPECT_THAT(Problems(), Not(IsEmpty()));
}

TEST_F(WatchCheckTest, TwoWatchesThatDiffer) {
  written_.Lose(PutText("b", "lost too"));
  TellAll(told_);
  other_.Begin(6);
  other_.Tell(7, PutText("b", "lost too"), true);
  EXPECT_THAT(Problems(), Not(IsEmpty()));
}

TEST_F(WatchCheckTest, AFloorThatIsNotAboveIt) {
  told_.Tell(5, kX, true);
  told_.FallBehind(5);
  EXPECT_THAT(Problems(), Not(IsEmpty()));
}

TEST_F(WatchCheckTest, AListFromBeforeTheFloor) {
  told_.FallBehind(7);
  told_.Begin(6);
  EXPECT_THAT(Problems(), Not(IsEmpty()));
}

TEST_F(WatchCheckTest, OneRevisionForTwoWrites) {
  written_.Acknowledge(5, kY);
  EXPECT_THAT(Problems(), Not(IsEmpty()));
}

}  // namespace
}  // namespace triad::testing
