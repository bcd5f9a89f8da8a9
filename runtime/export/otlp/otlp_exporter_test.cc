// The exporter against a collector on a real socket.
#include "runtime/export/otlp/otlp_exporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/elapsed.h"
#include "runtime/export/otlp/otlp.pb.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "tests/support/process.h"
#include "tests/support/scripted_server.h"

namespace triad::tracing {
namespace {

using ::testing::HasSubstr;
using testing::Reply;
using testing::ScriptedReply;
using testing::ScriptedRequest;
using testing::ScriptedServer;

Span ASpan() {
  Span span;
  span.trace.trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
  span.trace.span_id = "00f067aa0ba902b7";
  span.trace.parent_span_id = "b7ad6b7169203331";
  span.trace.state = "a=1";
  span.name = "GET /x";
  span.kind = SpanKind::kServer;
  span.start = absl::FromUnixNanos(1'700'000'000'123'456'789);
  span.end = span.start + absl::Milliseconds(5);
  span.failed = true;
  span.message = "INTERNAL";
  span.attributes = {{"text", std::string("value")}, {"number", std::int64_t{7}}};
  return span;
}

class OtlpExporterTest : public ::testing::Test {
 protected:
  std::unique_ptr<OtlpExporter> Start(const std::string& endpoint) {
    options_.endpoint = endpoint;
    options_.service_name = "triad-test";
    options_.environment = "test";
    auto exporter = OtlpExporter::Start(options_, metrics_);
    EXPECT_TRUE(exporter.ok()) << exporter.status();
    return *std::move(exporter);
  }

  double Dropped(const std::string& reason) {
    return Value(absl::StrCat("triad_trace_spans_dropped_total{reason=\"", reason, "\"} "));
  }
  double Sent() { return Value("triad_trace_spans_sent_total "); }
  double Value(const std::string& series) {
    std::string text = metrics_.Scrape();
    std::size_t at = text.find("\n" + series);
    double value = -1;
    std::size_t start = at + 1 + series.size();
    if (at == std::string::npos) return value;
    EXPECT_TRUE(absl::SimpleAtod(text.substr(start, text.find('\n', start) - start), &value));
    return value;
  }

