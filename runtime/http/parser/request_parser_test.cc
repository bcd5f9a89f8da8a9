#include "runtime/http/parser/request_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "runtime/http/parser/read_buffer.h"

namespace triad::http {
namespace {

using Result = RequestParser::Result;
using testing::HasSubstr;

constexpr std::size_t kMaxHead = 1024;

// Feeds a parser from a buffer as a connection does.
class Feeder {
 public:
  void Add(absl::string_view bytes) {
    std::copy(bytes.begin(), bytes.end(), buffer_.Prepare(bytes.size()));
    buffer_.Commit(bytes.size());
  }

  Result Parse() {
    auto [result, consumed] = parser.ParseHead(buffer_.view());
    buffer_.Consume(consumed);
    return result;
  }

  absl::Status Decode(std::string& body) {
    for (;;) {
      auto count = parser.DecodeBody(buffer_.view(), body);
      if (!count.ok()) return count.status();
      if (*count == 0) return absl::OkStatus();
      buffer_.Consume(*count);
    }
  }

  std::string rest() const { return std::string(buffer_.view()); }

  RequestParser parser{kMaxHead};

 private:
  ReadBuffer buffer_;
};

Refusal RefusalOf(absl::string_view request) {
  Feeder feeder;
  feeder.Add(request);
  EXPECT_EQ(feeder.Parse(), Result::kRefused) << request;
  return feeder.parser.refusal();
}

RequestHead HeadOf(absl::string_view request) {
  Feeder feeder;
  feeder.Add(request);
  EXPECT_EQ(feeder.Parse(), Result::kComplete) << feeder.parser.refusal().message;
  return feeder.parser.TakeHead();
}

TEST(RequestParserTest, SplitsAHead) {
  RequestHead head = HeadOf(
      "PATCH /a%20b?x=1?y HTTP/1.1\r\nHost: h:80\r\nX-Two:  v w \r\nx-two:\t\r\n"
      "Content-Length: 5\r\n\r\n");
  EXPECT_EQ(head.method, "PATCH");
  EXPECT_EQ(head.path(), "/a%20b");
  EXPECT_EQ(head.query(), "x=1?y");
  EXPECT_EQ(head.minor_version, 1);
  EXPECT_EQ(head.headers.Find("x-TWO"), "v w");
  EXPECT_EQ(head.headers.Count("X-Two"), 2u);
  EXPECT_EQ(head.headers.Find("nothing"), std::nullopt);
  EXPECT_EQ(head.content_length, 5u);
  EXPECT_TRUE(head.has_body());
}

TEST(RequestParserTest, TargetForms) {
  EXPECT_EQ(HeadOf("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").target, "*");
  RequestHead head = HeadOf("GET http://real/a?b HTTP/1.1\r\nHost: other\r\n\r\n");
  EXPECT_EQ(head.target, "/a?b");
  EXPECT_EQ(head.headers.Find("host"), "real");
  EXPECT_EQ(head.headers.Count("host"), 1u);
  EXPECT_EQ(HeadOf("GET http://real?b HTTP/1.1\r\nHost: h\r\n\r\n").target, "/?b");
}

TEST(RequestParserTest, EmptyLinesBeforeARequestAreSkipped) {
  EXPECT_EQ(HeadOf("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n").target, "/");
}

// What a proxy before us might read in another way, or what is no HTTP at all.
TEST(RequestParserTest, RefusedShapes) {
  std::string get = "GET / HTTP/1.1\r\n";
  std::string host = "Host: h\r\n";
  const struct {
    const char* why;
    std::string request;
    int status = 400;
  } kShapes[] = {
      {"bare LF after request line", "GET / HTTP/1.1\nHost: h\r\n\r\n"},
      {"bare LF after field", get + "Host: h\n\r\n"},
      {"bare LF as the empty line", get + host + "\n"},
      {"bare CR in field", get + host + "A: b\rc\r\n\r\n"},
      {"folded field", get + host + "A: b\r\n c\r\n\r\n"},
      {"folded with tab", get + host + "A: b\r\n\tc\r\n\r\n"},
      {"fold before the first field", get + " A: b\r\n" + host + "\r\n"},
      {"NUL in field", get + host + std::string("A: b\0c\r\n\r\n", 11)},
      {"NUL in target", std::string("GET /\0 HTTP/1.1\r\n", 17) + host + "\r\n"},
      {"control character in field", get + host + "A: b\x01\r\n\r\n"},
      {"no Host", get + "\r\n"},
      {"two Hosts", get + host + host + "\r\n"},
      {"Host with user", get + "Host: a@b\r\n\r\n"},
      {"Host with space", get + "Host: a b\r\n\r\n"},
      {"Host with a port that is none", get + "Host: localhost:evil\r\n\r\n"},
      {"Host with two ports", get + "Host: 127.0.0.1:4545.evil.example\r\n\r\n"},
      {"Host that is an address without brackets", get + "Host: ::1\r\n\r\n"},
      {"Host with an open bracket", get + "Host: [::1\r\n\r\n"},
      {"Host with more than an address", get + "Host: [::1]x\r\n\r\n"},
      {"Host list", get + "Host: a, b\r\n\r\n"},
      {"space before colon", get + host + "Content-Length : 5\r\n\r\n"},
      {"tab before colon", get + host + "A\t: 5\r\n\r\n"},
      {"field without colon", get + host + "A\r\n\r\n"},
      {"field without name", get + host + ": b\r\n\r\n"},
      {"name that is no token", get + host + "A(b): c\r\n\r\n"},
      {"two lengths", get + host + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"},
      {"two equal lengths", get + host + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"},
      {"length list", get + host + "Content-Length: 5, 5\r\n\r\n"},
      {"signed length", get + host + "Content-Length: +5\r\n\r\n"},
      {"negative length", get + host + "Content-Length: -5\r\n\r\n"},
      {"hexadecimal length", get + host + "Content-Length: 0x5\r\n\r\n"},
      {"length with letters", get + host + "Content-Length: 5a\r\n\r\n"},
      {"length with a space", get + host + "Content-Length: 5 5\r\n\r\n"},
      {"empty length", get + host + "Content-Length:\r\n\r\n"},
      {"huge length", get + host + "Content-Length: 99999999999999999999\r\n\r\n"},
      {"length and chunked",
       get + host + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"chunked and length",
       get + host + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"},
      {"two codings", get + host + "Transfer-Encoding: gzip, chunked\r\n\r\n"},
      {"chunked twice", get + host + "Transfer-Encoding: chunked, chunked\r\n\r\n"},
      {"two coding fields",
       get + host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"identity", get + host + "Transfer-Encoding: identity\r\n\r\n"},
      {"unknown coding", get + host + "Transfer-Encoding: xchunked\r\n\r\n"},
      {"quoted coding", get + host + "Transfer-Encoding: \"chunked\"\r\n\r\n"},
      {"vertical tab in coding", get + host +
                                     "Transfer-Encoding: \x0b"
                                     "chunked\r\n\r\n"},
      {"empty coding", get + host + "Transfer-Encoding:\r\n\r\n"},
      {"chunked in 1.0", "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"method that is no token", "G@T / HTTP/1.1\r\n" + host + "\r\n"},
      {"empty method", " / HTTP/1.1\r\n" + host + "\r\n"},
      {"long method", std::string(33, 'A') + " / HTTP/1.1\r\n" + host + "\r\n", 501},
      {"no target", "GET HTTP/1.1\r\n" + host + "\r\n"},
      {"two spaces", "GET  / HTTP/1.1\r\n" + host + "\r\n"},
      {"space after version", "GET / HTTP/1.1 \r\n" + host + "\r\n"},
      {"target without slash", "GET a HTTP/1.1\r\n" + host + "\r\n"},
      {"star without OPTIONS", "GET * HTTP/1.1\r\n" + host + "\r\n"},
      {"authority form", "CONNECT h:443 HTTP/1.1\r\n" + host + "\r\n"},
      {"absolute form without host", "GET http:///a HTTP/1.1\r\n" + host + "\r\n"},
      {"absolute form with user", "GET http://a@b/ HTTP/1.1\r\n" + host + "\r\n"},
      {"other scheme", "GET ftp://a/ HTTP/1.1\r\n" + host + "\r\n"},
      {"fragment", "GET /#a HTTP/1.1\r\n" + host + "\r\n"},
      {"bytes above ASCII in target", "GET /\xc3\x9f HTTP/1.1\r\n" + host + "\r\n"},
      {"HTTP/0.9", "GET /\r\n\r\n"},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
      {"HTTP/3", "GET / HTTP/3.0\r\n" + host + "\r\n", 505},
      {"HTTP/0.1", "GET / HTTP/0.1\r\n" + host + "\r\n", 505},
      {"two digits of version", "GET / HTTP/1.10\r\n" + host + "\r\n"},
      {"lower-case version", "GET / http/1.1\r\n" + host + "\r\n"},
      {"TLS", "\x16\x03\x01\x02"},
      {"unknown expectation", get + host + "Expect: a-raise\r\n\r\n", 417},
      {"long head", get + host + "A: " + std::string(kMaxHead, 'b') + "\r\n\r\n", 431},
      {"long head without end", get + host + "A: " + std::string(kMaxHead, 'b'), 431},
  };
  for (const auto& shape : kShapes) {
    Refusal refusal = RefusalOf(shape.request);
    EXPECT_EQ(refusal.status, shape.status) << shape.why << ": " << refusal.message;
    EXPECT_NE(refusal.message, "") << shape.why;
  }
}

TEST(RequestParserTest, RefusalsSayWhatToDo) {
  EXPECT_THAT(RefusalOf("PRI * HTTP/2.0\r\n\r\n").message, HasSubstr("HTTP/1.1"));
  EXPECT_THAT(RefusalOf("\x16\x03\x01").message, HasSubstr("TLS"));
}

TEST(RequestParserTest, AcceptedShapes) {
  for (const char* request : {
           "GET / HTTP/1.0\r\n\r\n",
           "GET / HTTP/1.1\r\nHost:\r\n\r\n",
           "GET / HTTP/1.1\r\nhost: [::1]:80\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: h:\r\n\r\n",
           "BREW /pot HTTP/1.1\r\nHost: h\r\n\r\n",
           "GET /a\"b<c>{d}|e^f` HTTP/1.1\r\nHost: h\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: h\r\nA: \xc3\x9f\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 007\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551615\r\n\r\n",
       }) {
    Feeder feeder;
    feeder.Add(request);
    EXPECT_EQ(feeder.Parse(), Result::kComplete) << request << feeder.parser.refusal().message;
  }
}

TEST(RequestParserTest, KeepAliveFollowsVersionAndConnection) {
  auto keep_alive = [](absl::string_view version, absl::string_view connection) {
    Feeder feeder;
    feeder.Add(absl::StrCat("GET / HTTP/", version, "\r\nHost: h\r\nConnection: ", connection,
                            "\r\n\r\n"));
    EXPECT_EQ(feeder.Parse(), Result::kComplete);
    return feeder.parser.keep_alive();
  };
  EXPECT_TRUE(keep_alive("1.1", "x"));
  EXPECT_FALSE(keep_alive("1.1", "x, Close"));
  EXPECT_FALSE(keep_alive("1.0", "x"));
  EXPECT_TRUE(keep_alive("1.0", "Keep-Alive"));
}

struct Message {
  absl::string_view bytes;
  absl::string_view body;
};

// Each is followed by the start of another request.
constexpr Message kMessages[] = {
    {"GET /a?b=c HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n", ""},
    {"\r\nPOST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nhello world", "hello world"},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
     "5\r\nhello\r\n1;a=b;c=\"d;e\"\r\n \r\n05\r\nworld\r\n0\r\n\r\n",
     "hello world"},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
     "B\r\nhello world\r\n000;x\r\nTrailer: t\r\nHost: ignored\r\n\r\n",
     "hello world"},
    {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ""},
};

void Replay(const Message& message, std::size_t first_cut, std::size_t second_cut) {
  SCOPED_TRACE(absl::StrCat("cut at ", first_cut, " and ", second_cut, " of\n", message.bytes));
  std::string whole = absl::StrCat(message.bytes, "NEXT");
  Feeder feeder;
  std::string body;
  bool head = false;
  for (absl::string_view part : {absl::string_view(whole).substr(0, first_cut),
                                 absl::string_view(whole).substr(first_cut, second_cut - first_cut),
                                 absl::string_view(whole).substr(second_cut)}) {
    feeder.Add(part);
    if (!head) {
      Result result = feeder.Parse();
      ASSERT_NE(result, Result::kRefused) << feeder.parser.refusal().message;
      head = result == Result::kComplete;
    }
    if (head) {
      ASSERT_TRUE(feeder.Decode(body).ok());
    }
  }
  ASSERT_TRUE(head);
  EXPECT_TRUE(feeder.parser.body_complete());
  EXPECT_EQ(body, message.body);
  EXPECT_EQ(feeder.rest(), "NEXT");
}

TEST(RequestParserTest, AnyTwoCutsGiveTheSame) {
  for (const Message& message : kMessages) {
    for (std::size_t first = 0; first <= message.bytes.size(); ++first) {
      for (std::size_t second = first; second <= message.bytes.size(); ++second) {
        Replay(message, first, second);
      }
    }
  }
}

TEST(RequestParserTest, ByteByByteGivesTheSame) {
  for (const Message& message : kMessages) {
    Feeder feeder;
    std::string body;
    bool head = false;
    for (char c : message.bytes) {
      feeder.Add(absl::string_view(&c, 1));
      head = head || feeder.Parse() == Result::kComplete;
      if (head) {
        ASSERT_TRUE(feeder.Decode(body).ok());
      }
    }
    EXPECT_TRUE(head && feeder.parser.body_complete());
    EXPECT_EQ(body, message.body);
  }
}

TEST(RequestParserTest, MalformedChunksAreRefused) {
  for (const std::string& chunks : {
           std::string("x\r\n"),
           std::string("-1\r\n"),
           std::string(" 5\r\nhello\r\n"),
           std::string("0x5\r\nhello\r\n"),
           std::string("5 \r\nhello\r\n"),
           std::string("5 ;a=b\r\nhello"),
           std::string("5\t;a=b\r\nhello"),
           std::string("5\r\nhello\r\n0 ;a\r\n"),
           std::string("5\nhello\r\n0\r\n\r\n"),
           std::string("5\r\nhello\n0\r\n\r\n"),
           std::string("5\r\nhelloX\r\n"),
           std::string("5;\r\nhello\r\n"),
           std::string("5;a=\"\n\"\r\nhello\r\n"),
           "5;a=\"b\r\nhello\r\n" + std::string(17 * 1024, 'a'),
           std::string("10000000000000000\r\n"),
           std::string("5\r\nhello\r\n0\r\nbad trailer\r\n\r\n"),
           std::string("5\r\nhello\r\n0\r\nContent-Length: 3\r\n\r\n"),
           "5;" + std::string(17 * 1024, 'a'),
           "0\r\nA: " + std::string(17 * 1024, 'a'),
       }) {
    Feeder feeder;
    feeder.Add("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    ASSERT_EQ(feeder.Parse(), Result::kComplete);
    feeder.Add(absl::StrCat(chunks, "\r\n0\r\n\r\n"));
    std::string body;
    EXPECT_FALSE(feeder.Decode(body).ok()) << chunks.substr(0, 40);
  }
}

// However few bytes tell that nothing good can follow.
TEST(RequestParserTest, MalformedChunksAreRefusedAtOnce) {
  for (absl::string_view chunks : {"x", "zz", "-1", " 5", "5 ", "5\n", "5\rx", "\nab", "0x"}) {
    Feeder feeder;
    feeder.Add("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    ASSERT_EQ(feeder.Parse(), Result::kComplete);
    feeder.Add(chunks);
    std::string body;
    EXPECT_FALSE(feeder.Decode(body).ok()) << chunks;
  }
}

TEST(RequestParserTest, AHigherMinorVersionIsServedAsTheHighestThatIsSpoken) {
  for (const char* version : {"1.2", "1.9"}) {
    RequestHead head = HeadOf(absl::StrCat("GET /1.2 HTTP/", version, "\r\nHost: h\r\n\r\n"));
    EXPECT_EQ(head.minor_version, 1) << version;
    EXPECT_EQ(head.target, "/1.2");
  }
}

TEST(RequestParserTest, ChunkExtensionsAreBoundedForTheBody) {
  for (int chunks : {10, 1000}) {
    Feeder feeder;
    feeder.Add("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    ASSERT_EQ(feeder.Parse(), Result::kComplete);
    for (int i = 0; i < chunks; ++i)
      feeder.Add(absl::StrCat("1;", std::string(1000, 'a'), "\r\nx\r\n"));
    feeder.Add("0\r\n\r\n");
    std::string body;
    EXPECT_EQ(feeder.Decode(body).ok(), chunks == 10) << chunks;
  }
}

TEST(RequestParserTest, ResetForgets) {
  Feeder feeder;
  feeder.Add("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab");
  feeder.Add("GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
  std::string body;
  ASSERT_EQ(feeder.Parse(), Result::kComplete);
  ASSERT_TRUE(feeder.Decode(body).ok());
  feeder.parser.Reset();
  ASSERT_EQ(feeder.Parse(), Result::kComplete);
  EXPECT_EQ(feeder.parser.TakeHead().target, "/b");
  EXPECT_TRUE(feeder.parser.body_complete());
}

}  // namespace
}  // namespace triad::http
