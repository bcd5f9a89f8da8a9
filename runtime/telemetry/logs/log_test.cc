#include "runtime/telemetry/logs/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "runtime/base/testing/fake_clock.h"
#include "runtime/telemetry/error_report.h"
#include "runtime/telemetry/logs/buffered_sink.h"
#include "runtime/telemetry/logs/sampler.h"
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

// What has come out of a pipe, of which nobody reads but in Read.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(pipe2(ends_, O_CLOEXEC), 0); }
  int writing_end() const { return ends_[1]; }
  // So that the next write has to wait.
  void Fill() {
    fcntl(ends_[1], F_SETFL, O_NONBLOCK);
    while (write(ends_[1], "\n", 1) == 1) continue;
    fcntl(ends_[1], F_SETFL, 0);
  }
  // Waits until `text` has come, and gives all that has.
  const std::string& ReadUntil(const std::string& text) {
    while (read_.find(text) == std::string::npos) Read();
    return read_;
  }
  // Waits for more, and gives all that has come.
  const std::string& Read() {
    char bytes[4096];
    ssize_t count = read(ends_[0], bytes, sizeof(bytes));
    if (count > 0) read_.append(bytes, static_cast<std::size_t>(count));
    return read_;
  }

 private:
  int ends_[2] = {-1, -1};
  std::string read_;
};

constexpr std::size_t kSinkBytes = 64 * 1024;
constexpr std::size_t kLineBytes = 1024;
constexpr int kSinkLines = kSinkBytes / kLineBytes;

// Lives to the end of the process, as its thread does.
BufferedSink& NewSink(const Pipe& pipe, absl::Duration delay) {
  static std::vector<BufferedSink*>* const all = new std::vector<BufferedSink*>;
  auto note = [](std::int64_t dropped) { return absl::StrCat("dropped ", dropped); };
  all->push_back(new BufferedSink(pipe.writing_end(), kSinkBytes, note));
  all->back()->Start(delay);
  return *all->back();
}

// As the notes in `text` say, of which the last may not be whole.
int Dropped(absl::string_view text) {
  int sum = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    int count = 0;
    if (absl::ConsumePrefix(&line, "dropped ") && absl::SimpleAtoi(line, &count)) sum += count;
  }
  return sum;
}

TEST(BufferedSinkTest, NobodyWaitsForAReaderThatDoesNotRead) {
  Pipe pipe;
  BufferedSink& sink = NewSink(pipe, absl::Milliseconds(1));
  std::string line = std::string(kLineBytes - 1, 'x');
  pipe.Fill();
  std::int64_t added = 0;
  std::int64_t taken = 0;
  // More than fits: the thread has taken what was there, and waits.
  for (; taken <= kSinkLines || added == taken; taken = added - sink.dropped()) {
    sink.Add(line, /*soon=*/++added % 2 == 0);
  }
  sink.Flush(absl::Milliseconds(1));
  std::int64_t dropped = sink.dropped();
  EXPECT_EQ(dropped, added - taken);

  // The note stands where lines are missing, and what is said later follows it.
  while (Dropped(pipe.Read()) < dropped) continue;
  sink.Add("later", /*soon=*/false);
  std::vector<std::string> lines = Lines(pipe.ReadUntil("later\n"));
  EXPECT_EQ(std::count(lines.begin(), lines.end(), line), taken);
  EXPECT_EQ(lines.back(), "later");
}

TEST(BufferedSinkTest, WritesAtOnceWhatIsInAHurryWithWhatCameBefore) {
  Pipe pipe;
  BufferedSink& sink = NewSink(pipe, absl::InfiniteDuration());
  sink.Add("first", /*soon=*/false);
  sink.Add("second", /*soon=*/true);
  EXPECT_EQ(pipe.ReadUntil("second\n"), "first\nsecond\n");
}

TEST(BufferedSinkTest, FlushesOnTheCallersThread) {
  Pipe pipe;
  BufferedSink& sink = NewSink(pipe, absl::InfiniteDuration());
  sink.Add("first", /*soon=*/false);
  sink.Flush(absl::Seconds(30));
  EXPECT_EQ(pipe.ReadUntil("\n"), "first\n");
  sink.Add("second", /*soon=*/false);
  sink.FlushAtCrash();
  EXPECT_EQ(pipe.ReadUntil("second\n"), "first\nsecond\n");
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

TEST(SamplerTest, LetsAFewThroughInEachPeriodAndCountsTheRest) {
  FakeClock clock;
  Sampler sampler(2, absl::Seconds(1), clock);
  EXPECT_EQ(sampler.Admit(), 0);
  EXPECT_EQ(sampler.Admit(), 0);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(sampler.Admit(), std::nullopt);
  clock.Set(clock.Now() + absl::Hours(1));
  EXPECT_EQ(sampler.Admit(), std::nullopt) << "no time has passed";
  clock.Advance(absl::Seconds(1));
  EXPECT_EQ(sampler.Admit(), 6);
  EXPECT_EQ(sampler.Admit(), 0);
  EXPECT_EQ(sampler.Admit(), std::nullopt);
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
