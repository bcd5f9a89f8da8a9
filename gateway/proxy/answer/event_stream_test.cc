// Server streams as NDJSON and server-sent events, through a real gateway.
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/proxy/testing/lab_test.h"

namespace triad::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using triad::testing::RawConnection;

class EventStreamTest : public LabTest {
 protected:
  static GatewayOptions Options() {
    GatewayOptions options;
    options.heartbeat_interval = absl::Milliseconds(50);
    options.request_timeout = absl::Milliseconds(100);
    return options;
  }
  EventStreamTest() : LabTest(Options()) {}

  triad::testing::HttpResponse Events(const std::string& path,
                                      std::vector<std::string> headers = {}) const {
    headers.push_back("Accept: text/event-stream");
    return Get(path, std::move(headers));
  }
  // The line `retry:`, between 1 and 5 s.
  static void ExpectRetry(const std::string& events) {
    std::size_t at = events.find("retry: ");
    ASSERT_NE(at, std::string::npos) << events;
    int milliseconds = std::atoi(events.c_str() + at + 7);
    EXPECT_GE(milliseconds, 1000);
    EXPECT_LE(milliseconds, 5000);
  }
  // An EventSource goes on after this, and does not after any other status.
  static void ExpectTurnedAway(triad::testing::HttpResponse reply, int code) {
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.headers["content-type"], "text/event-stream");
    EXPECT_EQ(reply.headers["x-accel-buffering"], "no");
    EXPECT_EQ(reply.headers["cache-control"], "no-store");
    EXPECT_THAT(reply.body, ::testing::StartsWith("retry: "));
    EXPECT_THAT(reply.body,
                HasSubstr(absl::StrCat("\nevent: status\ndata: {\"code\":", code, ",")));
    EXPECT_TRUE(absl::EndsWith(reply.body, "}\n\n")) << reply.body;
    ExpectRetry(reply.body);
  }
  static std::string Request(const std::string& path, const std::string& headers = "") {
    return absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: localhost\r\n",
                        "Accept: text/event-stream\r\n", headers, "\r\n");
  }
};

// They are converted elsewhere, and the end of the stream comes meanwhile.
TEST_F(EventStreamTest, LargeMessagesKeepTheirPlace) {
  for (bool events : {true, false}) {
    auto reply = events ? Events("/watch?count=4&size=400000&code=5")
                        : Get("/watch?count=4&size=400000&code=5");
    EXPECT_EQ(reply.status, 200);
    std::size_t at = 0;
    for (int number = 1; number <= 4; ++number) {
      at = reply.body.find(absl::StrCat("\"number\":\"", number, "\",\"text\":\"xxx"), at);
      ASSERT_NE(at, std::string::npos) << number;
    }
    EXPECT_GT(reply.body.rfind("as asked"), at + 400'000);
    EXPECT_GT(reply.body.size(), 1'600'000u);
  }
}

TEST_F(EventStreamTest, LinesOfJson) {
  auto reply = Get("/watch?count=2");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers["content-type"], "application/x-ndjson");
  EXPECT_EQ(reply.body,
            "{\"result\":{\"number\":\"1\",\"text\":\"line\\nbreak\"}}\n"
            "{\"result\":{\"number\":\"2\",\"text\":\"line\\nbreak\"}}\n");
  auto failed = Get("/watch?count=1&code=15", {"X-Request-Id: id-1"});
  EXPECT_EQ(failed.status, 200);
  EXPECT_TRUE(absl::EndsWith(failed.body,
                             "\n{\"error\":{\"code\":15,\"message\":\"as asked\",\"details\":[{"
                             "\"@type\":\"type.googleapis.com/google.rpc.RequestInfo\","
                             "\"requestId\":\"id-1\"}]}}\n"))
      << failed.body;
}

TEST_F(EventStreamTest, EventsWithIds) {
  auto reply = Events("/watch?count=2&after=4");
  EXPECT_EQ(reply.headers["content-type"], "text/event-stream");
  EXPECT_EQ(reply.headers["x-accel-buffering"], "no");
  EXPECT_EQ(reply.headers["cache-control"], "no-store");
  EXPECT_EQ(reply.body,
            "id: 5\ndata: {\"number\":\"5\",\"text\":\"line\\nbreak\"}\n\n"
            "id: 6\ndata: {\"number\":\"6\",\"text\":\"line\\nbreak\"}\n\n");
  EXPECT_THAT(Events("/watch?count=1&code=11").body,
              HasSubstr("\n\nevent: status\ndata: {\"code\":11,"));
}

TEST_F(EventStreamTest, LastEventIdWinsOverTheQuery) {
  EXPECT_THAT(Events("/watch?count=1&after=4", {"Last-Event-ID: 9"}).body, HasSubstr("id: 10\n"));
  auto bad = Events("/watch?count=1", {"Last-Event-ID: x"});
  EXPECT_EQ(bad.status, 400);
  EXPECT_THAT(bad.body, HasSubstr("after"));
}

TEST_F(EventStreamTest, AnErrorBeforeTheHeadIsAnOrdinaryAnswer) {
  EXPECT_EQ(Events("/fail-stream?code=11&httpStatus=410").status, 410);
  EXPECT_EQ(Events("/fail-stream?code=5").status, 404);
  EXPECT_EQ(Events("/fail-stream?code=5").json().at("code"), 5);
  EXPECT_EQ(Get("/fail-stream?code=9").status, 400);
}

