// Unary calls, headers and errors, through a real gateway to a real service.
#include <algorithm>
#include <cstring>
#include <iterator>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/proxy/testing/lab_test.h"
#include "runtime/base/random.h"
#include "runtime/base/version.h"
#include "runtime/grpc_client/testing/scripted_server.h"

namespace triad::gateway {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<std::string> kJson = {"Content-Type: application/json"};

class UnaryTest : public LabTest {};

// Every error says which request it is the answer to.
json RequestInfo(const std::string& id) {
  return {{"@type", "type.googleapis.com/google.rpc.RequestInfo"}, {"requestId", id}};
}

TEST_F(UnaryTest, PathQueryAndBodyBecomeARequest) {
  auto get = Get("/echo/a%2Fb?inner.a=x&inner.b=5&tags=1&tags=2");
  ASSERT_EQ(get.status, 200) << get.body;
  EXPECT_EQ(get.headers["content-type"], "application/json");
  EXPECT_EQ(get.json(),
            (json{{"text", "a/b"}, {"inner", {{"a", "x"}, {"b", "5"}}}, {"tags", {"1", "2"}}}));
  auto post = Send("POST", "/echo", R"({"text":"ü","tags":["x"]})", kJson);
  EXPECT_EQ(post.json().at("text"), "ü");
  EXPECT_EQ(Send("POST", "/echo", R"({"text":"no type"})", {"Content-Type:"}).json().at("text"),
            "no type");
  auto patch = Send("PATCH", "/echo/t/inner", R"({"a":"y"})", kJson);
  EXPECT_EQ(patch.json(), (json{{"a", "y"}, {"b", "0"}})) << "response_body names the field";
}

TEST_F(UnaryTest, EveryAnswerCarriesItsIdAndIsNotStored) {
  auto reply = Get("/echo/x", {"X-Request-Id: my-id.1"});
  EXPECT_EQ(reply.headers["x-request-id"], "my-id.1");
  EXPECT_EQ(reply.headers["cache-control"], "no-store");
  EXPECT_EQ(Get("/nothing").headers["x-request-id"].size(), 32u);
}

TEST_F(UnaryTest, QueriesFillMaps) {
  EXPECT_EQ(Get("/echo/x?labels[a]=1&labels%5Bb%5D=2").json().at("labels"), 3);
  auto twice = Get("/echo/x?labels[a]=1&labels[a]=2");
  EXPECT_EQ(twice.status, 400);
  EXPECT_THAT(twice.body, HasSubstr("labels[a]"));
}

TEST_F(UnaryTest, TheRootAndWhatStandsBehindManySegmentsHaveRules) {
  EXPECT_EQ(Get("/?text=root").json().at("text"), "root");
  EXPECT_EQ(Get("/deep/a/b/end").json().at("text"), "a/b");
}

TEST_F(UnaryTest, APatchWithoutAMaskGetsTheFieldsOfItsBody) {
  auto mask = [&](const std::string& query, const std::string& body) {
    return Send("PATCH", "/echo/t/masked" + query, body, kJson).json().value("mask", "none");
  };
  EXPECT_EQ(mask("", R"({"a":"x","b":null})"), "a,b");
  EXPECT_EQ(mask("", "{}"), "none");
  EXPECT_EQ(mask("?updateMask=b", R"({"a":"x"})"), "b");
}

TEST_F(UnaryTest, AClientCanOnlyShortenItsTime) {
  const std::pair<const char*, int> cases[] = {
      {"Grpc-Timeout: 50m", 504},        {"Grpc-Timeout: 0m", 504},
      {"X-Request-Timeout: 0.05", 504},  {"Grpc-Timeout: 1", 400},
      {"Grpc-Timeout: 123456789S", 400}, {"X-Request-Timeout: soon", 400},
  };
  for (const auto& [header, status] : cases) {
    auto reply = Get("/wait", {header});
    EXPECT_EQ(reply.status, status) << header << reply.body;
    std::string name(header, std::strchr(header, ':'));
    if (status != 400) continue;
    EXPECT_THAT(reply.body, HasSubstr(absl::AsciiStrToLower(name))) << header;
  }
  EXPECT_EQ(Get("/echo/x", {"Grpc-Timeout: 1M"}).status, 200);
  EXPECT_EQ(Get("/wait-briefly", {"Grpc-Timeout: 1H"}).status, 504) << "the method's own time";
  EXPECT_EQ(Get("/headers", {"Grpc-Timeout: 20S"}).json().at("deadline"), 20);
  // A stream that has begun ends with an event that says so.
  auto stream = Get("/watch?count=1&code=-1", {"Grpc-Timeout: 3S", "Accept: text/event-stream"});
  EXPECT_EQ(stream.status, 200);
  EXPECT_THAT(stream.body, HasSubstr("event: status\ndata: {\"code\":4"));
}

TEST_F(UnaryTest, AnswersAreWrittenAsAsked) {
  std::string path = "/echo/x?inner.b=5&tags=1";
  auto body = [&](const std::string& accept) { return Get(path, {"Accept: " + accept}).body; };
  EXPECT_EQ(body("*/*"), R"({"text":"x","inner":{"a":"","b":"5"},"tags":["1"]})");
  EXPECT_EQ(body("application/json;int64_values=number;default_values=omit"),
            R"({"text":"x","inner":{"b":5},"tags":["1"]})");
  EXPECT_THAT(body("text/html, */*;json_layout=pretty"), HasSubstr("{\n  \"text\": \"x\",\n"));
  EXPECT_EQ(Get(path, {"Accept: */*;json_layout=wide"}).status, 400);
  EXPECT_EQ(Get("/styled?inner.b=5").body, R"({"inner":{"b":5}})") << "the method's own";
  EXPECT_EQ(Get("/styled?inner.b=5", {"Accept: */*;int64_values=string"}).body,
            R"({"inner":{"b":"5"}})");
}

TEST_F(UnaryTest, TheDescriptionIsCompressedAndHasATag) {
  auto plain = Get("/openapi.json", {"Accept-Encoding: identity"});
  ASSERT_EQ(plain.status, 200);
  EXPECT_EQ(plain.headers["cache-control"], "no-cache");
  EXPECT_EQ(plain.headers["vary"], "Accept-Encoding");
  auto gzip = Get("/openapi.json", {"Accept-Encoding: gzip"});
  EXPECT_EQ(gzip.headers["content-encoding"], "gzip");
  EXPECT_LT(std::stoi(gzip.headers["content-length"]),
            std::stoi(plain.headers["content-length"]) / 3);
  EXPECT_NE(gzip.headers["etag"], plain.headers["etag"]);
  auto again =
      Get("/openapi.json", {"Accept-Encoding: gzip", "If-None-Match: " + gzip.headers["etag"]});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
}

TEST_F(UnaryTest, HeadSendsTheHeadAlone) {
  std::string reply =
      Raw("HEAD /echo/abc HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(reply, HasSubstr("HTTP/1.1 200"));
  EXPECT_THAT(reply, HasSubstr("Content-Length: "));
  EXPECT_TRUE(absl::EndsWith(reply, "\r\n\r\n")) << reply;
}

TEST_F(UnaryTest, UnknownPathsAndMethodsAreSaid) {
  EXPECT_EQ(Get("/nothing").status, 404);
  EXPECT_EQ(Get("/nothing", {"X-Request-Id: id-1"}).json(),
            (json{{"code", 5}, {"message", "no such path"}, {"details", {RequestInfo("id-1")}}}));
  auto wrong = Send("DELETE", "/echo/x");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers["allow"], "GET, HEAD");
}

TEST_F(UnaryTest, BadRequestsNameTheField) {
  const struct {
    const char* path;
    const char* says;
  } cases[] = {{"/echo/x?nothing=1", "nothing"}, {"/echo/x?inner.b=1x", "inner.b"},
               {"/echo/x?text=y", "text"},       {"/echo/%ff", "path"},
               {"/echo/x?tags=%ff", "tags"},     {"/echo/%zz", "%zz"}};
  for (const auto& test : cases) {
    auto reply = Get(test.path);
    EXPECT_EQ(reply.status, 400) << test.path;
    EXPECT_THAT(reply.body, HasSubstr(test.says)) << test.path;
    EXPECT_EQ(reply.json().at("code"), 3);
  }
  auto body = Send("POST", "/echo", R"({"inner":{"c":1}})", kJson);
  EXPECT_EQ(body.status, 400);
  EXPECT_THAT(body.body, HasSubstr("c"));
}

TEST_F(UnaryTest, BodiesOfAnotherTypeOrTooLargeAreRefused) {
  EXPECT_EQ(Send("POST", "/echo", "{}", {"Content-Type: text/plain"}).status, 415);
  EXPECT_EQ(Send("POST", "/echo", "{}", {"Content-Type: application/merge-patch+json"}).status,
            200);
  std::string large = absl::StrCat(R"({"text":")", std::string(5 << 20, 'x'), "\"}");
  EXPECT_EQ(Send("POST", "/echo", large, kJson).status, 413);
  std::string unasked =
      Raw("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n"
          "Expect: 100-continue\r\nContent-Type: application/json\r\n\r\n");
  EXPECT_TRUE(absl::StartsWith(unasked, "HTTP/1.1 413")) << unasked;
  triad::testing::HttpRequest chunked;
  chunked.method = "POST";
  chunked.url = Url("/echo");
  chunked.headers = kJson;
  chunked.read_body = [&, at = std::size_t{0}](std::size_t limit) mutable {
    std::string piece = large.substr(at, limit);
    at += piece.size();
    return piece;
  };
  EXPECT_EQ(triad::testing::Send(std::move(chunked)).status, 413);
}

