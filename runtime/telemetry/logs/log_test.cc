#include "runtime/telemetry/logs/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "runtime/telemetry/error_report.h"
#include "runtime/telemetry/logs/text.h"
#include "runtime/telemetry/traces/request_context.h"

namespace triad::log {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::SizeIs;

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  EXPECT_EQ(lines.back(), "");
  lines.pop_back();
  return lines;
}

// What `work` logs.
template <typename Work>
std::vector<std::string> Logged(const std::string& format, const std::string& level, Work work) {
  EXPECT_TRUE(Init({"triad-test", level, format}).ok());
  testing::internal::CaptureStdout();
  work();
  Flush();
  return Lines(testing::internal::GetCapturedStdout());
}

template <typename Work>
nlohmann::json LoggedJson(Work work) {
  auto lines = Logged("json", "debug", work);
  EXPECT_THAT(lines, SizeIs(1));
  return nlohmann::json::parse(lines.at(0));
}

TEST(LogTest, JsonLineHoldsEverythingInOrder) {
  auto lines = Logged("json", "info", [] {
    Info("entry written", {{"name", "a"}, {"revision", 7}, {"ratio", 0.5}, {"ok", true}});
  });
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0],
              MatchesRegex("\\{\"time\":\"....-..-..T..:..:..\\....Z\",\"level\":\"info\","
                           "\"service\":\"triad-test\",\"message\":\"entry written\","
                           "\"name\":\"a\",\"revision\":7,\"ratio\":0.5,\"ok\":true\\}"));
}

TEST(LogTest, TextLineQuotesWhatIsNotAWord) {
  auto lines = Logged("text", "info", [] {
    Warning("entry written", {{"a", "word"}, {"b", "two words"}, {"c", ""}, {"d", "x=y"}});
  });
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], MatchesRegex("..:..:..\\.... WARN  entry written a=word b=\"two words\" "
                                     "c=\"\" d=\"x=y\""));
}

TEST(LogTest, NoInputForgesALine) {
  std::string hostile("a\r\nb\x1b[31m\"\\\0\x7f\xc2\x85\xe2\x80\xa8", 18);
  for (const char* format : {"json", "text"}) {
    auto lines = Logged(format, "info", [&] { Info(hostile, {{hostile, hostile}}); });
    ASSERT_THAT(lines, SizeIs(1));
    for (char c : lines[0]) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20) << lines[0];
  }
  auto line = LoggedJson([&] { Info(hostile, {{"field", hostile}}); });
  EXPECT_EQ(line["message"], hostile);
  EXPECT_EQ(line["field"], hostile);
}

// What a handler works for.
class Request final : public RequestContext {
 public:
  absl::string_view request_id() const override { return "request-1"; }
  const TraceContext& trace() const override { return trace_; }
  const Tracer& tracer() const override { return Tracer::Off(); }

