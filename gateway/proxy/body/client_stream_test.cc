// Streams from the client, alone and both ways, through a real gateway to a real service.
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/proxy/testing/lab_test.h"

namespace triad::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using triad::testing::RawConnection;

const std::vector<std::string> kLines = {"Content-Type: application/x-ndjson"};
const std::vector<std::string> kJson = {"Content-Type: application/json"};
constexpr std::size_t kMaxBody = 300'000;

std::string Chunk(const std::string& bytes) {
  return absl::StrCat(absl::Hex(bytes.size()), "\r\n", bytes, "\r\n");
}

std::string ChunkedPost(const std::string& path, const std::string& version = "1.1") {
  return absl::StrCat("POST ", path, " HTTP/", version, "\r\nHost: localhost\r\n",
                      "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
}

class ClientStreamTest : public LabTest {
 protected:
  static GatewayOptions Options() {
    GatewayOptions options;
    options.max_body_bytes = kMaxBody;
    options.stream_idle_timeout = absl::Milliseconds(400);
    options.request_timeout = absl::Milliseconds(200);
    return options;
  }
  static http::ServerOptions Server() {
    http::ServerOptions options;
    options.stall_timeout = absl::Milliseconds(400);
    options.head_timeout = absl::Milliseconds(400);
    return options;
  }
  ClientStreamTest() : LabTest(Options(), Server()) {}

  void ExpectStalled(const std::string& side) {
    EXPECT_TRUE(Eventually([&] {
      return absl::StrContains(gateway_.Scrape(),
                               absl::StrCat("triad_gateway_stalled_total{side=\"", side, "\"} 1"));
    })) << gateway_.Scrape();
    EXPECT_TRUE(Eventually([&] { return counts_.waiting == 0; }));
  }
};

TEST_F(ClientStreamTest, EachLineIsAMessage) {
  auto reply =
      Send("POST", "/collect",
           "{\"tags\":[\"a\"]}\n\n{\"tags\":[\"b\"]}\r\n{\"tags\":[\"c\"],\"text\":\"t\"}", kLines);
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.json().at("tags"), nlohmann::json({"a", "b", "c"}));
  EXPECT_EQ(reply.json().at("text"), "t");
}

TEST_F(ClientStreamTest, AListIsAsGoodAsLines) {
  for (const auto& type : {kJson, {}}) {
    auto reply = Send("POST", "/collect", " [{\"tags\":[\"a\"]} , {\"tags\":[\"],\"]}]\n", type);
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.json().at("tags"), nlohmann::json({"a", "],"}));
  }
  EXPECT_EQ(Send("POST", "/collect", "[]", kJson).status, 200);
  EXPECT_EQ(Send("POST", "/collect", "{}\n{}", kJson).status, 200);
  EXPECT_EQ(Send("POST", "/collect", "[{}]", kLines).status, 400);
  EXPECT_EQ(Send("POST", "/collect", "a", {"Content-Type: text/plain"}).status, 415);
}

TEST_F(ClientStreamTest, TheFirstMessageHasTheFieldsOfThePath) {
  auto reply = Send("POST", "/collect/named", "{\"a\":\"one\"}\n", kLines);
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.json().at("text"), "named");
  EXPECT_EQ(reply.json().at("inner").at("a"), "one");
  reply = Send("POST", "/collect/named", "{\"a\":\"one\"}\n{\"a\":\"two\"}\n", kLines);
  EXPECT_EQ(reply.json().at("text"), "");
  EXPECT_EQ(reply.json().at("inner").at("a"), "two");
  // Without a value it is a message of its own.
  EXPECT_EQ(Send("POST", "/collect/named", "", kLines).json().at("text"), "named");
}

TEST_F(ClientStreamTest, ABadValueSaysWhichItIs) {
  struct Case {
    std::string body;
    std::vector<std::string> type;
    std::string place;
  };
  const Case kCases[] = {
      {"{}\n\n{\"inner\":{\"b\":\"x\"}}\n", kLines, "line 3 (messages sent before it: 1): inner"},
      {"{} {}", kLines, "line 1: "},
      {"{},\n", kLines, "line 1: "},
      {"[{},]", kJson, "element 2 (messages sent before it: 1): "},
      {"[{}", kJson, "is a list that does not end"},
      {"[{}]]", kJson, "goes on after the end of the list"},
  };
  for (const Case& bad : kCases) {
    auto reply = Send("POST", "/collect", bad.body, bad.type);
    EXPECT_EQ(reply.status, 400) << bad.body;
    EXPECT_THAT(reply.json().at("message").get<std::string>(), HasSubstr(bad.place));
  }
}

TEST_F(ClientStreamTest, AValueHasASizeAndTheStreamHasNone) {
  std::string text(150'000, 'x');
  std::string line = absl::StrCat("{\"text\":\"", text, "\"}\n");
  std::string body;
  for (int i = 0; i < 5; ++i) body += line;
  EXPECT_EQ(Send("POST", "/collect", body, kLines).json().at("text"), text);
  auto reply = Send("POST", "/collect",
                    absl::StrCat("{\"text\":\"", std::string(2 * kMaxBody, 'x'), "\"}\n"), kLines);
  EXPECT_EQ(reply.status, 413) << reply.body;
}

TEST_F(ClientStreamTest, TheServiceMayRefuseInTheMidst) {
  auto reply = Send("POST", "/collect", "{}\n{\"tags\":[\"refuse\"]}\n{}\n", kLines);
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.json().at("message"), "refused");
}