TEST_F(UnaryTest, OnlyListedHeadersBecomeMetadata) {
  auto reply = Get(
      "/headers",
      {"Authorization: Bearer t", "Range: bytes=0-1", "If-Match: \"e\"", "X-Meta-Owner: me",
       "X-Other: no", "Cookie: a=b", "X-Meta-Raw-bin: AAE", "X-Request-Id: id-7",
       "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate: a=1"});
  ASSERT_EQ(reply.status, 200) << reply.body;
  json metadata = reply.json().at("metadata");
  EXPECT_EQ(metadata.at("authorization"), "Bearer t");
  EXPECT_EQ(metadata.at("range"), "bytes=0-1");
  EXPECT_EQ(metadata.at("if-match"), "\"e\"");
  EXPECT_EQ(metadata.at("x-meta-owner"), "me");
  EXPECT_EQ(metadata.at("x-meta-raw-bin"), std::string("\0\1", 2));
  EXPECT_EQ(metadata.at("x-request-id"), "id-7");
  EXPECT_EQ(metadata.at("tracestate"), "a=1");
  std::string traceparent = metadata.at("traceparent");
  EXPECT_TRUE(absl::StartsWith(traceparent, "00-0af7651916cd43dd8448eb211c80319c-")) << traceparent;
  EXPECT_THAT(traceparent, Not(HasSubstr("b7ad6b7169203331"))) << "a span of its own";
  EXPECT_FALSE(metadata.contains("x-other"));
  EXPECT_FALSE(metadata.contains("cookie"));
  EXPECT_EQ(reply.json().at("deadline"), 30);
}

