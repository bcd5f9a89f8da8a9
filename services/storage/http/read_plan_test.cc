#include "services/storage/http/read_plan.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/storage/http/http_date.h"

namespace triad::storage {
namespace {

using Answer = ReadPlan::Answer;

constexpr char kDate[] = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr char kBefore[] = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr char kAfter[] = "Sun, 06 Nov 1994 08:49:38 GMT";

// 100 bytes, written half a second after kDate.
Object HundredBytes() {
  Object object;
  object.etag = "tag";
  object.size = 100;
  object.update_time = *ParseHttpDate(kDate) + absl::Milliseconds(500);
  return object;
}

void FormatRange(std::string* out, const ContentRange& range) {
  absl::StrAppend(out, " ", range.offset, "+", range.length);
}

std::string Plan(const ReadHeaders& headers, std::int64_t size = 100) {
  Object object = HundredBytes();
  object.size = size;
  absl::StatusOr<ReadPlan> plan = PlanRead(object, headers);
  if (!plan.ok()) return std::string(absl::StatusCodeToString(plan.status().code()));
  switch (plan->answer) {
    case Answer::kWhole:
      return absl::StrCat("200 ", plan->offset, "+", plan->length);
    case Answer::kPart:
      return absl::StrCat("206 ", plan->offset, "+", plan->length);
    case Answer::kParts:
      return absl::StrCat("206", absl::StrJoin(plan->ranges, "", FormatRange));
    case Answer::kNotModified:
      return "304";
    case Answer::kPreconditionFailed:
      return "412";
    case Answer::kUnsatisfiable:
      return "416";
  }
  return "";
}

TEST(ReadPlanTest, Ranges) {
  struct Case {
    std::string range, plan;
    std::int64_t size = 100;
  };
  Case cases[] = {
      {"bytes=0-0", "206 0+1"},
      {"bytes=0-99", "206 0+100"},
      {"bytes=10-19", "206 10+10"},
      {"bytes=10-", "206 10+90"},
      {"bytes=90-1000", "206 90+10"},
      {"bytes=99-", "206 99+1"},
      {"bytes=-1", "206 99+1"},
      {"bytes=-100", "206 0+100"},
      {"bytes=-1000", "206 0+100"},
      {"BYTES = 1-2", "200 0+100"},
      {" Bytes=1-2 ", "206 1+2"},
      {"bytes=100-", "416"},
      {"bytes=100-200", "416"},
      {"bytes=-0", "416"},
      {"bytes=0-", "416", 0},
      {"bytes=-5", "416", 0},
      {"bytes=99999999999999999999-", "416"},
      {"bytes=1-99999999999999999999", "206 1+99"},
      {"bytes=-99999999999999999999", "206 0+100"},
      {"bytes=9223372036854775807-", "416"},
      {"bytes=0-9223372036854775807", "206 0+100"},
      // Several; of those that are left, one is served as if it were alone.
      {"bytes=0-1,5-6", "206 0+2 5+2"},
      {"bytes=50-,0-9", "206 50+50 0+10"},
      {"bytes=0-1,100-", "206 0+2"},
      {"bytes=0-9,10-19", "206 0+20"},
      {"bytes=100-,-0", "416"},
      // Malformed or of another unit: as if it were not there.
      {"", "200 0+100"},
      {"bytes", "200 0+100"},
      {"bytes=", "200 0+100"},
      {"bytes=-", "200 0+100"},
      {"bytes=5", "200 0+100"},
      {"bytes=20-10", "200 0+100"},
      {"bytes=a-b", "200 0+100"},
      {"bytes=1-b", "200 0+100"},
      {"bytes=+1-2", "200 0+100"},
      {"bytes=0-1,b", "200 0+100"},
      {"lines=1-2", "200 0+100"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Plan({.range = c.range}, c.size), c.plan) << c.range;
  }
}

TEST(ReadPlanTest, OfCodedContentSeveralRangesAreTheWhole) {
  Object object = HundredBytes();
  object.properties.headers.content_encoding = "gzip";
  EXPECT_EQ(PlanRead(object, {.range = "bytes=0-1,5-6"})->answer, ReadPlan::Answer::kWhole);
  EXPECT_EQ(PlanRead(object, {.range = "bytes=5-6"})->answer, ReadPlan::Answer::kPart);
}

TEST(ReadPlanTest, Conditions) {
  EXPECT_EQ(Plan({}), "200 0+100");
  EXPECT_EQ(Plan({.if_none_match = "\"tag\""}), "304");
  EXPECT_EQ(Plan({.if_none_match = "W/\"tag\""}), "304");
  EXPECT_EQ(Plan({.if_none_match = "\"x\", \"tag\""}), "304");
  EXPECT_EQ(Plan({.if_none_match = "*"}), "304");
  EXPECT_EQ(Plan({.if_none_match = "\"x\""}), "200 0+100");
  EXPECT_EQ(Plan({.if_none_match = "tag"}), "INVALID_ARGUMENT");
  EXPECT_EQ(Plan({.if_match = "\"tag\""}), "200 0+100");
  EXPECT_EQ(Plan({.if_match = "*"}), "200 0+100");
  EXPECT_EQ(Plan({.if_match = "W/\"tag\""}), "412");
  EXPECT_EQ(Plan({.if_match = "\"x\""}), "412");
  EXPECT_EQ(Plan({.if_match = "\"x\"", .if_none_match = "\"tag\""}), "412");
  EXPECT_EQ(Plan({.if_modified_since = kDate}), "304");
  EXPECT_EQ(Plan({.if_modified_since = kAfter}), "304");
  EXPECT_EQ(Plan({.if_modified_since = kBefore}), "200 0+100");
  for (const char* no_date : {"yesterday", "infinite-future", "", "Mon, 06 Nov 1994 08:49:38 GMT",
                              "Sun, 06 Nov 1994 08:49:38", "Sun,06 Nov 1994 08:49:38 GMT"}) {
    EXPECT_EQ(Plan({.if_modified_since = no_date}), "200 0+100") << no_date;
    EXPECT_EQ(Plan({.if_unmodified_since = no_date}), "200 0+100") << no_date;
  }
  EXPECT_EQ(Plan({.if_unmodified_since = kBefore}), "412");
  EXPECT_EQ(Plan({.if_unmodified_since = kDate}), "200 0+100");
  EXPECT_EQ(Plan({.if_match = "\"tag\"", .if_unmodified_since = kBefore}), "200 0+100")
      << "If-Match has precedence";
  EXPECT_EQ(Plan({.if_none_match = "\"x\"", .if_modified_since = kAfter}), "200 0+100")
      << "If-None-Match has precedence";
  EXPECT_EQ(Plan({.if_none_match = "\"tag\"", .range = "bytes=0-1"}), "304");
  EXPECT_EQ(Plan({.if_match = "\"x\"", .range = "bytes=0-1,5-6"}), "412");
}

TEST(ReadPlanTest, IfRange) {
  auto plan = [](const std::string& if_range) {
    return Plan({.if_range = if_range, .range = "bytes=1-2"});
  };
  EXPECT_EQ(plan("\"tag\""), "206 1+2");
  EXPECT_EQ(Plan({.if_range = "\"x\"", .range = "bytes=0-1,5-6"}), "200 0+100");
  for (const char* other : {"\"x\"", "W/\"tag\"", "*", "\"x\", \"tag\"", kBefore, kAfter, "junk",
                            // Another version may be of the same second.
                            kDate}) {
    EXPECT_EQ(plan(other), "200 0+100") << other;
  }
}

TEST(HttpDateTest, ReadsAllFormatsAndWritesOne) {
  for (const char* text : {kDate, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"}) {
    std::optional<absl::Time> time = ParseHttpDate(text);
    ASSERT_TRUE(time.has_value()) << text;
    EXPECT_EQ(FormatHttpDate(*time), kDate);
  }
  for (const char* text : {"", "now", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 PST"}) {
    EXPECT_FALSE(ParseHttpDate(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace triad::storage
