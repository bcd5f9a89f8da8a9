// Calls on WebSockets, through a real gateway to a real service.
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/proxy/testing/frame_client.h"
#include "gateway/proxy/testing/lab_test.h"
#include "lab.pb.h"

namespace triad::gateway {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::size_t kMaxMessage = 200'000;

class SocketTest : public LabTest {
 protected:
  static GatewayOptions Options() {
    GatewayOptions options;
    options.max_body_bytes = kMaxMessage;
    options.heartbeat_interval = absl::Milliseconds(300);
    options.stream_idle_timeout = absl::Seconds(3);
    options.request_checks.mode = validation::Mode::kStandard;
    return options;
  }
  SocketTest() : LabTest(Options()) {}

  FrameClient Open(const std::string& path, const std::string& headers = "") const {
    return FrameClient(gateway_.address(), path, headers);
  }

  // The status, and then the close frame.
  static void ExpectEnd(FrameClient& client, int grpc_code, const std::string& says = "") {
    std::string text = client.ReceiveText();
    ASSERT_THAT(text, StartsWith("{\"status\":"));
    json status = json::parse(text).at("status");
    EXPECT_EQ(status.at("code"), grpc_code) << text;
    EXPECT_THAT(status.at("message").get<std::string>(), HasSubstr(says));
    Frame close = client.Receive();
    EXPECT_EQ(close.opcode, kClose);
    EXPECT_EQ(close.close_code(), grpc_code == 0 ? 1000 : 4000 + grpc_code);
    client.Send(kClose, close.payload.substr(0, 2));
    EXPECT_EQ(client.Receive().opcode, -1);
  }

