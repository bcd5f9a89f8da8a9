#include "runtime/export/sentry/envelope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_split.h"

namespace triad::error_reports {
namespace {

using nlohmann::json;

TEST(EnvelopeTest, HoldsOneEvent) {
  ErrorReport report;
  report.kind = "INTERNAL in a.B/C";
  report.message = "no \xff luck, token=abc";
  report.request_id = "r1";
  report.trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
  report.span_id = "00f067aa0ba902b7";
  report.fields = {{"method", "a.B/C"}, {"auth_token", "hunter2"}};
  const std::string text =
      Envelope(report, {"triad-test", "triad@1+abc", "production", "host-1"},
               "0123456789abcdef0123456789abcdef", absl::FromUnixMillis(1'700'000'000'123));
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(json::parse(lines[0])["event_id"], "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(json::parse(lines[1])["length"], lines[2].size());
  json event = json::parse(lines[2]);
  EXPECT_EQ(event["level"], "error");
  EXPECT_EQ(event["timestamp"], "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(event["release"], "triad@1+abc");
  EXPECT_EQ(event["environment"], "production");
  EXPECT_EQ(event["server_name"], "host-1");
  EXPECT_EQ(event["exception"]["values"][0]["type"], "INTERNAL in a.B/C");
  EXPECT_EQ(event["exception"]["values"][0]["value"], "no \xef\xbf\xbd luck, token=[redacted]");
  EXPECT_EQ(event["tags"]["request_id"], "r1");
  EXPECT_EQ(event["contexts"]["trace"]["trace_id"], report.trace_id);
  EXPECT_EQ(event["contexts"]["trace"]["span_id"], report.span_id);
  EXPECT_EQ(event["extra"]["method"], "a.B/C");
  EXPECT_EQ(event["extra"]["auth_token"], "[redacted]");
}

absl::Duration Limit(int status, std::map<std::string, std::string> headers) {
  return RateLimit({status, std::move(headers)});
}

TEST(EnvelopeTest, LimitsOfTheServer) {
  EXPECT_EQ(Limit(200, {}), absl::ZeroDuration());
  EXPECT_EQ(Limit(429, {}), absl::Seconds(60));
  EXPECT_EQ(Limit(429, {{"retry-after", "7"}}), absl::Seconds(7));
  EXPECT_EQ(Limit(200, {{"x-sentry-rate-limits", "5:error:key, 9::organization"}}),
            absl::Seconds(9));
  EXPECT_EQ(Limit(200, {{"x-sentry-rate-limits", "60:transaction;session:key"}}),
            absl::ZeroDuration());
  EXPECT_EQ(
      Limit(429, {{"x-sentry-rate-limits", "3:default;error:key:quota"}, {"retry-after", "7"}}),
      absl::Seconds(3));
  EXPECT_EQ(Limit(200, {{"x-sentry-rate-limits", "soon:error, -1:error"}}), absl::ZeroDuration());
}

}  // namespace
}  // namespace triad::error_reports
