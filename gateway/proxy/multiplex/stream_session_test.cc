// Many streams on one WebSocket, through a real gateway to a real service.
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/proxy/testing/frame_client.h"
#include "gateway/proxy/testing/lab_test.h"

namespace triad::gateway {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class StreamSessionTest : public LabTest {
 protected:
  static GatewayOptions Options() {
    GatewayOptions options;
    options.heartbeat_interval = absl::Milliseconds(200);
    return options;
  }
  StreamSessionTest() : LabTest(Options()) {}

  FrameClient Open(const std::string& headers = "") const {
    return FrameClient(gateway_.address(), "/api/streams", headers);
  }
  // The next message that is no heartbeat; null at the end.
  static json Next(FrameClient& client) {
    while (true) {
      Frame frame = client.Receive();
      if (frame.opcode == kPing) continue;
      if (frame.opcode != kText) return {};
      json message = json::parse(frame.payload);
      if (!message.contains("heartbeat")) return message;
    }
  }
  static void ExpectClosed(FrameClient& client, int code, const std::string& says) {
    Frame frame = client.Receive();
    while (frame.opcode != kClose && frame.opcode != -1) frame = client.Receive();
    EXPECT_EQ(frame.close_code(), code) << says;
    EXPECT_THAT(frame.payload, HasSubstr(says));
  }
};

TEST_F(StreamSessionTest, EachStreamHasItsMessagesAndItsEnd) {
  FrameClient client = Open();
  client.SendText(R"({"id":7,"get":"/watch?count=2"})");
  client.SendText(R"({"id":8,"get":"/watch?count=1&code=5"})");
  std::map<int, std::vector<json>> streams;
  for (int ends = 0; ends < 2;) {
    json message = Next(client);
    ASSERT_FALSE(message.is_null());
    streams[message.at("id")].push_back(message);
    ends += message.contains("status") ? 1 : 0;
  }
  ASSERT_EQ(streams[7].size(), 3u);
  EXPECT_EQ(streams[7][1].at("data").at("number"), "2");
  EXPECT_EQ(streams[7][1].at("resume"), "2");
  EXPECT_EQ(streams[7][2].at("status").at("code"), 0);
  EXPECT_EQ(streams[8].back().at("status").at("message"), "as asked");
  // The id is free again.
  client.SendText(R"({"id":7,"get":"/watch?count=0"})");
  EXPECT_EQ(Next(client), json::parse(R"({"id":7,"status":{"code":0,"message":"","details":[]}})"));
  EXPECT_TRUE(Eventually([&] {
    return absl::StrContains(gateway_.Scrape(), R"(code="200",method="GET",route="/watch"} 3)");
  })) << gateway_.Scrape();
}

TEST_F(StreamSessionTest, ResumesBehindWhatTheClientHas) {
  FrameClient client = Open();
  client.SendText(R"({"id":1,"get":"/follow?count=1","after":"40"})");
  EXPECT_EQ(Next(client), json::parse(R"({"id":1,"resume":"40"})"));
  json message = Next(client);
  EXPECT_EQ(message.at("resume"), "41");
  EXPECT_EQ(message.at("data").at("number"), "41");
}

TEST_F(StreamSessionTest, WhatIsNoStreamIsSaidOnItsId) {
  FrameClient client = Open();
  const std::pair<const char*, int> kCases[] = {{"/nothing", 5},
                                                {"/echo/x", 3},
                                                {"/objects/x", 3},
                                                {"/chat/x", 3},
                                                {"/watch?count=x", 3},
                                                {"/%zz", 3},
                                                {"/fail-stream?code=16&message=who", 16}};
  for (const auto& [path, code] : kCases) {
    client.SendText(absl::StrCat(R"({"id":1,"get":")", path, R"("})"));
    json message = Next(client);
    EXPECT_EQ(message.at("id"), 1);
    EXPECT_EQ(message.at("status").at("code"), code) << path;
  }
}

TEST_F(StreamSessionTest, HeadersAreThoseOfTheStream) {
  FrameClient client = Open("Authorization: Bearer socket\r\n");
  client.SendText(R"({"id":1,"get":"/watch?count=0","headers":{"Authorization":"Bearer a"}})");
  EXPECT_EQ(Next(client).at("status").at("code"), 0);
  client.SendText(R"({"id":1,"get":"/watch?count=0","headers":{"X-Forwarded-For":"1.2.3.4"}})");
  ExpectClosed(client, 1008, "headers.X-Forwarded-For: is not among the headers");
}

TEST_F(StreamSessionTest, CancelsOneAndNotTheOthers) {
  FrameClient client = Open();
  client.SendText(R"({"id":1,"get":"/watch?code=-1"})");
  client.SendText(R"({"id":2,"get":"/watch?code=-1"})");
  EXPECT_TRUE(Eventually([&] { return counts_.waiting == 2; }));
  client.SendText(R"({"id":1,"cancel":true})");
  EXPECT_EQ(Next(client).at("status").at("code"), 1);
  EXPECT_TRUE(Eventually([&] { return counts_.waiting == 1; }));
  client.connection().Close(true);
  EXPECT_TRUE(Eventually([&] { return counts_.waiting == 0; }));
}

TEST_F(StreamSessionTest, WhatBreaksTheProtocolClosesIt) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"([])", "an object"},
      {R"({"id":1})", "get: must be there"},
      {R"({"id":0,"get":"/watch"})", "id: must be"},
      {R"({"id":-1,"get":"/watch"})", "id: is not expected"},
      {R"({"get":"/watch"})", "id: must be"},
      {R"({"id":1,"get":"watch"})", "get: must be a path"},
      {R"({"id":1,"get":"/watch","cancel":true})", "get: must be there"},
      {R"({"id":1,"get":"/watch","post":1})", "post: is not expected"},
      {R"({"id":1,"get":"/watch","headers":[]})", "headers: must be"},
      {R"({"id":9,"get":"/watch?code=-1"})", "id: 9 is in use"},
  };
  for (const auto& [message, says] : kCases) {
    FrameClient client = Open();
    client.SendText(R"({"id":9,"get":"/watch?code=-1"})");
    client.SendText(message);
    ExpectClosed(client, 1008, says);
  }
  EXPECT_TRUE(Eventually([&] { return counts_.waiting == 0; }));
  FrameClient binary = Open();
  binary.Send(kBinary, R"({"id":1,"get":"/watch"})");
  ExpectClosed(binary, 1008, "text frame");
}