  Metrics metrics_{"test"};
  OtlpOptions options_ = {
      .delay = absl::Milliseconds(1),
      .post = {.attempts = 3, .timeout = absl::Seconds(20), .first_delay = absl::Milliseconds(1)}};
};

TEST_F(OtlpExporterTest, SendsASpanAsItIs) {
  Mutex mutex;
  ScriptedRequest seen;
  ScriptedServer server([&](const ScriptedRequest& request) {
    MutexLock lock(mutex);
    seen = request;
    return Reply(200, "");
  });
  Start(server.url() + "/")->Add(ASpan());  // and ends
  EXPECT_EQ(Sent(), 1);
  MutexLock lock(mutex);
  EXPECT_EQ(seen.target, "/v1/traces");
  otlp::ExportTraceServiceRequest request;
  ASSERT_TRUE(request.ParseFromString(seen.body));
  const auto& resource = request.resource_spans(0);
  EXPECT_EQ(resource.resource().attributes(0).key(), "service.name");
  EXPECT_EQ(resource.resource().attributes(0).value().string_value(), "triad-test");
  const otlp::Span& span = resource.scope_spans(0).spans(0);
  EXPECT_EQ(span.trace_id(), "\x4b\xf9\x2f\x35\x77\xb3\x4d\xa6\xa3\xce\x92\x9d\x0e\x0e\x47\x36");
  EXPECT_EQ(span.span_id().size(), 8u);
  EXPECT_EQ(span.parent_span_id(), "\xb7\xad\x6b\x71\x69\x20\x33\x31");
  EXPECT_EQ(span.trace_state(), "a=1");
  EXPECT_EQ(span.name(), "GET /x");
  EXPECT_EQ(span.kind(), 2);
  EXPECT_EQ(span.start_time_unix_nano(), 1'700'000'000'123'456'789u);
  EXPECT_EQ(span.end_time_unix_nano() - span.start_time_unix_nano(), 5'000'000u);
  EXPECT_EQ(span.status().code(), 2);
  EXPECT_EQ(span.status().message(), "INTERNAL");
  EXPECT_EQ(span.attributes(0).value().string_value(), "value");
  EXPECT_EQ(span.attributes(1).value().int_value(), 7);
}

TEST_F(OtlpExporterTest, TriesAgainWhenTheCollectorIsBusy) {
  std::atomic<int> calls = 0;
  ScriptedServer server([&](const ScriptedRequest&) { return Reply(++calls < 3 ? 503 : 200, ""); });
  auto exporter = Start(server.url());
  exporter->Add(ASpan());
  EXPECT_TRUE(testing::Eventually([&] { return Sent() == 1; }));
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(Dropped("unreachable"), 0);
}

TEST_F(OtlpExporterTest, GivesUpAndCounts) {
  ScriptedServer busy([](const ScriptedRequest&) { return Reply(503, ""); });
  ScriptedServer strict([](const ScriptedRequest&) { return Reply(400, ""); });
  auto first = Start(busy.url());
  auto second = Start(strict.url() + "/v1/traces");
  first->Add(ASpan());
  second->Add(ASpan());
  EXPECT_TRUE(
      testing::Eventually([&] { return Dropped("unreachable") == 1 && Dropped("rejected") == 1; }));
  EXPECT_EQ(busy.connections(), 3);
  EXPECT_EQ(strict.connections(), 1);
}

TEST_F(OtlpExporterTest, CountsWhatTheCollectorSaysItDidNotTake) {
  otlp::ExportTraceServiceResponse partial;
  partial.mutable_partial_success()->set_rejected_spans(2);
  ScriptedServer server(
      [&](const ScriptedRequest&) { return Reply(200, partial.SerializeAsString()); });
  options_.batch = 3;
  options_.delay = absl::Hours(1);
  auto exporter = Start(server.url());
  for (int i = 0; i < 3; ++i) exporter->Add(ASpan());
  EXPECT_TRUE(testing::Eventually([&] { return Dropped("rejected") == 2; }));
  EXPECT_EQ(Sent(), 1);
}

TEST_F(OtlpExporterTest, AFullQueueDropsAndNothingOutlastsTheEnd) {
  ScriptedServer server([](const ScriptedRequest&) { return ScriptedReply{"", true}; });
  options_.queue = 2;
  options_.batch = 1;
  options_.flush_timeout = absl::Milliseconds(50);
  options_.post.timeout = absl::Milliseconds(200);
  Stopwatch watch;
  {
    auto exporter = Start(server.url());
    exporter->Add(ASpan());
    EXPECT_TRUE(testing::Eventually([&] { return server.connections() == 1; }));
    for (int i = 0; i < 5; ++i) exporter->Add(ASpan());
    EXPECT_EQ(Dropped("queue_full"), 3);
  }
  EXPECT_LT(watch.elapsed(), absl::Seconds(30));
  EXPECT_EQ(Dropped("queue_full") + Dropped("unreachable") + Dropped("shutdown"), 6);
}

TEST_F(OtlpExporterTest, NamesTheFlagThatIsWrong) {
  options_.endpoint = "collector:4318";
  EXPECT_THAT(OtlpExporter::Start(options_, metrics_).status().message(),
              HasSubstr("--otlp_endpoint: expected a URL"));
  testing::TemporaryDirectory directory;
  options_.endpoint = "http://collector:4318";
  options_.headers_file = directory.path() + "/headers";
  EXPECT_THAT(OtlpExporter::Start(options_, metrics_).status().message(),
              HasSubstr("--otlp_headers_file: "));
  std::ofstream(options_.headers_file) << "X-Good: 1\n\ns3cret\n";
  absl::Status bad = OtlpExporter::Start(options_, metrics_).status();
  EXPECT_THAT(bad.message(), HasSubstr("line 3 is not 'Name: value'"));
  EXPECT_FALSE(absl::StrContains(bad.message(), "s3cret"));
}

}  // namespace
}  // namespace triad::tracing