 private:
  const TraceContext trace_ =
      Tracer::Off().Continue("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "");
};

TEST(LogTest, LinesOfAHandlerSayWhichRequestTheyAreAbout) {
  const Request request;
  WorkingFor scope(&request);
  auto line = LoggedJson([] { Info("row skipped"); });
  EXPECT_EQ(line["request_id"], "request-1");
  EXPECT_EQ(line["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
  auto lines = Logged("text", "info", [] { Info("said", {{"request_id", "own"}}); });
  EXPECT_THAT(lines.at(0), MatchesRegex(".*said request_id=own trace_id=4bf92f[0-9a-f]*"));
}

struct Kept final : ErrorSink {
  void Report(ErrorReport report) override { reports.push_back(std::move(report)); }
  std::vector<ErrorReport> reports;
};

TEST(LogTest, ErrorsAreReportedWithTheirFieldsAndRequest) {
  const Request request;
  Kept kept;
  ReportErrorsTo(&kept);
  Logged("json", "info", [&] {
    WorkingFor scope(&request);
    Warning("not reported");
    Error("exception in a handler", {{"in", "a.B/C"}, {"error", "boom"}, {"count", 3}});
  });
  ReportErrorsTo(nullptr);
  Logged("json", "info", [] { Error("after the end"); });
  ASSERT_THAT(kept.reports, SizeIs(1));
  const ErrorReport& report = kept.reports[0];
  EXPECT_FALSE(report.fatal);
  EXPECT_EQ(report.kind, "exception in a handler");
  EXPECT_EQ(report.message, "boom");
  EXPECT_EQ(report.request_id, "request-1");
  EXPECT_EQ(report.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(report.span_id, request.trace().span_id);
  EXPECT_THAT(report.fields, testing::Contains(testing::Pair("count", "3")));
}

TEST(LogTest, ExtremeNumbers) {
  auto line = LoggedJson([] {
    Info("n", {{"min", std::numeric_limits<std::int64_t>::min()},
               {"nan", std::numeric_limits<double>::quiet_NaN()},
               {"inf", -std::numeric_limits<double>::infinity()},
               {"tiny", 1e-300}});
  });
  EXPECT_EQ(line["min"], std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(line["nan"], "NaN");
  EXPECT_EQ(line["inf"], "-Infinity");
  EXPECT_EQ(line["tiny"], 1e-300);
}

TEST(LogTest, LevelsBelowTheChosenOneAreSilent) {
  auto lines = Logged("text", "warning", [] {
    Debug("debug");
    Info("info");
    Warning("warning");
    Error("error");
  });
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[0], HasSubstr("warning"));
  EXPECT_THAT(lines[1], HasSubstr("ERROR error"));
  EXPECT_FALSE(Enabled(Level::kInfo));
}

TEST(LogTest, WarningsAreWrittenAtOnceWithWhatCameBefore) {
  ASSERT_TRUE(Init({"triad-test", "info", "text"}).ok());
  testing::internal::CaptureStdout();
  Info("first");
  Warning("second");
  auto lines = Lines(testing::internal::GetCapturedStdout());
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[0], HasSubstr("first"));
}

TEST(LogTest, ThreadsDoNotMixLines) {
  auto lines = Logged("json", "info", [] {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([t] {
        for (int i = 0; i < 500; ++i) Info("line", {{"thread", t}, {"i", i}});
      });
    }
    for (std::thread& thread : threads) thread.join();
  });
  EXPECT_THAT(lines, SizeIs(2000));
  for (const std::string& line : lines) EXPECT_TRUE(nlohmann::json::accept(line)) << line;
}

TEST(LogTest, InitNamesTheFlag) {
  EXPECT_EQ(Init({"x", "loud", "text"}).message(),
            "--log_level: expected debug, info, warning or error, not 'loud'");
  EXPECT_EQ(Init({"x", "info", "xml"}).message(), "--log_format: expected text or json, not 'xml'");
}

TEST(TextTest, InvalidUtf8IsReplacedAndValidIsKept) {
  auto escaped = [](absl::string_view text) {
    std::string out;
    AppendEscaped(text, out);
    return out;
  };
  EXPECT_EQ(escaped("ß \xf0\x9f\x8f\xb3 \xed\x9f\xbf"), "ß \xf0\x9f\x8f\xb3 \xed\x9f\xbf");
  std::string replacement = "\xEF\xBF\xBD";
  for (const char* bad : {"\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8",
                          "\xe2\x82", "\xf0\x9f\x8f"}) {
    std::string out = escaped(absl::StrCat("a", bad, "b"));
    EXPECT_THAT(out, HasSubstr(replacement)) << bad;
    EXPECT_EQ(out.front(), 'a');
    EXPECT_EQ(out.back(), 'b');
    EXPECT_TRUE(nlohmann::json::accept("\"" + out + "\"")) << out;
  }
}

}  // namespace
}  // namespace triad::log