TEST_F(StreamSessionTest, ASocketHasAHundredStreams) {
  FrameClient client = Open();
  for (int i = 1; i <= 101; ++i) {
    client.SendText(absl::StrCat(R"({"id":)", i, R"(,"get":"/follow?count=0","after":"3"})"));
  }
  // They end by themselves, so that how many run at a time is not known; none is lost.
  std::set<int> ended;
  while (ended.size() < 101) {
    json message = Next(client);
    ASSERT_FALSE(message.is_null());
    if (message.contains("status")) ended.insert(message.at("id").get<int>());
  }
}

TEST_F(StreamSessionTest, OneTooManyIsRefused) {
  FrameClient client = Open();
  for (int i = 1; i <= 101; ++i) {
    client.SendText(absl::StrCat(R"({"id":)", i, R"(,"get":"/watch?code=-1&late=true"})"));
  }
  json message = Next(client);
  EXPECT_EQ(message.at("id"), 101);
  EXPECT_EQ(message.at("status").at("code"), 8);
}

TEST_F(StreamSessionTest, SlowReadersHoldTheirStreamsBack) {
  FrameClient client = Open();
  for (int i = 1; i <= 10; ++i) {
    client.SendText(absl::StrCat(R"({"id":)", i, R"(,"get":"/watch?count=1000&size=50000"})"));
  }
  EXPECT_TRUE(Eventually([&] { return counts_.waiting == 10; }));
  // Each has its turn: none is far ahead of another.
  std::map<int, int> received;
  for (int i = 0; i < 500; ++i) ++received[Next(client).at("id").get<int>()];
  ASSERT_EQ(received.size(), 10u);
  for (const auto& [id, count] : received) EXPECT_GT(count, 20) << id;
  EXPECT_EQ(counts_.waiting, 10);
}

TEST_F(StreamSessionTest, SaysThatItIsAlive) {
  FrameClient client = Open();
  EXPECT_EQ(client.ReceiveText(), R"({"heartbeat":true})");
}

TEST_F(StreamSessionTest, TheEndOfTheGatewayIsSaidOnEachStream) {
  FrameClient client = Open();
  client.SendText(R"({"id":1,"get":"/watch?code=-1"})");
  EXPECT_TRUE(Eventually([&] { return counts_.waiting == 1; }));
  gateway_.gateway().FailStreams();
  EXPECT_EQ(Next(client).at("status").at("code"), 14);
  ExpectClosed(client, 1001, "shutting down");
}

TEST_F(StreamSessionTest, IsForWebSocketsOfThisOrigin) {
  EXPECT_EQ(Get("/api/streams").status, 426);
  EXPECT_EQ(Send("POST", "/api/streams").status, 405);
  FrameClient foreign = Open("Origin: http://evil.example\r\n");
  EXPECT_THAT(foreign.head(), StartsWith("HTTP/1.1 403"));
}

}  // namespace
}  // namespace triad::gateway
