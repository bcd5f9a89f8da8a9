// Raw bytes both ways, through a real gateway to a real service.
#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/proxy/testing/lab_test.h"

namespace triad::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using triad::testing::RawConnection;

constexpr std::int64_t kSize = 3'000'000;
constexpr char kHost[] = "Host: localhost\r\n";

class RawBodyTest : public LabTest {
 protected:
  // Whether a count stops growing: whoever is behind it is held back.
  static bool Stalls(const std::atomic<std::int64_t>& count) {
    std::int64_t before = -1;
    Stopwatch since;
    Countdown countdown(absl::Seconds(10));
    while (!countdown.over()) {
      if (count != before) {
        before = count;
        since = Stopwatch();
      } else if (before > 0 && since.elapsed() > absl::Milliseconds(300)) {
        return true;
      }
      std::this_thread::yield();
    }
    return false;
  }
};

TEST_F(RawBodyTest, AnUploadIsStreamedInPieces) {
  for (bool chunked : {false, true}) {
    triad::testing::HttpRequest request;
    request.method = "PUT";
    request.url = Url("/objects/a/b.bin");
    request.headers = {"Content-Type: image/png"};
    request.body_size = chunked ? -1 : kSize;
    request.read_body = [at = std::int64_t{0}](std::size_t limit) mutable {
      std::size_t count = std::min<std::int64_t>(limit, kSize - at);
      std::string piece = LabBytes(at, count);
      at += static_cast<std::int64_t>(count);
      return piece;
    };
    auto reply = triad::testing::Send(std::move(request));
    ASSERT_EQ(reply.status, 200) << reply.body << reply.error;
    auto json = reply.json();
    EXPECT_EQ(json.at("name"), "a/b.bin");
    EXPECT_EQ(json.at("bytes"), absl::StrCat(kSize));
    EXPECT_EQ(json.at("contentType"), "image/png");
    EXPECT_EQ(json.at("same"), true);
    EXPECT_LE(std::stoll(json.at("largest").get<std::string>()), 256 * 1024);
  }
}

TEST_F(RawBodyTest, AnEmptyUploadIsOneMessage) {
  auto reply = Send("PUT", "/objects/empty").json();
  EXPECT_EQ(reply.at("name"), "empty");
  EXPECT_EQ(reply.at("messages"), 1);
}

TEST_F(RawBodyTest, StreamedBytesAreCountedAndHaveNoLatency) {
  Send("PUT", "/objects/counted");
  Send("POST", "/whole", "bytes", {"Content-Type: text/plain"});
  EXPECT_TRUE(Eventually([&] {
    std::string text = gateway_.Scrape();
    return absl::StrContains(text, R"(code="200",method="PUT",route="/objects/{name=**}"} 1)") &&
           absl::StrContains(text, R"(latency_seconds_count{route="/whole"} 1)");
  })) << gateway_.Scrape();
  EXPECT_THAT(gateway_.Scrape(), Not(HasSubstr(R"(latency_seconds_count{route="/objects)")));
}

TEST_F(RawBodyTest, AWholeBodyIsOneMessageBothWays) {
  auto reply = Send("POST", "/whole", "bytes", {"Content-Type: text/plain"});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "got bytes");
  EXPECT_EQ(reply.headers["content-type"], "text/plain");
  EXPECT_EQ(Send("POST", "/whole", std::string(5 << 20, 'x')).status, 413);
}

TEST_F(RawBodyTest, AnUploadTheServiceRefusesIsAnsweredBeforeItsEnd) {
  RawConnection client(gateway_.address());
  client.Write(absl::StrCat("PUT /objects/refused HTTP/1.1\r\n", kHost,
                            "Content-Length: 1000000000\r\n\r\n", LabBytes(0, 1000)));
  std::string reply = client.ReadUntil("not this one");
  EXPECT_THAT(reply, HasSubstr("HTTP/1.1 400"));
  EXPECT_THAT(reply, HasSubstr("Connection: close"));
}

TEST_F(RawBodyTest, AnUploadTheServiceDoesNotReadHoldsTheClientBack) {
  RawConnection client(gateway_.address());
  client.Write(absl::StrCat("PUT /objects/unread HTTP/1.1\r\n", kHost,
                            "Content-Length: 1000000000\r\n\r\n", LabBytes(0, 1000)));
  std::atomic<std::int64_t> written{0};
  std::thread writer([&] {
    while (client.Write(std::string(64 << 10, 'x'))) written += 64 << 10;
  });
  EXPECT_TRUE(Stalls(written));
  EXPECT_LT(written, 64 << 20);
  server_.Stop();  // ends the call, hence the answer and the writer
  writer.join();
}

TEST_F(RawBodyTest, AnUploadThatBreaksOffIsCancelledAndNeverComplete) {
  for (const char* framing :
       {"Content-Length: 1000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n64\r\n"}) {
    int cancelled = counts_.cancelled;
    RawConnection client(gateway_.address());
    client.Write(absl::StrCat("PUT /objects/part HTTP/1.1\r\n", kHost, framing, LabBytes(0, 100)));
    ASSERT_TRUE(Eventually([&] { return counts_.waiting == 1; }));
    client.Close();
    EXPECT_TRUE(Eventually([&] { return counts_.cancelled == cancelled + 1; }, absl::Seconds(1)));
  }
}

TEST_F(RawBodyTest, AMalformedChunkIs400AndCancelled) {
  RawConnection client(gateway_.address());
  client.Write(absl::StrCat("PUT /objects/bad HTTP/1.1\r\n", kHost,
                            "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"));
  ASSERT_TRUE(Eventually([&] { return counts_.waiting == 1; }));
  client.Write("zz\r\n");
  EXPECT_THAT(client.ReadUntil("}"), HasSubstr("HTTP/1.1 400"));
  EXPECT_TRUE(Eventually([&] { return counts_.cancelled == 1; }, absl::Seconds(1)));
}

TEST_F(RawBodyTest, ADownloadIsChunkedOrOfTheAnnouncedLength) {
  auto chunked = Get(absl::StrCat("/objects/x?contentType=text/css&size=", kSize));
  EXPECT_EQ(chunked.status, 200);
  EXPECT_EQ(chunked.body, LabBytes(0, kSize));
  EXPECT_EQ(chunked.headers["content-type"], "text/css");
  EXPECT_EQ(chunked.headers["etag"], "\"e\"");
  EXPECT_EQ(chunked.headers.count("content-length"), 0u);
  auto sized = Get(absl::StrCat("/objects/x?size=", kSize, "&announced=", kSize));
  EXPECT_EQ(sized.body, LabBytes(0, kSize));
  EXPECT_EQ(sized.headers["content-length"], absl::StrCat(kSize));
  EXPECT_EQ(sized.headers["content-type"], "application/octet-stream");
  EXPECT_EQ(Get("/objects/x").body, "");
  EXPECT_EQ(Get("/objects/x").status, 200);
}

TEST_F(RawBodyTest, AServiceAnswers206Or304) {
  auto part = Get("/objects/x?size=10&announced=10&httpStatus=206");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body.size(), 10u);
  for (const char* size : {"0", "100000"}) {
    auto unchanged = Get(absl::StrCat("/objects/x?httpStatus=304&size=", size));
    EXPECT_EQ(unchanged.status, 304);
    EXPECT_EQ(unchanged.body, "");
    EXPECT_EQ(unchanged.headers["etag"], "\"e\"");
  }
}

