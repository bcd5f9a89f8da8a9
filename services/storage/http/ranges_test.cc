#include "services/storage/http/ranges.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace triad::storage {
namespace {

// "offset+length" of each; "ignored" for a header that is.
std::string Ranges(absl::string_view value, std::int64_t size = 100) {
  std::optional<std::vector<ContentRange>> ranges = ParseRange(value, size);
  if (!ranges.has_value()) return "ignored";
  return absl::StrJoin(*ranges, " ", [](std::string* out, const ContentRange& range) {
    absl::StrAppend(out, range.offset, "+", range.length);
  });
}

// `count` ranges of one byte each, with a byte between them.
std::string Many(int count) {
  std::string value = "bytes=";
  for (int i = 0; i < count; ++i) absl::StrAppend(&value, i == 0 ? "" : ",", 2 * i, "-", 2 * i);
  return value;
}

TEST(ParseRangeTest, TakesSeveralInTheOrderGiven) {
  EXPECT_EQ(Ranges("bytes=0-1,5-6"), "0+2 5+2");
  EXPECT_EQ(Ranges("bytes=50-59,0-9,-5"), "50+10 0+10 95+5");
  EXPECT_EQ(Ranges("bytes=90-,0-0"), "90+10 0+1");
  EXPECT_EQ(Ranges("Bytes= 0-1 , 5-6\t"), "0+2 5+2");
  EXPECT_EQ(Ranges("bytes=0-1,,5-6,"), "0+2 5+2") << "an empty element is none";
}

TEST(ParseRangeTest, DropsThoseThatTheObjectHasNot) {
  EXPECT_EQ(Ranges("bytes=0-1,100-,5-6,200-300,-0"), "0+2 5+2");
  EXPECT_EQ(Ranges("bytes=100-,5-6"), "5+2");
  EXPECT_EQ(Ranges("bytes=100-,-0"), "");
  EXPECT_EQ(Ranges("bytes=0-0,-1", 0), "");
}

TEST(ParseRangeTest, JoinsThoseThatOverlapOrTouch) {
  EXPECT_EQ(Ranges("bytes=0-9,5-19"), "0+20");
  EXPECT_EQ(Ranges("bytes=0-9,10-19"), "0+20");
  EXPECT_EQ(Ranges("bytes=0-9,11-19"), "0+10 11+9");
  EXPECT_EQ(Ranges("bytes=10-19,0-9"), "0+20") << "in any order";
  EXPECT_EQ(Ranges("bytes=5-5,0-99,7-7"), "0+100");
  EXPECT_EQ(Ranges("bytes=50-59,0-9,55-64"), "50+15 0+10") << "where the first of them stood";
  EXPECT_EQ(Ranges("bytes=0-9,80-89,40-49,10-79"), "0+90") << "one that joins all before";
  EXPECT_EQ(Ranges("bytes=80-89,20-29,0-9,10-19"), "80+10 0+30");
  EXPECT_EQ(Ranges("bytes=0-,0-,0-,0-"), "0+100");
}

TEST(ParseRangeTest, OneThatIsMalformedSpoilsAll) {
  for (const char* value :
       {"bytes=0-1,x", "bytes=0-1,5", "bytes=0-1,9-5", "bytes=0-1;5-6", "bytes=0-1,-", "bytes=,",
        "bytes=", "bytes", "bytes=0-1,bytes=5-6", "items=0-1,5-6", "bytes=0-1,5 -6", "0-1,5-6"}) {
    EXPECT_EQ(Ranges(value), "ignored") << value;
  }
}

TEST(ParseRangeTest, AreAtMostSixtyFour) {
  EXPECT_EQ(ParseRange(Many(64), 1000)->size(), 64u);
  EXPECT_EQ(Ranges(Many(65), 1000), "ignored");
  EXPECT_EQ(Ranges(Many(65), 1), "ignored") << "also if the object has none of them";
}

TEST(ParseRangeTest, NumbersMayBeOfAnyLength) {
  EXPECT_EQ(Ranges("bytes=1-1,99999999999999999999-"), "1+1");
  EXPECT_EQ(Ranges("bytes=1-1,3-99999999999999999999"), "1+1 3+97");
  EXPECT_EQ(Ranges("bytes=0-0,9223372036854775806-9223372036854775807", INT64_MAX),
            "0+1 9223372036854775806+1");
}

}  // namespace
}  // namespace triad::storage