  static std::string ResultTag(FrameClient& client) {
    std::string text = client.ReceiveText();
    return text.empty() ? "" : json::parse(text).at("result").at("tags").at(0).get<std::string>();
  }
};

TEST_F(SocketTest, MessagesGoBothWays) {
  FrameClient client = Open("/chat");
  EXPECT_THAT(client.head(), StartsWith("HTTP/1.1 101 "));
  EXPECT_THAT(client.head(), HasSubstr("X-Request-Id: "));
  EXPECT_THAT(client.head(), Not(HasSubstr("Sec-WebSocket-Protocol")));
  for (const char* tag : {"one", "two"}) {
    client.SendText(absl::StrCat("{\"tags\":[\"", tag, "\"]}"));
    EXPECT_EQ(ResultTag(client), tag);
  }
  client.SendText("");
  ExpectEnd(client, 0);
  EXPECT_TRUE(Eventually([&] {
    return absl::StrContains(gateway_.Scrape(), R"(code="101",method="GET",route="/chat"} 1)");
  }));
}

TEST_F(SocketTest, PathAndQueryFillTheFirstMessage) {
  FrameClient client = Open("/chat/named?inner.a=x");
  client.SendText("{\"tags\":[\"t\"]}");
  json first = json::parse(client.ReceiveText()).at("result");
  EXPECT_EQ(first.at("text"), "named");
  EXPECT_EQ(first.at("inner").at("a"), "x");
  client.SendText("{\"tags\":[\"t\"]}");
  EXPECT_EQ(json::parse(client.ReceiveText()).at("result").at("text"), "");
  FrameClient silent = Open("/chat/alone");
  silent.SendText("");
  EXPECT_EQ(json::parse(silent.ReceiveText()).at("result").at("text"), "alone");
  ExpectEnd(silent, 0);
}

TEST_F(SocketTest, ClientStreamsAndServerStreams) {
  FrameClient collect = Open("/collect");
  for (const char* tag : {"a", "b"}) collect.SendText(absl::StrCat("{\"tags\":[\"", tag, "\"]}"));
  collect.SendText("");
  EXPECT_EQ(json::parse(collect.ReceiveText()).at("result").at("tags"), json({"a", "b"}));
  ExpectEnd(collect, 0);

  FrameClient watch = Open("/watch?count=2&code=5");
  EXPECT_EQ(json::parse(watch.ReceiveText()).at("result").at("number"), "1");
  EXPECT_EQ(json::parse(watch.ReceiveText()).at("result").at("number"), "2");
  ExpectEnd(watch, 5, "as asked");
}

TEST_F(SocketTest, BinaryFramesAreProtobuf) {
  FrameClient client = Open("/chat/named", "Sec-WebSocket-Protocol: other, triad.v1.proto\r\n");
  EXPECT_THAT(client.head(), HasSubstr("Sec-WebSocket-Protocol: triad.v1.proto\r\n"));
  lab::v1::EchoRequest request;
  request.add_tags("a");
  client.Send(kBinary, request.SerializeAsString());
  Frame frame = client.Receive();
  EXPECT_EQ(frame.opcode, kBinary);
  lab::v1::EchoReply reply;
  ASSERT_TRUE(reply.ParseFromString(frame.payload));
  EXPECT_EQ(reply.text(), "named");
  EXPECT_EQ(reply.tags(0), "a");
  client.SendText("{}");
  ExpectEnd(client, 3, "message 2: must be in binary frames");
}

TEST_F(SocketTest, ABadMessageSaysWhichAndTheCallEnds) {
  FrameClient client = Open("/chat", "Sec-WebSocket-Protocol: triad.v1.json\r\n");
  client.SendText("{\"tags\":[\"t\"]}");
  EXPECT_EQ(ResultTag(client), "t");
  client.SendText("{\"inner\":{\"b\":\"x\"}}");
  ExpectEnd(client, 3, "message 2: inner");
  EXPECT_TRUE(Eventually([&] { return counts_.waiting == 0; }));

  FrameClient ended = Open("/watch?code=-1");
  ended.SendText("{}");
  ExpectEnd(ended, 3, "no message is expected");
}

TEST_F(SocketTest, AMessageThatBreaksARuleEndsTheCall) {
  FrameClient client = Open("/chat");
  client.SendText(R"({"text":"allowed","tags":["t"]})");
  EXPECT_EQ(ResultTag(client), "t");
  client.SendText(R"({"text":"forbidden"})");
  std::string text = client.ReceiveText();
  json status = json::parse(text).at("status");
  EXPECT_EQ(status.at("code"), 3) << text;
  EXPECT_THAT(status.at("message").get<std::string>(), StartsWith("message 2: text"));
  json violation = status.at("details").at(0).at("fieldViolations").at(0);
  EXPECT_EQ(violation.at("field"), "text");
  EXPECT_EQ(violation.at("reason"), "STRING_NOT_CONTAINS");
  EXPECT_EQ(client.Receive().close_code(), 4003);
  EXPECT_TRUE(Eventually([&] { return counts_.waiting == 0; }));
}

// Of a text, of bytes, and of what path and query alone give; for each direction of a stream.
TEST_F(SocketTest, RulesHoldForEveryShapeOfMessage) {
  lab::v1::EchoRequest forbidden;
  forbidden.set_text("forbidden");
  FrameClient binary = Open("/chat", "Sec-WebSocket-Protocol: triad.v1.proto\r\n");
  binary.Send(kBinary, forbidden.SerializeAsString());
  ExpectEnd(binary, 3, "message 1: text");

  FrameClient collect = Open("/collect");
  collect.SendText(R"({"text":"forbidden"})");
  ExpectEnd(collect, 3, "message 1: text");

  FrameClient path = Open("/chat/forbidden");
  path.SendText("");
  ExpectEnd(path, 3, "text");

  FrameClient both = Open("/chat/forbidden");
  both.SendText(R"({"tags":["t"]})");
  ExpectEnd(both, 3, "message 1: text");
}

TEST_F(SocketTest, TheStatusIsWholeAndTheReasonIsCut) {
  FrameClient client = Open("/chat");
  client.SendText("{\"tags\":[\"refuse\"]}");
  EXPECT_EQ(ResultTag(client), "refuse");
  ExpectEnd(client, 3, "refused");

  FrameClient unknown = Open("/watch?count=0&code=14");
  ExpectEnd(unknown, 14, "as asked");
}

TEST_F(SocketTest, BytesBehindTheHeadAreNotLost) {
  triad::testing::RawConnection connection(gateway_.address());
  connection.Write(absl::StrCat(FrameClient::Handshake("/chat", ""),
                                FrameClient::Masked(0x80 | kText, "{\"tags\":[\"early\"]}")));
  EXPECT_THAT(connection.ReadUntil("early"), HasSubstr("{\"result\":"));
}

TEST_F(SocketTest, HandshakesThatAreWrongAreRefused) {
  const struct {
    std::string path;
    std::string headers;
    std::string status;
  } kCases[] = {
      {"/chat", "Origin: http://evil.example\r\n", "403"},
      {"/chat", "Origin: null\r\n", "403"},
      {"/chat", "Origin: http://localhost\r\n", "101"},
      {"/chat", "Sec-WebSocket-Protocol: unheard\r\n", "400"},
      {"/chat", "Content-Length: 1\r\n", "400"},
      {"/chat?nothing=1", "", "400"},
      {"/nothing", "", "404"},
      // One that cannot be had is no reason not to answer (RFC 9110, section 7.8).
      {"/echo/x", "", "200"},
  };
  for (const auto& wrong : kCases) {
    FrameClient client = Open(wrong.path, wrong.headers);
    EXPECT_THAT(client.head(), StartsWith(absl::StrCat("HTTP/1.1 ", wrong.status)))
        << wrong.path << " " << wrong.headers;
  }
  std::string good = FrameClient::Handshake("/chat", "Connection: close\r\n");
  const std::pair<std::string, std::string> kChanges[] = {
      {"Version: 13", "426"}, {"Key: AQIDBAUGBwgJCgsMDQ4PEA==", "400"}, {"Upgrade\r\n", "400"}};
  for (const auto& [part, status] : kChanges) {
    std::string bad = good;
    bad.replace(bad.find(part), part.size(), absl::StrContains(part, '\n') ? "x\r\n" : "Xyz: 1");
    EXPECT_THAT(Raw(bad), StartsWith(absl::StrCat("HTTP/1.1 ", status))) << bad;
  }
  std::string old = good;
  old.replace(old.find("Version: 13"), 11, "Version: 8");
  EXPECT_THAT(Raw(old), HasSubstr("Sec-WebSocket-Version: 13"));
}

TEST_F(SocketTest, MessagesHaveASize) {
  std::string text(kMaxMessage - 20, 'x');
  FrameClient client = Open("/chat");
  std::string largest = absl::StrCat("{\"text\":\"", text, "\"}");
  client.SendText(largest);
  EXPECT_EQ(json::parse(client.ReceiveText()).at("result").at("text"), text);
  client.SendText(std::string(kMaxMessage + 1, ' '));
  EXPECT_EQ(client.Receive().close_code(), 1009);
  EXPECT_TRUE(Eventually([&] { return counts_.waiting == 0; }));

  FrameClient pieces = Open("/chat");
  for (std::size_t i = 0; i <= kMaxMessage / 100; ++i) {
    pieces.Send(i == 0 ? kText : kContinuation, std::string(100, ' '), false);
  }
  EXPECT_EQ(pieces.Receive().close_code(), 1009);
}

TEST_F(SocketTest, AClientThatLeavesCancelsTheCall) {
  for (bool closes : {true, false}) {
    counts_.cancelled = 0;
    FrameClient client = Open("/chat");
    client.SendText("{\"tags\":[\"t\"]}");
    EXPECT_EQ(ResultTag(client), "t");
    if (closes) {
      client.Send(kClose, "\x03\xe8");
      EXPECT_EQ(client.Receive().close_code(), 1000);
      EXPECT_EQ(client.Receive().opcode, -1);
    } else {
      client.connection().Close(true);
    }
    EXPECT_TRUE(Eventually([&] { return counts_.cancelled == 1; })) << closes;
  }
}

TEST_F(SocketTest, AClientThatDoesNotAnswerPingsHasLeft) {
  FrameClient client = Open("/chat");
  client.SendText("{\"tags\":[\"t\"]}");
  EXPECT_EQ(ResultTag(client), "t");
  EXPECT_EQ(client.Receive().opcode, kPing);
  client.Send(kPong, "");
  EXPECT_EQ(client.Receive().opcode, kPing);
  EXPECT_EQ(client.Receive().opcode, -1);
  EXPECT_TRUE(Eventually([&] { return counts_.cancelled == 1; }));
}

TEST_F(SocketTest, AServiceThatTakesNothingHoldsTheClientBack) {
  std::string message = absl::StrCat("{\"text\":\"", std::string(100'000, 'x'), "\"}");
  std::string frame = FrameClient::Masked(0x80 | kText, message);
  std::string frames = FrameClient::Masked(0x80 | kText, "{\"tags\":[\"stop\"]}");
  // More than the buffers of a kernel grow to.
  for (int i = 0; i < 1200; ++i) frames += frame;
  // Only now: a client that says nothing for long has left.
  FrameClient client = Open("/chat");
  EXPECT_TRUE(Eventually([&] {
    frames.erase(0, client.connection().TryWrite(frames));
    return absl::StrContains(gateway_.Scrape(), "stalled_total{side=\"service\"} 1");
  }));
  EXPECT_FALSE(frames.empty());
  EXPECT_EQ(ResultTag(client), "stop");
  // The gateway gives up when nothing has moved.
  std::string last;
  for (Frame next = client.Receive(); next.opcode != kClose && next.opcode != -1;
       next = client.Receive()) {
    if (next.opcode == kText) last = next.payload;
  }
  EXPECT_THAT(last, HasSubstr("{\"status\":{\"code\":4,"));
}

TEST_F(SocketTest, MessagesAreDeflatedIfTheClientOffersIt) {
  FrameClient client =
      Open("/watch?count=1&size=50000", "Sec-WebSocket-Extensions: permessage-deflate\r\n");
  EXPECT_THAT(client.head(), HasSubstr("Sec-WebSocket-Extensions: permessage-deflate"));
  Frame frame = client.Receive();
  EXPECT_TRUE(frame.is_deflated);
  EXPECT_LT(frame.payload.size(), 1000u);
}

TEST_F(SocketTest, TheEndOfTheGatewayIsSaid) {
  FrameClient client = Open("/watch?code=-1");
  EXPECT_TRUE(Eventually([&] { return counts_.waiting == 1; }));
  gateway_.gateway().FailStreams();
  ExpectEnd(client, 14, "shutting down");
}

// What RFC 6455 asks of an endpoint, each with its section.
struct WireCase {
  const char* name;
  std::vector<std::string> bytes;
  int code;  // of the close frame; 0: the message is answered
};

const std::string kGood = "{\"tags\":[\"\xc3\xa9\"]}";

std::vector<WireCase> WireCases() {
  auto masked = FrameClient::Masked;
  std::string half = kGood.substr(0, 11);  // ends in the midst of a character
  std::string rest = kGood.substr(11);
  return {
      {"5.4 fragments", {masked(kText, half), masked(0x80, rest)}, 0},
      {"5.4 a ping between fragments",
       {masked(kText, half), masked(0x80 | kPing, "p"), masked(0x80, rest)},
       0},
      {"5.4 empty fragments",
       {masked(kText, ""), masked(0, kGood), masked(0, ""), masked(0x80, "")},
       0},
      {"5.4 a continuation of nothing", {masked(0x80, kGood)}, 1002},
      {"5.4 a new message among fragments",
       {masked(kText, half), masked(0x80 | kText, kGood)},
       1002},
      {"5.1 no mask", {std::string("\x81\x02{}", 4)}, 1002},
      {"5.2 a reserved bit", {masked(0xa0 | kText, kGood)}, 1002},
      {"5.2 deflated without an agreement", {masked(0xc0 | kText, kGood)}, 1002},
      {"5.2 a reserved opcode", {masked(0x80 | 3, kGood)}, 1002},
      {"5.5 a reserved control opcode", {masked(0x80 | 11, "")}, 1002},
      {"5.5 a long ping", {masked(0x80 | kPing, std::string(126, 'x'))}, 1002},
      {"5.5 a fragmented ping", {masked(kPing, "p")}, 1002},
      {"5.2 a length in more bytes than needed",
       {std::string("\x81\xfe\x00\x02\0\0\0\0{}", 10)},
       1002},
      {"5.2 a length of 64 bits",
       {std::string("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14)},
       1009},
      {"8.1 no UTF-8", {masked(0x80 | kText, "\xc3\x28")}, 1007},
      {"8.1 UTF-8 that ends in the midst", {masked(0x80 | kText, "{\"text\":\"\xc3")}, 1007},
      {"8.1 UTF-8 that ends in the midst, before a last frame without bytes",
       {masked(kText, "{\"text\":\"\xc3"), masked(0x80, "")},
       1007},
      {"5.5.1 a close frame of one byte", {masked(0x80 | kClose, "\x03")}, 1002},
      {"7.4.1 a code that is not sent", {masked(0x80 | kClose, "\x03\xed")}, 1002},
      {"7.4 a code below 1000", {masked(0x80 | kClose, std::string("\0\x01", 2))}, 1002},
      {"5.5.1 a reason that is no UTF-8", {masked(0x80 | kClose, "\x03\xe8\xff")}, 1002},
      {"7.1.5 an empty close frame", {masked(0x80 | kClose, "")}, 1000},
      {"5.5.1 a close frame among fragments",
       {masked(kText, half), masked(0x80 | kClose, "\x03\xe8")},
       1000},
  };
}

TEST_F(SocketTest, TheProtocolIsKept) {
  for (const WireCase& wire : WireCases()) {
    for (bool at_once : {true, false}) {
      FrameClient client = Open("/chat");
      std::string all = absl::StrJoin(wire.bytes, "");
      if (at_once) {
        client.SendRaw(all);
      } else {
        for (char byte : all) client.SendRaw(std::string(1, byte));
      }
      Frame frame = client.Receive();
      while (frame.opcode == kPong || frame.opcode == kPing) frame = client.Receive();
      if (wire.code == 0) {
        EXPECT_THAT(frame.payload, HasSubstr("\xc3\xa9")) << wire.name;
      } else {
        EXPECT_EQ(frame.opcode, kClose) << wire.name;
        int code = frame.payload.empty() ? 1000 : frame.close_code();
        EXPECT_EQ(code, wire.code) << wire.name;
        EXPECT_EQ(client.Receive().opcode, -1) << wire.name;
      }
    }
  }
  EXPECT_TRUE(Eventually([&] { return counts_.waiting == 0; }));
}

}  // namespace
}  // namespace triad::gateway
