// Reports of a process that ends by an exception, in a process of its own.
#include "runtime/export/reporting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "absl/strings/str_cat.h"
#include "runtime/base/options/options.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "tests/support/receiver/receiver.h"

namespace triad::reporting {
namespace {

using ::testing::HasSubstr;
using ::testing::KilledBySignal;

[[noreturn]] void Crash(const std::string& dsn) {
  Metrics metrics("triad-test");
  ReportingOptions options;
  options.sentry_dsn = dsn;
  auto reporting = Reporting::Start("triad-test", options, metrics);
  std::thread([] { throw std::runtime_error("out of luck, password=hunter2"); }).join();
  std::abort();
}

TEST(ReportingTest, AnExceptionThatNobodyCatchesIsReportedBeforeTheEnd) {
  GTEST_FLAG_SET(death_test_style, "fast");
  triad::testing::Receiver receiver;
  EXPECT_EXIT(Crash(absl::StrCat("http://key@", receiver.address(), "/9")), KilledBySignal(SIGABRT),
              "");
  auto all = receiver.All();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].path, "/api/9/envelope/");
  EXPECT_THAT(all[0].body, HasSubstr("\"level\":\"fatal\""));
  EXPECT_THAT(all[0].body, HasSubstr("std::runtime_error"));
  EXPECT_THAT(all[0].body, HasSubstr("out of luck, password=[redacted]"));
}

TEST(ReportingTest, IsOffUnlessAskedFor) {
  Metrics metrics("triad-test");
  auto reporting = Reporting::Start("triad-test", {}, metrics);
  ASSERT_TRUE(reporting.ok());
  EXPECT_FALSE((*reporting)->tracer().on());
  EXPECT_EQ((*reporting)->errors(), nullptr);
}

TEST(ReportingTest, NamesTheFlagThatIsWrong) {
  ReportingOptions options;
  OptionParser parser("triad-test", "Tests.");
  Declare(parser, options);
  EXPECT_THAT(parser.Parse({"--trace_sample_ratio=2"}).message(),
              HasSubstr("--trace_sample_ratio: must be 0 to 1"));
  Metrics metrics("triad-test");
  options.sentry_dsn = "http://key@host/1";
  options.sentry_dsn_file = "/dsn";
  EXPECT_THAT(Reporting::Start("triad-test", options, metrics).status().message(),
              HasSubstr("--sentry_dsn and --sentry_dsn_file: give one of them"));
}

}  // namespace
}  // namespace triad::reporting