TEST_F(RawBodyTest, AnErrorBeforeTheFirstByteIsAnOrdinaryAnswer) {
  auto reply = Get("/objects/x?code=5");
  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(reply.json().at("message"), "as asked");
  EXPECT_EQ(Get("/objects/x?code=11&httpStatus=416").status, 416);
  EXPECT_EQ(Get("/objects/x?announced=5").status, 500) << "less than announced";
  EXPECT_EQ(Get("/objects/x?size=5&announced=5&code=15").status, 500) << "known before the head";
}

TEST_F(RawBodyTest, ATruncatedDownloadIsNeverTakenForAWholeOne) {
  for (const char* how : {"&code=13", "&code=13&announced=200000", "&announced=200001"}) {
    auto reply = Get(absl::StrCat("/objects/x?size=200000", how));
    EXPECT_NE(reply.error, "") << how;
    std::string raw =
        Raw(absl::StrCat("GET /objects/x?size=200000", how, " HTTP/1.1\r\n", kHost, "\r\n"));
    EXPECT_FALSE(absl::EndsWith(raw, "0\r\n\r\n")) << how;
  }
  auto more = Get("/objects/x?size=200000&announced=100000");
  EXPECT_NE(more.error, "");
}

TEST_F(RawBodyTest, HeadSendsNoBodyAndCancels) {
  std::string reply = Raw(absl::StrCat("HEAD /objects/x?endless=true&announced=77 HTTP/1.1\r\n",
                                       kHost, "Connection: close\r\n\r\n"));
  EXPECT_THAT(reply, HasSubstr("HTTP/1.1 200"));
  EXPECT_THAT(reply, HasSubstr("Content-Length: 77"));
  EXPECT_TRUE(absl::EndsWith(reply, "\r\n\r\n"));
  EXPECT_TRUE(Eventually([&] { return counts_.waiting == 0; }, absl::Seconds(1)));
}

TEST_F(RawBodyTest, ASlowReaderHoldsTheServiceBack) {
  RawConnection client(gateway_.address());
  client.Write(absl::StrCat("GET /objects/x?endless=true HTTP/1.1\r\n", kHost, "\r\n"));
  EXPECT_TRUE(Stalls(counts_.bytes_out));
  EXPECT_LT(counts_.bytes_out, 64 << 20);
  EXPECT_EQ(Get("/echo/beside").status, 200) << "and nobody else";
}

TEST_F(RawBodyTest, AClientThatLeavesADownloadCancelsItWithinASecond) {
  RawConnection client(gateway_.address());
  client.Write(absl::StrCat("GET /objects/x?endless=true HTTP/1.1\r\n", kHost, "\r\n"));
  client.ReadUntil("\r\n\r\n");
  client.Close();
  EXPECT_TRUE(Eventually([&] { return counts_.waiting == 0; }, absl::Seconds(1)));
}

}  // namespace
}  // namespace triad::gateway
