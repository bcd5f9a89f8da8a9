// The reporter against a server on a real socket.
#include "runtime/export/sentry/reporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "tests/support/process.h"
#include "tests/support/scripted_server.h"

namespace triad::error_reports {
namespace {

using testing::Eventually;
using ::testing::HasSubstr;
using testing::ScriptedReply;
using testing::ScriptedRequest;
using testing::ScriptedServer;

std::string DsnOf(const ScriptedServer& server) {
  return absl::StrCat("http://key@", absl::StripPrefix(server.url(), "http://"), "/1");
}

class ReporterTest : public ::testing::Test {
 protected:
  std::unique_ptr<Reporter> Start(const std::string& dsn) {
    options_.dsn = dsn;
    auto reporter = Reporter::Start(options_, metrics_);
    EXPECT_TRUE(reporter.ok()) << reporter.status();
    return *std::move(reporter);
  }
  bool Counted(const std::string& series) {
    return metrics_.Scrape().find(absl::StrCat("\ntriad_error_reports_", series, "\n")) !=
           std::string::npos;
  }
  static ErrorReport AReport() {
    ErrorReport report;
    report.kind = report.message = "boom";
    return report;
  }

  Metrics metrics_{"test"};
  ReporterOptions options_ = {
      .service = "triad-test",
      .post = {.attempts = 2, .first_delay = absl::Milliseconds(1), .retry_too_many = false}};
};

TEST_F(ReporterTest, HoldsBackForAsLongAsTheServerAsks) {
  ScriptedServer server([](const ScriptedRequest&) {
    return ScriptedReply{
        "HTTP/1.1 200 OK\r\nX-Sentry-Rate-Limits: 3600:error:key\r\nContent-Length: 0\r\n\r\n"};
  });
  auto reporter = Start(DsnOf(server));
  for (int i = 0; i < 3; ++i) reporter->Report(AReport());
  EXPECT_TRUE(Eventually([&] { return Counted("dropped_total{reason=\"rate_limited\"} 2"); }));
  EXPECT_TRUE(Counted("sent_total 1"));
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(ReporterTest, TriesAgainAndCountsWhatIsNotTaken) {
  std::atomic<int> status = 503;
  ScriptedServer server([&](const ScriptedRequest&) { return testing::Reply(status, ""); });
  auto reporter = Start(DsnOf(server));
  reporter->Report(AReport());
  EXPECT_TRUE(Eventually([&] { return Counted("dropped_total{reason=\"unreachable\"} 1"); }));
  EXPECT_EQ(server.connections(), 2);
  status = 400;
  reporter->Report(AReport());
  EXPECT_TRUE(Eventually([&] { return Counted("dropped_total{reason=\"rejected\"} 1"); }));
}

TEST_F(ReporterTest, ABurstIsBounded) {
  ScriptedServer server([](const ScriptedRequest&) { return ScriptedReply{"", true}; });
  options_.queue = 2;
  options_.post.timeout = absl::Milliseconds(100);
  auto reporter = Start(DsnOf(server));
  for (int i = 0; i < 100; ++i) reporter->Report(AReport());
  std::string text = metrics_.Scrape();
  EXPECT_THAT(text, ::testing::ContainsRegex("reason=\"queue_full\". 9[78]\n"));
}

TEST_F(ReporterTest, TheDsnMayChangeInItsFile) {
  ScriptedServer first([](const ScriptedRequest&) { return testing::Reply(200, ""); });
  ScriptedServer second([](const ScriptedRequest&) { return testing::Reply(200, ""); });
  testing::TemporaryDirectory directory;
  options_.dsn_file = directory.path() + "/dsn";
  std::ofstream(options_.dsn_file) << DsnOf(first);
  auto reporter = Start("");
  reporter->Report(AReport());
  EXPECT_TRUE(Eventually([&] { return Counted("sent_total 1"); }));
  std::ofstream(options_.dsn_file) << DsnOf(second);
  reporter->Report(AReport());
  EXPECT_TRUE(Eventually([&] { return second.connections() == 1; }));
}

TEST_F(ReporterTest, NamesTheFlagThatIsWrong) {
  options_.dsn = "sentry.example.com";
  EXPECT_THAT(Reporter::Start(options_, metrics_).status().message(),
              HasSubstr("--sentry_dsn: expected a DSN"));
  options_.dsn_file = "/nonexistent/dsn";
  EXPECT_THAT(Reporter::Start(options_, metrics_).status().message(),
              HasSubstr("--sentry_dsn_file: "));
}

}  // namespace
}  // namespace triad::error_reports
