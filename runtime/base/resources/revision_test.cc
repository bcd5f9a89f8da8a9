#include "runtime/base/resources/revision.h"

#include <gtest/gtest.h>

#include <string>

namespace triad {
namespace {

TEST(RevisionTest, AnEtagDiffersByRevisionAndByDatabase) {
  EXPECT_NE(FormatEtag(Epoch{1}, Revision{2}), FormatEtag(Epoch{1}, Revision{3}));
  EXPECT_NE(FormatEtag(Epoch{1}, Revision{2}), FormatEtag(Epoch{2}, Revision{2}));
  EXPECT_EQ(FormatEtag(Epoch{255}, Revision{16}), "ff-10");
}

TEST(RevisionTest, AResumeIsReadBackOfTheSameDatabase) {
  std::string resume = FormatResume(Epoch{255}, Revision{16});
  EXPECT_EQ(resume, "ff-16");
  EXPECT_EQ(*ParseResume("after", resume, Epoch{255}), Revision{16});
  EXPECT_EQ(*ParseResume("after", "16", Epoch{255}), Revision{16});
  EXPECT_TRUE(absl::IsOutOfRange(ParseResume("after", resume, Epoch{254}).status()));
  for (const char* text : {"", "x", "-1", "ff-", "ff-x", "-"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseResume("after", text, Epoch{255}).status())) << text;
  }
}

TEST(RevisionTest, PositionsStandInTheOrderOfTheirEvents) {
  EXPECT_LT((Position{Revision{1}}), (Position{Revision{1}, 2}));
  EXPECT_LT((Position{Revision{1}, 2}), (Position{Revision{2}}));
}

}  // namespace
}  // namespace triad
