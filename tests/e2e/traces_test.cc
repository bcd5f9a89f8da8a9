// Traces, from a browser's request to the database and out to a collector that
// is a process of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>

#include "absl/strings/escaping.h"
#include "runtime/export/otlp/otlp.pb.h"
#include "tests/support/http.h"
#include "tests/support/receiver/receiver.h"
#include "tests/support/suite.h"

namespace triad::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kTrace[] = "0af7651916cd43dd8448eb211c80319c";
constexpr char kCaller[] = "b7ad6b7169203331";

struct Seen {
  std::string service, trace, id, parent, state, name;
  int kind = 0;
  std::map<std::string, std::string> attributes;
};

Seen From(const std::string& service, const otlp::Span& span) {
  Seen seen;
  seen.service = service;
  seen.trace = absl::BytesToHexString(span.trace_id());
  seen.id = absl::BytesToHexString(span.span_id());
  seen.parent = absl::BytesToHexString(span.parent_span_id());
  seen.state = span.trace_state();
  seen.name = span.name();
  seen.kind = span.kind();
  for (const auto& attribute : span.attributes()) {
    seen.attributes[attribute.key()] = attribute.value().string_value();
  }
  EXPECT_LE(span.start_time_unix_nano(), span.end_time_unix_nano());
  return seen;
}

std::vector<Seen> SpansOf(const Receiver& receiver) {
  std::vector<Seen> spans;
  for (const Received& received : receiver.All()) {
    EXPECT_EQ(received.path, "/v1/traces");
    EXPECT_EQ(received.headers.at("content-type"), "application/x-protobuf");
    otlp::ExportTraceServiceRequest request;
    EXPECT_TRUE(request.ParseFromString(received.body));
    for (const auto& resource : request.resource_spans()) {
      std::string service = resource.resource().attributes(0).value().string_value();
      for (const auto& span : resource.scope_spans(0).spans()) {
        spans.push_back(From(service, span));
      }
    }
  }
  return spans;
}

std::optional<Seen> Find(const std::vector<Seen>& spans, const std::string& service,
                         const std::string& name, const std::string& trace) {
  auto found = std::find_if(spans.begin(), spans.end(), [&](const Seen& span) {
    return span.service == service && span.name == name && span.trace == trace;
  });
  return found == spans.end() ? std::nullopt : std::optional(*found);
}

SuiteOptions Tracing(const std::vector<std::string>& flags) {
  SuiteOptions options;
  for (const char* name : {"gateway", "config", "transform", "storage"}) {
    options.arguments[name] = flags;
  }
  return options;
}

HttpResponse Mirror(const Suite& suite, const std::string& flags, const std::string& trace) {
  return Get(suite.Url("/api/mirror?word=a"),
             {"traceparent: 00-" + trace + "-" + kCaller + "-" + flags});
}

// A request whose spans have come shows that earlier ones would have, too.
bool WaitForSpan(const Receiver& receiver, const std::string& service, const std::string& trace) {
  return Eventually([&] {
    std::vector<Seen> spans = SpansOf(receiver);
    return std::any_of(spans.begin(), spans.end(), [&](const Seen& span) {
      return span.service == service && span.trace == trace;
    });
  });
}

TEST(TracesTest, OneRequestIsOneTraceFromTheGatewayToTheDatabase) {
  Receiver receiver;
  Suite suite(
      Tracing({"--otlp_endpoint=" + receiver.url(), "--log_level=debug", "--environment=test"}));
  HttpResponse reply = Post(suite.Url("/api/upload-random"), "",
                            {"traceparent: 00-" + std::string(kTrace) + "-" + kCaller + "-01",
                             "tracestate: vendor=1,other=2", "x-request-id: trace-me"});
  ASSERT_EQ(reply.status, 200) << reply.body;

  std::string method = "triad.storage.v1.StorageService/UploadRandom";
  std::optional<Seen> front, call, service, database;
  EXPECT_TRUE(Eventually([&] {
    std::vector<Seen> spans = SpansOf(receiver);
    front = Find(spans, "triad-gateway", "POST /api/upload-random", kTrace);
    call = Find(spans, "triad-gateway", method, kTrace);
    service = Find(spans, "triad-storage", method, kTrace);
    database = Find(spans, "triad-storage", "db write", kTrace);
    return front && call && service && database;
  }));
  ASSERT_TRUE(front && call && service && database);
  EXPECT_EQ(front->parent, kCaller);
  EXPECT_EQ(call->parent, front->id);
  EXPECT_EQ(service->parent, call->id);
  EXPECT_EQ(database->parent, service->id);
  EXPECT_EQ(front->kind, 2);
  EXPECT_EQ(call->kind, 3);
  EXPECT_EQ(service->kind, 2);
  EXPECT_EQ(database->kind, 3);
  EXPECT_EQ(database->attributes.at("db.system"), "sqlite");
  for (const auto& span : {*front, *call, *service, *database}) {
    EXPECT_EQ(span.state, "vendor=1,other=2") << span.name;
  }
  EXPECT_EQ(service->attributes.at("triad.request_id"), "trace-me");
  // The same id leads to the logs of both processes.
  EXPECT_THAT(suite.gateway().process().WaitForLine(kTrace), HasSubstr("\"message\":\"request\""));
  EXPECT_THAT(suite.storage().process().WaitForLine(kTrace), HasSubstr("\"message\":\"call\""));
}

