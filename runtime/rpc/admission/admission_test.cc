#include "runtime/rpc/admission/admission.h"

#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/notification.h"
#include "runtime/base/status.h"
#include "runtime/rpc/testing/echo_service.h"
#include "runtime/rpc/testing/raw_call.h"
#include "runtime/rpc/testing/test_server.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::rpc::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

absl::StatusOr<EchoResponse> SameText(Call&, const EchoRequest& request) {
  EchoResponse response;
  response.set_text(request.text());
  return response;
}

struct Reply {
  grpc::Status status;
  EchoResponse response;
  std::multimap<std::string, std::string> headers;
  std::multimap<std::string, std::string> trailers;
};

std::multimap<std::string, std::string> Copy(
    const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) {
  std::multimap<std::string, std::string> copy;
  for (const auto& [name, value] : metadata) {
    copy.emplace(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
  }
  return copy;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

class Client {
 public:
  explicit Client(const TestServer& server) : stub_(EchoService::NewStub(server.channel())) {}

  Reply Echo(const std::string& text, const Headers& headers = {}) {
    return Do(&EchoService::Stub::Echo, text, headers);
  }
  Reply Put(const std::string& text, const Headers& headers = {}) {
    return Do(&EchoService::Stub::Put, text, headers);
  }

 private:
  using StubMethod = grpc::Status (EchoService::Stub::*)(grpc::ClientContext*, const EchoRequest&,
                                                         EchoResponse*);

  Reply Do(StubMethod method, const std::string& text, const Headers& headers) {
    Reply reply;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    for (const auto& [name, value] : headers) context.AddMetadata(name, value);
    EchoRequest request;
    request.set_text(text);
    reply.status = (stub_.get()->*method)(&context, request, &reply.response);
    reply.headers = Copy(context.GetServerInitialMetadata());
    reply.trailers = Copy(context.GetServerTrailingMetadata());
    return reply;
  }

  std::unique_ptr<EchoService::Stub> stub_;
};

TEST(AdmissionTest, RunsInlineAndOnTheExecutor) {
  TestServer server(Serving({.echo = SameText, .put = SameText}));
  Client client(server);
  EXPECT_EQ(client.Echo("a").response.text(), "a");
  EXPECT_EQ(client.Put("b").response.text(), "b");
}

TEST(AdmissionTest, AsksForTheTokenWhereSomethingMayChange) {
  TestServer server(Serving({.echo = SameText, .put = SameText}), {.auth_token = "s3cret"});
  Client client(server);
  EXPECT_TRUE(client.Echo("a").status.ok());
  EXPECT_TRUE(client.Put("a", {{"authorization", "Bearer s3cret"}}).status.ok());
  EXPECT_TRUE(client.Put("a", {{"authorization", "bearer s3cret"}}).status.ok());
  for (const char* wrong :
       {"s3cret", "Bearer s3cre", "Bearer s3cret2", "Bearer ", "Basic s3cret"}) {
    EXPECT_EQ(client.Put("a", {{"authorization", wrong}}).status.error_code(),
              grpc::StatusCode::UNAUTHENTICATED)
        << wrong;
  }
}

TEST(AdmissionTest, AsksForTheTokenEverywhereWhereReadsAreGuarded) {
  TestServer server(Serving({.echo = SameText, .put = SameText}),
                    {.auth_token = "s3cret", .auth_reads = true});
  Client client(server);
  for (const Reply& reply : {client.Echo("a"), client.Put("a")}) {
    EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  }
  EXPECT_TRUE(client.Echo("a", {{"authorization", "Bearer s3cret"}}).status.ok());
}

TEST(AdmissionTest, ChecksTheDeadlineAgainWhenItsTurnComes) {
  absl::Notification entered;
  absl::Notification release;
  std::atomic<int> calls{0};
  TestServer server(Serving({.put =
                                 [&](Call& call, const EchoRequest& request) {
                                   if (calls.fetch_add(1) == 0) {
                                     entered.Notify();
                                     release.WaitForNotification();
                                   }
                                   return SameText(call, request);
                                 }}),
                    {.threads = 1});
  Client client(server);
  auto first = std::async(std::launch::async, [&] { return client.Put("1"); });
  entered.WaitForNotification();
  auto second = std::async(std::launch::async, [&] { return client.Put("2"); });
  while (server.executor.queued() == 0) std::this_thread::yield();
  server.clock.Advance(absl::Hours(1));
  release.Notify();
  EXPECT_TRUE(first.get().status.ok());
  EXPECT_EQ(second.get().status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(calls.load(), 1);
}

// As somebody does who sets the machine's clock.
TEST(AdmissionTest, StepsOfTheWallClockEndNoDeadlineAndChangeNoDuration) {
  absl::Duration step;
  TestServer* under_test = nullptr;
  auto stepping = [&](Call& call, const EchoRequest& request) {
    under_test->clock.Set(under_test->clock.Now() + step);
    EXPECT_GT(call.time_left(), absl::Seconds(10));
    EXPECT_LT(call.time_left(), absl::Seconds(60));
    return SameText(call, request);
  };
  TestServer server(Serving({.echo = stepping, .put = stepping}));
  under_test = &server;
  Client client(server);
  for (absl::Duration each : {-absl::Hours(1), absl::Minutes(1)}) {
    step = each;
    EXPECT_TRUE(client.Echo("a").status.ok());
    EXPECT_TRUE(client.Put("a").status.ok());
  }
  // The clock of the test stands, so nothing takes any time.
  EXPECT_THAT(server.metrics.Scrape(),
              ::testing::ContainsRegex(
                  "triad_rpc_server_latency_seconds_sum\\{[^}]*method=\"Put\"[^}]*\\} 0\n"));
}

TEST(AdmissionTest, DropsQueuedWorkWhoseCallerLeft) {
  absl::Notification entered;
  absl::Notification release;
  std::atomic<int> calls{0};
  TestServer server(Serving({.echo = SameText,
                             .put =
                                 [&](Call& call, const EchoRequest& request) {
                                   if (calls.fetch_add(1) == 0) {
                                     entered.Notify();
                                     release.WaitForNotification();
                                   }
                                   return SameText(call, request);
                                 }}),
                    {.threads = 1});
  Client client(server);
  auto first = std::async(std::launch::async, [&] { return client.Put("1"); });
  entered.WaitForNotification();
  auto stub = EchoService::NewStub(server.channel());
  grpc::ClientContext context;
  auto second = std::async(std::launch::async, [&] {
    EchoResponse response;
    return stub->Put(&context, EchoRequest(), &response);
  });
  while (server.executor.queued() == 0) std::this_thread::yield();
  context.TryCancel();
  EXPECT_EQ(second.get().error_code(), grpc::StatusCode::CANCELLED);
  // The cancellation travels before these calls on the same connection; several,
  // because gRPC hands events to more than one thread.
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(client.Echo("after").status.ok());
  release.Notify();
  EXPECT_TRUE(first.get().status.ok());
  EXPECT_TRUE(client.Put("3").status.ok());
  EXPECT_EQ(calls.load(), 2);
}

TEST(AdmissionTest, RefusesWhatDoesNotFitInTheQueue) {
  absl::Notification entered;
  absl::Notification release;
  std::atomic<int> calls{0};
  TestServer server(Serving({.put =
                                 [&](Call& call, const EchoRequest& request) {
                                   if (calls.fetch_add(1) == 0) {
                                     entered.Notify();
                                     release.WaitForNotification();
                                   }
                                   return SameText(call, request);
                                 }}),
                    {.threads = 1, .queue = 1});
  Client client(server);
  auto first = std::async(std::launch::async, [&] { return client.Put("1"); });
  entered.WaitForNotification();
  auto second = std::async(std::launch::async, [&] { return client.Put("2"); });
  while (server.executor.queued() == 0) std::this_thread::yield();
  Reply third = client.Put("3");
  EXPECT_EQ(third.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(third.status.error_details()));
  ASSERT_EQ(details.details_size(), 1);
  EXPECT_TRUE(details.details(0).Is<google::rpc::RetryInfo>());
  EXPECT_THAT(server.metrics.Scrape(), HasSubstr("triad_executor_refused_total 1\n"));
  release.Notify();
  EXPECT_TRUE(first.get().status.ok());
  EXPECT_TRUE(second.get().status.ok());
}

// Of a service whose disk hangs.
TEST(AdmissionTest, AReadDoesNotWaitBehindWrites) {
  std::atomic<int> entered{0};
  absl::Notification release;
  TestServer server(Serving({.put =
                                 [&](Call& call, const EchoRequest& request) {
                                   ++entered;
                                   release.WaitForNotification();
                                   return SameText(call, request);
                                 },
                             .watch = [](Call&, const EchoRequest&)
                                 -> absl::StatusOr<std::unique_ptr<Source<EchoResponse>>> {
                               return absl::NotFoundError("read");
                             }}),
                    {.threads = 4});
  Client client(server);
  std::vector<std::future<Reply>> writes;
  for (int i = 0; i < 8; ++i) {
    writes.push_back(std::async(std::launch::async, [&] { return client.Put("a"); }));
  }
  while (entered < 3 || server.executor.queued() < 5) std::this_thread::yield();
  grpc::ClientContext context;
  RawReply read = RawCall(server.channel(), context, "/triad.rpc.testing.EchoService/Watch", {""});
  EXPECT_EQ(read.status.error_message(), "read");
  release.Notify();
  for (auto& write : writes) EXPECT_TRUE(write.get().status.ok());
}

TEST(AdmissionTest, LogsAFewOfTheCallsThatAreUnavailableAndCountsTheRest) {
  TestServer server(Serving({.echo = [](Call&, const EchoRequest&) {
    return absl::StatusOr<EchoResponse>(absl::UnavailableError("overloaded"));
  }}));
  Client client(server);
  ::testing::internal::CaptureStdout();
  for (int i = 0; i < 100; ++i) client.Echo("a");
  server.clock.Advance(absl::Seconds(1));
  client.Echo("a");
  log::Flush();
  std::string text = ::testing::internal::GetCapturedStdout();
  std::vector<absl::string_view> calls = absl::StrSplit(text, "error=overloaded");
  EXPECT_EQ(calls.size() - 1, 11) << text;
  EXPECT_THAT(text, HasSubstr("more calls were UNAVAILABLE calls=90"));
}

TEST(AdmissionTest, TurnsExceptionsIntoInternal) {
  auto thrower = [](Call&, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
    throw std::runtime_error("the secret of the stack");
  };
  TestServer server(Serving({.echo = thrower, .put = thrower}));
  Client client(server);
  for (const Reply& reply : {client.Echo("a"), client.Put("a")}) {
    EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INTERNAL);
    EXPECT_THAT(reply.status.error_message(), Not(HasSubstr("secret")));
  }
}

TEST(AdmissionTest, SendsHttpFactsInInitialMetadata) {
  TestServer server(
      Serving({.put = [](Call& call, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
        call.SetHttpStatus(200);
        call.SetHttpStatus(206);
        call.SetHttpHeader("Content-Range", "bytes 0-1/2");
        call.SetHttpHeader("X-Bad", "a\nb");
        return EchoResponse();
      }}));
  Reply reply = Client(server).Put("a");
  EXPECT_THAT(reply.headers, Contains(Pair("http-status", "206")));
  EXPECT_THAT(reply.headers, Contains(Pair("http-header-content-range", "bytes 0-1/2")));
  EXPECT_EQ(reply.headers.count("http-header-x-bad"), 0);
}

TEST(AdmissionTest, SendsHttpFactsOfAnErrorInTrailersAlone) {
  TestServer server(
      Serving({.echo = [](Call& call, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
        call.SetHttpStatus(412);
        return absl::FailedPreconditionError("If-Match");
      }}));
  Reply reply = Client(server).Echo("a");
  EXPECT_THAT(reply.trailers, Contains(Pair("http-status", "412")));
  EXPECT_EQ(reply.headers.count("http-status"), 0);
}

TEST(AdmissionTest, ShowsHeadersTraceAndRequestId) {
  std::vector<std::pair<std::string, std::string>> meta;
  TestServer server(
      Serving({.echo = [&](Call& call, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
        meta = call.HeadersWithPrefix("x-meta-");
        EchoResponse response;
        response.set_text(absl::StrCat(call.method(), " ", call.request_id(), " ",
                                       call.trace().trace_id, " ", call.trace().parent_span_id, " ",
                                       call.Header("range").value_or("none"), " ",
                                       call.Header("if-match").has_value()));
        return response;
      }}));
  Reply reply = Client(server).Echo(
      "a", {{"x-request-id", "r-1"},
            {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
            {"range", "bytes=0-1"},
            {"x-meta-b", "2"},
            {"x-meta-a", "1"},
            {"x-metb", "3"}});
  EXPECT_EQ(reply.response.text(),
            "triad.rpc.testing.EchoService/Echo r-1 0af7651916cd43dd8448eb211c80319c "
            "b7ad6b7169203331 bytes=0-1 0");
  EXPECT_THAT(meta, ElementsAre(Pair("x-meta-a", "1"), Pair("x-meta-b", "2")));
}

TEST(AdmissionTest, MakesTraceAndRequestIdWhereThereIsNone) {
  TestServer server(
      Serving({.echo = [](Call& call, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
        EXPECT_EQ(call.request_id(), call.request_id());
        EXPECT_NE(call.request_id(), "");
        EXPECT_EQ(call.trace().trace_id.size(), 32);
        EXPECT_EQ(call.trace().parent_span_id, "");
        return EchoResponse();
      }}));
  EXPECT_TRUE(Client(server).Echo("a").status.ok());
}

TEST(AdmissionTest, CountsByMethodAndCode) {
  TestServer server(Serving({.echo = SameText, .put = [](Call&, const EchoRequest&) {
                               return absl::StatusOr<EchoResponse>(absl::NotFoundError("no"));
                             }}));
  Client client(server);
  client.Echo("a");
  client.Echo("a");
  client.Put("a");
  std::string scraped = server.metrics.Scrape();
  EXPECT_THAT(scraped,
              ::testing::ContainsRegex(
                  "triad_rpc_server_calls_total\\{[^}]*code=\"OK\"[^}]*method=\"Echo\"[^}]*\\} 2"));
  EXPECT_THAT(
      scraped,
      ::testing::ContainsRegex(
          "triad_rpc_server_calls_total\\{[^}]*code=\"NOT_FOUND\"[^}]*method=\"Put\"[^}]*\\} 1"));
  EXPECT_THAT(scraped,
              ::testing::ContainsRegex(
                  "triad_rpc_server_latency_seconds_count\\{[^}]*method=\"Echo\"[^}]*\\} 2"));
  EXPECT_THAT(scraped, ::testing::ContainsRegex(
                           "triad_rpc_server_in_flight\\{[^}]*method=\"Echo\"[^}]*\\} 0"));
  EXPECT_THAT(scraped, HasSubstr("triad_executor_queue 0"));
  EXPECT_THAT(scraped, HasSubstr("triad_executor_queue_limit "));
  EXPECT_THAT(scraped, HasSubstr("triad_executor_refused_total 0"));
}

// A rate cannot tell of a series that begins with its failures; and a stream lasts
// as long as its caller wants, which is nobody's latency.
TEST(AdmissionTest, CountsEveryCodeFromZeroAndTimesUnaryCallsAlone) {
  TestServer server(Serving({.echo = SameText}));
  std::string scraped = server.metrics.Scrape();
  for (const char* method : {"Echo", "Watch"}) {
    EXPECT_THAT(scraped, ::testing::ContainsRegex(absl::StrCat(
                             "triad_rpc_server_calls_total\\{[^}]*code=\"INTERNAL\"[^}]*method=\"",
                             method, "\"[^}]*\\} 0")));
  }
  EXPECT_THAT(scraped, HasSubstr("triad_rpc_server_latency_seconds_count{method=\"Echo\""));
  EXPECT_THAT(scraped, Not(HasSubstr("triad_rpc_server_latency_seconds_count{method=\"Watch\"")));
}

TEST(AdmissionTest, NamesTheFieldOfARequestThatIsNotUtf8) {
  TestServer server(Serving({.echo = SameText}));
  auto call = [&](const std::string& bytes) {
    grpc::ClientContext context;
    return RawCall(server.channel(), context, "/triad.rpc.testing.EchoService/Echo", {bytes});
  };
  RawReply good =
      call(std::string("\x0a\x01"
                       "a"));
  EXPECT_TRUE(good.status.ok());
  EXPECT_THAT(good.messages, ElementsAre(std::string("\x0a\x01"
                                                     "a")));
  for (const auto& [bytes, message] : std::vector<std::pair<std::string, std::string>>{
           {"\x0a\x01\xff", "text: must be valid UTF-8"},
           {std::string("\x12\x03\x0a\x01\xff", 5), "inner.text: must be valid UTF-8"},
           {"\x0a\x05"
            "a",
            "request: is not a valid triad.rpc.testing.EchoRequest"}}) {
    RawReply reply = call(bytes);
    EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << message;
    EXPECT_EQ(reply.status.error_message(), message);
  }
}

TEST(AdmissionTest, ChecksNoRulesWhereThatIsOff) {
  EchoRequest request;
  request.set_count(-1);
  for (auto [mode, code] :
       {std::pair(validation::Mode::kOff, grpc::StatusCode::OK),
        std::pair(validation::Mode::kStandard, grpc::StatusCode::INVALID_ARGUMENT)}) {
    TestServer server(Serving({.echo = SameText}), {.validation = mode});
    grpc::ClientContext context;
    RawReply reply = RawCall(server.channel(), context, "/triad.rpc.testing.EchoService/Echo",
                             {request.SerializeAsString()});
    EXPECT_EQ(reply.status.error_code(), code);
  }
}

TEST(AdmissionTest, SaysWhichRulesAreNotStandard) {
  std::string rule = "triad.rpc.testing.OddRequest.text: CEL rule 'odd'";
  TestServer standard(Serving({}));
  EXPECT_EQ(standard.admission.RulesOf(*OddRequest::descriptor()), nullptr);
  EXPECT_TRUE(standard.admission.rules_status().ok());
  EXPECT_THAT(standard.admission.rules().left_out(), ElementsAre(rule));

  TestServer strict(Serving({}), {.validation = validation::Mode::kStrict});
  EXPECT_EQ(strict.admission.RulesOf(*OddRequest::descriptor()), nullptr);
  EXPECT_EQ(strict.admission.rules_status(),
            absl::InvalidArgumentError("rules that are not standard: " + rule));
}

}  // namespace
}  // namespace triad::rpc::testing