TEST_F(EventStreamTest, AnErrorThatPassesDoesNotEndAnEventSource) {
  ExpectTurnedAway(Events("/fail-stream?code=14&details=retry"), 14);
  ExpectTurnedAway(Events("/fail-stream?code=8&httpStatus=507"), 8);
  ExpectTurnedAway(Events("/fail-stream?code=8"), 8);
  EXPECT_EQ(Get("/fail-stream?code=14").status, 503);
  EXPECT_EQ(Events("/fail?code=14").status, 503) << "which streams nothing";
  EXPECT_EQ(Events("/objects/x?code=14").status, 503) << "nor does a file stream events";
  // Each is counted as what it is.
  auto counted = [this](absl::string_view code, absl::string_view count) {
    return absl::StrContains(
        gateway_.Scrape(), absl::StrCat("triad_gateway_requests_total{code=\"", code,
                                        "\",method=\"GET\",route=\"/fail-stream\"} ", count, "\n"));
  };
  EXPECT_TRUE(Eventually([&] {
    return counted("503", "2") && counted("507", "1") && counted("429", "1");
  })) << gateway_.Scrape();
  EXPECT_THAT(gateway_.Scrape(),
              Not(HasSubstr("code=\"200\",method=\"GET\",route=\"/fail-stream\"")));
  server_.Stop();
  ASSERT_TRUE(Eventually([&] { return Get("/echo/x").status == 503; }));
  ExpectTurnedAway(Events("/watch"), 14);
}

TEST_F(EventStreamTest, RetriesAreSpread) {
  std::set<std::string> seen;
  for (int i = 0; i < 20; ++i) seen.insert(Events("/fail-stream?code=14").body.substr(0, 12));
  EXPECT_GT(seen.size(), 5u);
}

TEST_F(EventStreamTest, AMarkIsAnIdAlone) {
  EXPECT_EQ(Events("/follow?count=2&after=4").body,
            "id: 4\n\n"
            "id: 5\ndata: {\"number\":\"5\",\"items\":[\"item\"]}\n\n"
            "id: 6\n\n");
  EXPECT_EQ(Get("/follow?count=1&after=4").body,
            "{\"result\":{\"number\":\"4\",\"items\":[]}}\n"
            "{\"result\":{\"number\":\"5\",\"items\":[\"item\"]}}\n");
  EXPECT_EQ(Events("/follow").body, ":\n\n") << "nothing to resume from";
}

TEST_F(EventStreamTest, AnIdleStreamOpensAtOnceBeatsAndHasNoDeadline) {
  RawConnection client(gateway_.address());
  client.Write(Request("/watch?code=-1"));
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), HasSubstr("HTTP/1.1 200"));
  client.Clear();
  for (int i = 0; i < 4; ++i) {  // longer than the unary deadline
    EXPECT_THAT(client.ReadUntil(":\n\n"), HasSubstr(":\n\n"));
    client.Clear();
  }
  EXPECT_EQ(counts_.waiting, 1);
  client.Close();
  EXPECT_TRUE(Eventually([&] { return counts_.cancelled == 1; }, absl::Seconds(1)));
}

TEST_F(EventStreamTest, HeadOpensAndCancels) {
  std::string reply =
      Raw("HEAD /watch?code=-1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(reply, HasSubstr("HTTP/1.1 200"));
  EXPECT_TRUE(absl::EndsWith(reply, "\r\n\r\n"));
  EXPECT_TRUE(Eventually([&] { return counts_.waiting == 0; }, absl::Seconds(1)));
}

TEST_F(EventStreamTest, AServiceThatDiesIsSaidInTheStream) {
  RawConnection client(gateway_.address());
  client.Write(Request("/watch?code=-1"));
  client.ReadUntil("\r\n\r\n");
  server_.Stop();
  std::string rest = client.ReadUntil("event: status\ndata: {");
  EXPECT_THAT(rest, HasSubstr("event: status\ndata: {"));
}

TEST_F(EventStreamTest, DrainingEndsStreamsAndTheirSuccessors) {
  RawConnection running(gateway_.address());
  running.Write(Request("/watch?code=-1&count=1"));
  running.ReadUntil("id: 1\n");
  gateway_.gateway().FailStreams();
  std::string rest = running.ReadUntil("0\r\n\r\n");
  EXPECT_THAT(rest, HasSubstr("event: status\ndata: {\"code\":14,"));
  ExpectRetry(rest);
  EXPECT_TRUE(absl::EndsWith(rest, "0\r\n\r\n"));
  EXPECT_TRUE(Eventually([&] { return counts_.waiting == 0; }, absl::Seconds(1)));
  ExpectTurnedAway(Events("/watch?code=-1"), 14);
  auto lines = Get("/watch?code=-1");
  EXPECT_EQ(lines.status, 503);
  EXPECT_EQ(lines.headers["retry-after"], "1");
  EXPECT_EQ(Get("/echo/x").status, 200) << "unary work goes on";
}

}  // namespace
}  // namespace triad::gateway