TEST(TracesTest, RatioIsForNewTracesAndCallersDecideForTheirs) {
  std::string marker(32, 'f');
  std::string unsampled(32, 'e');
  for (bool all : {false, true}) {
    Receiver receiver;
    SuiteOptions options = Tracing({"--otlp_endpoint=" + receiver.url(),
                                    all ? "--trace_sample_ratio=1" : "--trace_sample_ratio=0"});
    options.arguments["gateway"].push_back("--trusted_proxies=127.0.0.1");
    Suite suite(options);
    EXPECT_EQ(Get(suite.Url("/api/mirror?word=a")).status, 200);
    EXPECT_EQ(Mirror(suite, "00", unsampled).status, 200);
    EXPECT_EQ(Mirror(suite, "01", marker).status, 200);
    EXPECT_TRUE(WaitForSpan(receiver, "triad-gateway", marker));
    EXPECT_TRUE(WaitForSpan(receiver, "triad-transform", marker));
    int others = 0;
    for (const Seen& span : SpansOf(receiver)) {
      EXPECT_NE(span.trace, unsampled);
      others += span.trace != marker;
    }
    EXPECT_EQ(others > 0, all) << others;
  }
}

TEST(TracesTest, WithoutACollectorRequestsAreUnharmedAndSpansCounted) {
  std::string address;
  {
    Receiver gone;
    address = gone.url();
  }
  Suite suite(Tracing({"--otlp_endpoint=" + address}));
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(Get(suite.Url("/api/mirror?word=a")).status, 200);
  }
  EXPECT_TRUE(
      Eventually([&] { return suite.gateway().Metric("triad_trace_spans_dropped_total") >= 100; }));
  EXPECT_EQ(suite.gateway().Metric("triad_trace_spans_sent_total"), 0);
  EXPECT_THAT(suite.gateway().process().Log(), HasSubstr("spans are not delivered"));
}

TEST(TracesTest, AProcessThatEndsSendsItsLastSpans) {
  Receiver receiver;
  Suite suite(Tracing({"--otlp_endpoint=" + receiver.url()}));
  EXPECT_EQ(Mirror(suite, "01", kTrace).status, 200);
  EXPECT_EQ(suite.gateway().Stop(), 0);
  EXPECT_EQ(suite.transform().Stop(), 0);
  std::vector<Seen> spans = SpansOf(receiver);
  EXPECT_TRUE(Find(spans, "triad-gateway", "GET /api/mirror", kTrace));
  EXPECT_TRUE(Find(spans, "triad-transform", "triad.transform.v1.TransformService/Mirror", kTrace));
}

TEST(TracesTest, ACollectorThatDoesNotAnswerDoesNotHoldUpTheEnd) {
  Receiver receiver;
  receiver.Control({{"hang", true}});
  Suite suite(Tracing({"--otlp_endpoint=" + receiver.url()}));
  EXPECT_EQ(Mirror(suite, "01", kTrace).status, 200);
  auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(suite.gateway().Stop(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(15));
}

TEST(TracesTest, HeadersForTheCollectorComeFromAFileThatMayChange) {
  TemporaryDirectory directory;
  std::string file = directory.path() + "/headers";
  std::ofstream(file) << "Authorization: Bearer first\n";
  Receiver receiver;
  Suite suite(Tracing({"--otlp_endpoint=" + receiver.url(), "--otlp_headers_file=" + file}));
  auto authorized = [&](const std::string& value) {
    return Eventually([&] {
      Mirror(suite, "01", kTrace);
      std::vector<Received> all = receiver.All();
      return !all.empty() && all.back().headers.at("authorization") == value;
    });
  };
  EXPECT_TRUE(authorized("Bearer first"));
  std::ofstream(file) << "Authorization: Bearer second\n";
  EXPECT_TRUE(authorized("Bearer second"));
}

TEST(TracesTest, LatencyBucketsHaveExemplarsForThoseWhoTakeOpenMetrics) {
  Receiver receiver;
  Suite suite(Tracing({"--otlp_endpoint=" + receiver.url()}));
  EXPECT_EQ(Mirror(suite, "01", kTrace).status, 200);
  EXPECT_EQ(Post(suite.Url("/api/upload-random")).status, 200);
  const std::string accept =
      "Accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2";
  std::string exemplar = std::string(" # {trace_id=\"") + kTrace + "\"} ";
  for (const Server* server : {&suite.gateway(), &suite.transform()}) {
    std::string metrics = "http://" + server->admin() + "/metrics";
    HttpResponse open = Get(metrics, {accept});
    EXPECT_EQ(open.headers.at("content-type"),
              "application/openmetrics-text; version=1.0.0; charset=utf-8");
    EXPECT_THAT(open.body, HasSubstr(exemplar));
    EXPECT_THAT(open.body, ::testing::EndsWith("# EOF\n"));
    HttpResponse plain = Get(metrics);
    EXPECT_EQ(plain.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_THAT(plain.body, Not(HasSubstr("trace_id")));
  }
  std::string storage = Get("http://" + suite.storage().admin() + "/metrics", {accept}).body;
  std::size_t write = storage.find("triad_db_write_seconds_bucket");
  EXPECT_THAT(storage.substr(write, storage.find("triad_db_write_seconds_sum") - write),
              HasSubstr(" # {trace_id=\""));
}

TEST(TracesTest, NothingIsSentUnlessAsked) {
  Receiver receiver;
  Suite suite;
  EXPECT_EQ(Mirror(suite, "01", kTrace).status, 200);
  EXPECT_EQ(Get("http://" + suite.gateway().admin() + "/metrics").body.find("triad_trace_spans"),
            std::string::npos);
  EXPECT_EQ(suite.gateway().Stop(), 0);
  EXPECT_TRUE(receiver.All().empty());
}

}  // namespace
}  // namespace triad::testing
