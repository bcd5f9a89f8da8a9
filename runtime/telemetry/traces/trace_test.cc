#include "runtime/telemetry/traces/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "runtime/base/random.h"
#include "runtime/base/testing/fake_random.h"

namespace triad {
namespace {

using testing::MatchesRegex;

constexpr char kTraceId[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kSpanId[] = "00f067aa0ba902b7";
constexpr char kHeader[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

class TraceTest : public testing::Test {
 protected:
  TraceContext Continue(absl::string_view header) {
    return ContinueTrace(header, "vendor=1", random_);
  }
  bool Continues(absl::string_view header) { return Continue(header).trace_id == kTraceId; }

  FakeRandom random_;
};

TEST_F(TraceTest, ContinuesTheCallersTrace) {
  TraceContext trace = Continue(kHeader);
  EXPECT_EQ(trace.trace_id, kTraceId);
  EXPECT_EQ(trace.parent_span_id, kSpanId);
  EXPECT_THAT(trace.span_id, MatchesRegex("[0-9a-f]{16}"));
  EXPECT_NE(trace.span_id, kSpanId);
  EXPECT_TRUE(trace.sampled);
  EXPECT_EQ(trace.state, "vendor=1");
  EXPECT_EQ(trace.traceparent(), absl::StrCat("00-", kTraceId, "-", trace.span_id, "-01"));
}

TEST_F(TraceTest, OnlyTheSampledFlagIsPassedOn) {
  EXPECT_FALSE(Continue("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00").sampled);
  EXPECT_FALSE(Continue("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe").sampled);
  EXPECT_TRUE(Continue("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff").sampled);
  EXPECT_TRUE(Continue("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0b").sampled);
}

TEST_F(TraceTest, StartsATraceWithoutAHeader) {
  TraceContext trace = Continue("");
  EXPECT_THAT(trace.trace_id, MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(trace.parent_span_id, "");
  EXPECT_EQ(trace.state, "");
  EXPECT_TRUE(trace.sampled);
}

TEST_F(TraceTest, OfNewTracesTheRatioIsSampled) {
  int sampled = 0;
  for (int i = 0; i < 4000; ++i) {
    sampled += ContinueTrace("", "", Random::System(), 0.25).sampled;
    EXPECT_FALSE(ContinueTrace("", "", Random::System(), 0).sampled);
    EXPECT_TRUE(ContinueTrace("", "", Random::System(), 1).sampled);
  }
  EXPECT_NEAR(sampled, 1000, 200);
}

TEST_F(TraceTest, TheCallersDecisionOutweighsTheRatio) {
  EXPECT_TRUE(ContinueTrace(kHeader, "", random_, 0).sampled);
  const char unsampled[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
  EXPECT_FALSE(ContinueTrace(unsampled, "", random_, 1).sampled);
}

TEST_F(TraceTest, AChildIsBelowItsParentInTheSameTrace) {
  TraceContext parent = Continue(kHeader);
  TraceContext child = ChildOf(parent, random_);
  EXPECT_EQ(child.trace_id, parent.trace_id);
  EXPECT_EQ(child.parent_span_id, parent.span_id);
  EXPECT_NE(child.span_id, parent.span_id);
  EXPECT_EQ(child.sampled, parent.sampled);
  EXPECT_EQ(child.state, "vendor=1");
}

TEST_F(TraceTest, LaterVersionsMayGoOn) {
  EXPECT_TRUE(Continues("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
  EXPECT_TRUE(Continues("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-ever"));
  EXPECT_FALSE(Continues("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.what-ever"));
}

TEST_F(TraceTest, MalformedHeadersStartANewTrace) {
  for (const char* header : {
           "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",   // version ff
           "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",    // short version
           "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",   // upper case
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",   // upper case
           "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",   // no parent
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",   // flags
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",    // short flags
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",  // 00 has no more
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-010",  // too long
           "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",   // separator
           "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",   // separator
           " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",  // space
           "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",   // not hex
       }) {
    EXPECT_FALSE(Continues(header)) << header;
  }
  const char zero[] = "00-00000000000000000000000000000000-00f067aa0ba902b7-01";
  EXPECT_EQ(Continue(zero).parent_span_id, "");
}

TEST_F(TraceTest, RequestIdsAreKeptOnlyIfHarmless) {
  EXPECT_EQ(RequestIdFrom("abc-DEF_1.2", random_), "abc-DEF_1.2");
  EXPECT_EQ(RequestIdFrom(std::string(128, 'a'), random_), std::string(128, 'a'));
  for (const std::string& bad : {std::string(), std::string(129, 'a'), std::string("a b"),
                                 std::string("a\n"), std::string("\xc3\x9f")}) {
    EXPECT_THAT(RequestIdFrom(bad, random_), MatchesRegex("[0-9a-f]{32}"));
  }
}

}  // namespace
}  // namespace triad