TEST_F(ClientStreamTest, AnswersComeWhileTheRequestGoesOn) {
  RawConnection client(gateway_.address());
  client.Write(ChunkedPost("/chat"));
  for (const char* tag : {"one", "two"}) {
    client.Write(Chunk(absl::StrCat("{\"tags\":[\"", tag, "\"]}\n")));
    EXPECT_THAT(client.ReadUntil(tag), HasSubstr(absl::StrCat("\"tags\":[\"", tag)));
  }
  client.Write("0\r\n\r\n");
  EXPECT_TRUE(absl::EndsWith(client.ReadUntil("\r\n0\r\n\r\n"), "\r\n0\r\n\r\n"));
}

TEST_F(ClientStreamTest, AnErrorReachesTheClientInTheMidst) {
  auto reply = Send("POST", "/chat", "{\"text\":\"a\"}\n{\"tags\":[\"refuse\"]}\n", kLines);
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr("{\"error\":{\"code\":3,\"message\":\"refused\""));

  RawConnection client(gateway_.address());
  client.Write(absl::StrCat(ChunkedPost("/chat"), Chunk("{}\n")));
  client.ReadUntil("{\"result\":");
  client.Write(Chunk("[]\n"));
  EXPECT_THAT(client.ReadUntil("\"error\""), HasSubstr("{\"result\":"));
  EXPECT_THAT(client.ReadUntil("}\n"), HasSubstr("line 2 (messages sent before it: 1)"));
  EXPECT_TRUE(Eventually([&] { return counts_.waiting == 0; }));
}

TEST_F(ClientStreamTest, ABodyThatBreaksOffIsNoEnd) {
  RawConnection client(gateway_.address());
  client.Write(absl::StrCat(ChunkedPost("/chat"), Chunk("{}\n")));
  client.ReadUntil("{\"result\":");
  client.Close();
  EXPECT_TRUE(Eventually([&] { return counts_.cancelled == 1; }));
}

TEST_F(ClientStreamTest, AClientThatSendsNothingIsEnded) {
  RawConnection client(gateway_.address());
  client.Write(ChunkedPost("/collect"));
  EXPECT_THAT(client.ReadUntil("details"), HasSubstr("HTTP/1.1 408"));
  ExpectStalled("client");
}

TEST_F(ClientStreamTest, AClientThatListensMayBeSilent) {
  RawConnection client(gateway_.address());
  client.Write(ChunkedPost("/chat"));
  Stopwatch watch;
  for (int i = 0; watch.elapsed() < 3 * Options().stream_idle_timeout; ++i) {
    client.Write(Chunk("{}\n"));
    client.ReadUntil("{\"result\":");
    client.Clear();
  }
  EXPECT_EQ(counts_.waiting, 1);
  client.ReadUntil("\"error\":{\"code\":4");
  ExpectStalled("client");
}

TEST_F(ClientStreamTest, RawBytesGoBothWaysAtOnce) {
  RawConnection client(gateway_.address());
  client.Write("POST /pipes/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n\r\none");
  EXPECT_THAT(client.ReadUntil("one"), HasSubstr("200 OK"));
  client.Write("two");
  EXPECT_THAT(client.ReadUntil("0\r\n\r\n"), HasSubstr("two"));
}

TEST_F(ClientStreamTest, AClientThatSendsAllBeforeItReadsIsTold) {
  RawConnection client(gateway_.address());
  client.Write("POST /pipes/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n");
  std::string piece(64 * 1024, 'x');
  EXPECT_TRUE(Eventually([&] {
    client.TryWrite(piece);
    return absl::StrContains(gateway_.Scrape(), "stalled_total");
  }));
  EXPECT_GT(counts_.bytes_out, 1'000'000);
  ExpectStalled("client");
  EXPECT_THAT(client.ReadAll(), Not(HasSubstr("\r\n0\r\n\r\n")));
}

TEST_F(ClientStreamTest, AServiceThatTakesNothingIsToldOf) {
  RawConnection client(gateway_.address());
  client.Write(
      "POST /pipes/stuck HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n");
  std::string piece(64 * 1024, 'x');
  EXPECT_TRUE(Eventually([&] {
    client.TryWrite(piece);
    return absl::StrContains(gateway_.Scrape(), "stalled_total");
  }));
  EXPECT_THAT(client.ReadUntil("details"), HasSubstr("HTTP/1.1 408"));
  EXPECT_THAT(client.ReadUntil("details"), HasSubstr("--stream_idle_timeout"));
  ExpectStalled("service");
}

TEST_F(ClientStreamTest, WhatTheServiceKeepsForTheEndIsNoStall) {
  std::string body(2'000'000, 'x');
  auto reply = Send("POST", "/pipes/silent", body);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, body);
}

}  // namespace
}  // namespace triad::gateway