TEST_F(UnaryTest, AMethodMayTakeHeadersOfItsOwn) {
  json metadata = Get("/headers", {"X-Lab-Own: yes", "X-Lab-Other: no"}).json().at("metadata");
  EXPECT_EQ(metadata.at("x-lab-own"), "yes");
  EXPECT_FALSE(metadata.contains("x-lab-other"));
}

TEST_F(UnaryTest, ServicesAreToldTheClientAsTheGatewayKnowsIt) {
  json metadata = Get("/headers", {"X-Triad-Client-Address: 203.0.113.1",
                                   "X-Forwarded-For: 203.0.113.1", "X-Real-IP: 203.0.113.1"})
                      .json()
                      .at("metadata");
  EXPECT_EQ(metadata.at("x-triad-client-address"), "127.0.0.1");
  EXPECT_FALSE(metadata.contains("x-forwarded-for"));
  EXPECT_FALSE(metadata.contains("x-real-ip"));
}

TEST_F(UnaryTest, HeadAndAnswersWithoutABodyDoNotWaitForTheEndOfTheCall) {
  grpc_client::ScriptedServer breaks([](const grpc_client::ScriptedRequest& request) {
    grpc_client::ScriptedReply reply;
    if (request.headers.count("x-meta-none") > 0) {
      reply.headers.emplace_back("http-status", "204");
    }
    reply.data = grpc_client::Framed("\x0a\x01x");
    reply.trailers.clear();
    reply.reset_after = 2;
    return reply;
  });
  LabGateway gateway({}, breaks.port());
  triad::testing::HttpRequest request;
  request.url = gateway.Url("/echo/x");
  EXPECT_EQ(triad::testing::Send(request).status, 500) << "a GET needs all of it";
  request.headers = {"X-Meta-None: 1"};
  EXPECT_EQ(triad::testing::Send(request).status, 204);
  triad::testing::RawConnection client(gateway.address());
  client.Write("HEAD /echo/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  std::string head = client.ReadAll();
  EXPECT_THAT(head, HasSubstr("HTTP/1.1 200"));
  EXPECT_TRUE(absl::EndsWith(head, "\r\n\r\n")) << head;
}

TEST_F(UnaryTest, HeadersThatAreNoMetadataAreRefusedByName) {
  for (const char* header : {"X-Meta-A: \x80", "X-Meta-B-bin: !!!"}) {
    std::string reply =
        Raw(absl::StrCat("GET /headers HTTP/1.1\r\nHost: localhost\r\n"
                         "Connection: close\r\n",
                         header, "\r\n\r\n"));
    EXPECT_THAT(reply, HasSubstr("HTTP/1.1 400")) << header;
    EXPECT_THAT(reply, HasSubstr("x-meta-")) << header;
  }
  EXPECT_EQ(Get("/headers", {"X-Meta-Long: " + std::string(9 << 10, 'x')}).status, 200);
  EXPECT_EQ(Get("/headers", {"X-Meta-A: " + std::string(40 << 10, 'x'),
                             "X-Meta-B: " + std::string(30 << 10, 'x')})
                .status,
            431);
  // They fit as they are, but not with what else a call carries.
  for (const char* name : {"X-Meta-A", "tracestate"}) {
    auto reply = Get("/headers", {absl::StrCat(name, ": ", std::string(64'900, 'x')),
                                  "traceparent: "
                                  "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"});
    EXPECT_EQ(reply.status, 431) << name << reply.body;
    EXPECT_THAT(reply.body, HasSubstr("headers are over 65536 bytes")) << name;
  }
}

TEST_F(UnaryTest, AMalformedTracestateIsDropped) {
  std::string reply =
      Raw("GET /headers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
          "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"
          "tracestate: a=\x80\r\n\r\n");
  EXPECT_THAT(reply, HasSubstr("HTTP/1.1 200"));
  EXPECT_THAT(reply, Not(HasSubstr("tracestate")));
}

TEST_F(UnaryTest, AnEscapedPathOfTheGatewaysOwnIsTheSameResource) {
  EXPECT_EQ(Get("/%61pi/health").body, Get("/api/health").body);
  EXPECT_EQ(Get("/api%2Fhealth").status, 404) << "a slash is not the same escaped";
  EXPECT_EQ(Get("/api/%zz").status, 400);
}

TEST_F(UnaryTest, AServiceSetsHttpFacts) {
  auto reply =
      Get("/headers?answer=http-status:%20201&answer=http-header-location:%20/x"
          "&answer=http-header-cache-control:%20max-age=5"
          "&answer=http-header-set-cookie:%20a=b&answer=http-header-connection:%20close"
          "&answer=http-header-transfer-encoding:%20gzip&answer=x-internal:%201");
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.headers["location"], "/x");
  EXPECT_EQ(reply.headers["cache-control"], "max-age=5");
  for (const char* refused : {"set-cookie", "connection", "transfer-encoding", "x-internal"}) {
    EXPECT_EQ(reply.headers.count(refused), 0u) << refused;
  }
  EXPECT_EQ(Get("/headers?answer=http-status:%20101").status, 200) << "1xx is refused";
  auto none = Get("/headers?answer=http-status:%20204");
  EXPECT_EQ(none.status, 204);
  EXPECT_EQ(none.body, "");
}

TEST_F(UnaryTest, EveryCodeHasItsHttpStatus) {
  const int expected[] = {0,   499, 500, 400, 504, 404, 409, 403, 429,
                          400, 409, 400, 501, 500, 503, 500, 401};
  for (int code = 1; code <= 16; ++code) {
    auto reply = Get(absl::StrCat("/fail?message=because&code=", code));
    EXPECT_EQ(reply.status, expected[code]) << code;
    EXPECT_EQ(reply.json().at("code"), code);
    EXPECT_EQ(reply.json().at("message"), "because");
  }
  EXPECT_EQ(Get("/fail?code=14").headers["retry-after"], "1");
  EXPECT_EQ(Get("/fail?code=16").headers["www-authenticate"], "Bearer");
}

TEST_F(UnaryTest, AnErrorMayCarryAnHttpStatusAndHeaders) {
  auto reply = Get("/fail?code=9&httpStatus=412&why=stale");
  EXPECT_EQ(reply.status, 412);
  EXPECT_EQ(reply.headers["x-why"], "stale");
  EXPECT_EQ(reply.json().at("code"), 9);
  EXPECT_EQ(Get("/fail?code=5&httpStatus=200").status, 404) << "an error is never a success";
  EXPECT_EQ(Get("/fail?code=5&httpStatus=700").status, 404);
}

TEST_F(UnaryTest, DetailsAreJsonOfTheirTypes) {
  auto reply =
      Get("/fail?code=3&details=bad_request&details=lab&details=unknown", {"X-Request-Id: id-1"});
  json details = reply.json().at("details");
  EXPECT_EQ(details.back(), RequestInfo("id-1"));
  details.erase(details.size() - 1);
  EXPECT_EQ(details, json::parse(R"([
              {"@type":"type.googleapis.com/google.rpc.BadRequest",
               "fieldViolations":[{"field":"text","description":"must be shorter"}]},
              {"@type":"type.googleapis.com/lab.v1.Event","number":"7","text":""},
              {"@type":"type.example.com/unheard.Of","value":"Ynl0ZXM="}])"));
  EXPECT_EQ(Get("/fail?code=8&details=retry").headers["retry-after"], "7");
}

TEST_F(UnaryTest, MessagesAndDetailsAreCut) {
  auto reply = Get("/fail?code=3&messageBytes=6000&details=lab&details=large");
  EXPECT_EQ(reply.json().at("message").get<std::string>().size(), 4096u);
  EXPECT_EQ(reply.json().at("details").size(), 2u) << "one, and the request's id";
}

TEST_F(UnaryTest, AStoppedServiceIs503AtOnceAndUsedAgainWithinTwoSeconds) {
  EXPECT_EQ(Get("/echo/x").status, 200);
  server_.Stop();
  EXPECT_TRUE(Eventually([&] { return Get("/echo/x").status == 503; }));
  Stopwatch asked;
  auto down = Get("/echo/x");
  EXPECT_LT(asked.elapsed(), absl::Seconds(1));
  EXPECT_EQ(down.status, 503);
  EXPECT_EQ(down.headers["retry-after"], "1");
  EXPECT_EQ(down.json().at("code"), 14);
  server_.Start();
  Stopwatch back;
  EXPECT_TRUE(Eventually([&] { return Get("/echo/x").status == 200; }));
  EXPECT_LT(back.elapsed(), absl::Seconds(2));
}

TEST_F(UnaryTest, AClientThatLeavesCancelsTheCallWithinASecond) {
  triad::testing::RawConnection client(gateway_.address());
  client.Write("GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_TRUE(Eventually([&] { return counts_.waiting == 1; }));
  client.Close();
  EXPECT_TRUE(Eventually([&] { return counts_.cancelled == 1; }, absl::Seconds(1)));
}

TEST_F(UnaryTest, HealthNamesWhatIsNotServing) {
  EXPECT_EQ(Get("/api/health").status, 200) << "no health service counts as serving";
  EXPECT_EQ(Get("/api/health").body, R"({"status":"ok"})");
  EXPECT_EQ(Get("/api/health?verbose=true").json().at("services"),
            json::parse(R"([{"name":"lab.v1.Lab","status":"SERVING"}])"));
  server_.Stop();
  EXPECT_TRUE(Eventually([&] { return Get("/api/health").status == 503; }));
  EXPECT_EQ(Get("/api/health").body, R"({"status":"unavailable","not_serving":["lab.v1.Lab"]})");
  EXPECT_EQ(Send("POST", "/api/health").status, 405);
}

TEST_F(UnaryTest, VersionTellsTheGatewaysBuildAndNamesServicesThatDoNotTell) {
  json expected = {{"commit", GetBuildInfo().commit},
                   {"version", GetBuildInfo().version},
                   {"services", json::array({{{"name", "lab.v1.Lab"}}})}};
  EXPECT_EQ(Get("/api/version").json(), expected);
  EXPECT_EQ(Get("/api/version").headers.at("cache-control"), "no-store");
  server_.Stop();
  EXPECT_EQ(Get("/api/version").json(), expected) << "no answer is no failure of the question";
}

TEST_F(UnaryTest, OpenApiDescribesTheRoutes) {
  auto reply = Get("/openapi.json");
  EXPECT_EQ(reply.json().at("openapi"), "3.1.0");
  EXPECT_TRUE(reply.json().at("paths").contains("/echo/{text}"));
}

TEST_F(UnaryTest, ForeignHostsAndOriginsAreRefused) {
  EXPECT_EQ(Get("/echo/x", {"Host: evil.example"}).status, 403);
  EXPECT_EQ(Get("/echo/x", {"Host: localhost:1"}).status, 200);
  EXPECT_EQ(Send("POST", "/echo", "{}", {kJson[0], "Origin: https://evil.example"}).status, 403);
  EXPECT_EQ(Send("POST", "/echo", "{}", {kJson[0], "Origin: null"}).status, 403);
  EXPECT_EQ(Send("POST", "/echo", "{}", {kJson[0], "Origin: http://" + gateway_.address()}).status,
            200);
  EXPECT_EQ(Get("/echo/x", {"Origin: https://evil.example"}).status, 200) << "changes nothing";
}

TEST_F(UnaryTest, RequestsAreCountedByTemplate) {
  Get("/echo/one");
  Get("/echo/two");
  Get("/nothing/at/all");
  Get("/fail?code=9");
  EXPECT_TRUE(Eventually([&] {
    std::string text = gateway_.Scrape();
    return absl::StrContains(
               text,
               R"(triad_gateway_requests_total{code="200",method="GET",route="/echo/{text}"} 2)") &&
           absl::StrContains(
               text, R"(triad_gateway_requests_total{code="404",method="GET",route="none"} 1)") &&
           absl::StrContains(text,
                             R"(calls_total{code="FAILED_PRECONDITION",route="/fail",target=)") &&
           absl::StrContains(text, "triad_gateway_in_flight 0") &&
           absl::StrContains(text, "triad_upstream_connections{") &&
           absl::StrContains(text, "triad_upstream_calls_total{") &&
           absl::StrContains(
               text, absl::StrCat("triad_gateway_calls_total{code=\"OK\",route=\"/echo/{text}\","
                                  "target=\"127.0.0.1:",
                                  server_.port(), "\"} 2\n")) &&
           absl::StrContains(text,
                             R"(triad_gateway_latency_seconds_count{route="/echo/{text}"} 2)");
  })) << gateway_.Scrape();
}

TEST_F(UnaryTest, FailuresAreCountedFromZero) {
  Get("/echo/one");
  EXPECT_TRUE(Eventually([&] {
    std::string text = gateway_.Scrape();
    constexpr int kFailures[] = {500, 503, 504};
    return std::all_of(std::begin(kFailures), std::end(kFailures), [&](int status) {
      return absl::StrContains(text, absl::StrCat("triad_gateway_requests_total{code=\"", status,
                                                  "\",method=\"GET\",route=\"/echo/{text}\"} 0\n"));
    });
  })) << gateway_.Scrape();
}

const Tracer& SampleNone() {
  static const Tracer tracer(Random::System(), Clock::System(), 0, nullptr);
  return tracer;
}

class UntrustedTest : public LabTest {
 protected:
  static GatewayOptions Options() {
    GatewayOptions options;
    options.tracer = &SampleNone();
    return options;
  }
  UntrustedTest() : LabTest(Options()) {}
};

constexpr char kSampled[] = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

// The metadata `traceparent` that a request with kSampled leads to.
std::string TraceOf(const triad::testing::HttpResponse& reply) {
  return reply.json().at("metadata").at("traceparent");
}

TEST_F(UntrustedTest, AClientDoesNotDecideWhatIsSampled) {
  EXPECT_THAT(TraceOf(Get("/headers", {kSampled})),
              ::testing::MatchesRegex("00-0af7651916cd43dd8448eb211c80319c-.*-00"));
}

class BehindProxyTest : public LabTest {
 protected:
  static GatewayOptions Options() {
    GatewayOptions options;
    options.forward_headers = {"x-*"};
    options.max_calls_per_client = 2;
    options.tracer = &SampleNone();
    return options;
  }
  static http::ServerOptions Server() {
    http::ServerOptions server;
    server.trusted_proxies = *http::TrustedProxies::Parse({"127.0.0.1", "10.0.0.0/8"});
    return server;
  }
  BehindProxyTest() : LabTest(Options(), Server()) {}

  std::string ClientOf(std::vector<std::string> headers) {
    return Get("/headers", std::move(headers)).json().at("metadata").at("x-triad-client-address");
  }
};

TEST_F(BehindProxyTest, TheClientIsWhoTheProxiesSay) {
  EXPECT_EQ(ClientOf({"X-Forwarded-For: 198.51.100.1, 203.0.113.9, 10.0.0.7"}), "203.0.113.9");
  EXPECT_EQ(ClientOf({"X-Forwarded-For: 203.0.113.9", "X-Triad-Client-Address: 192.0.2.1"}),
            "203.0.113.9");
  EXPECT_EQ(ClientOf({}), "127.0.0.1");
}

TEST_F(BehindProxyTest, AProxyDecidesWhatIsSampled) {
  EXPECT_THAT(TraceOf(Get("/headers", {kSampled})),
              ::testing::MatchesRegex("00-0af7651916cd43dd8448eb211c80319c-.*-01"));
}

TEST_F(BehindProxyTest, AClientHasAShareOfTheCalls) {
  auto send = [&](const std::string& client) {
    auto connection = std::make_unique<triad::testing::RawConnection>(gateway_.address());
    connection->Write(absl::StrCat(
        "GET /wait HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: ", client, "\r\n\r\n"));
    return connection;
  };
  auto one = send("203.0.113.9");
  auto two = send("203.0.113.9");
  ASSERT_TRUE(Eventually([&] { return counts_.waiting == 2; }));
  auto refused = Get("/echo/x", {"X-Forwarded-For: 203.0.113.9"});
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers["retry-after"], "1");
  EXPECT_THAT(refused.body, HasSubstr("203.0.113.9 has 2 calls running"));
  EXPECT_EQ(Get("/echo/x", {"X-Forwarded-For: 203.0.113.8"}).status, 200);
  EXPECT_EQ(Get("/echo/x", {"X-Forwarded-For: 203.0.113.9, 203.0.113.8"}).status, 200);
  EXPECT_EQ(Get("/echo/x").status, 200) << "the proxy itself";
  one->Close();
  EXPECT_TRUE(
      Eventually([&] { return Get("/echo/x", {"X-Forwarded-For: 203.0.113.9"}).status == 200; }));
}

class ShortTimeoutTest : public LabTest {
 protected:
  static GatewayOptions Options() {
    GatewayOptions options;
    options.request_timeout = absl::Milliseconds(100);
    options.forward_headers = {"X-Tenant", "x-app-*"};
    options.allowed_hosts = {"api.example"};
    options.codec.ignore_unknown = true;
    options.json_style.print_defaults = false;
    options.ignored_parameters = {"_", "utm_*"};
    return options;
  }
  ShortTimeoutTest() : LabTest(Options()) {}
};

TEST_F(ShortTimeoutTest, AnUnaryCallIs504AfterTheTimeout) {
  auto reply = Get("/wait");
  EXPECT_EQ(reply.status, 504);
  EXPECT_EQ(reply.json().at("code"), 4);
  EXPECT_TRUE(Eventually([&] { return counts_.cancelled == 1; }));
}

TEST_F(ShortTimeoutTest, OptionsAddHeadersHostsAndLaxness) {
  json metadata = Get("/headers", {"X-Tenant: t", "X-App-One: 1"}).json().at("metadata");
  EXPECT_EQ(metadata.at("x-tenant"), "t");
  EXPECT_EQ(metadata.at("x-app-one"), "1");
  EXPECT_EQ(Get("/echo/x", {"Host: api.example:8080"}).status, 200);
  EXPECT_EQ(Send("POST", "/echo", R"({"unknown":1})", kJson).body, R"({"inner":{}})");
  EXPECT_EQ(Get("/echo/x?_=1&utm_source=a&utm_=b").status, 200);
  EXPECT_EQ(Get("/echo/x?utm=1").status, 400);
}

TEST_F(ShortTimeoutTest, AMethodsOwnTimeReplacesIt) {
  auto connection = std::make_unique<triad::testing::RawConnection>(gateway_.address());
  connection->Write("GET /wait-long HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_TRUE(Eventually([&] { return counts_.waiting == 1; }));
  EXPECT_EQ(Get("/wait").status, 504);
  EXPECT_TRUE(Eventually([&] { return counts_.cancelled == 1; }));
  EXPECT_EQ(counts_.waiting, 1) << "it waits longer than other calls may";
  connection->Close();
  EXPECT_TRUE(Eventually([&] { return counts_.cancelled == 2; }));
}

}  // namespace
}  // namespace triad::gateway
