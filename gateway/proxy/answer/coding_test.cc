// Compressed answers and requests, through a real gateway to a real service.
#include "runtime/http/coding/coding.h"

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/proxy/testing/lab_test.h"
#include "runtime/http/coding/compress.h"
#include "runtime/http/coding/decompress.h"

namespace triad::gateway {
namespace {

using http::Coding;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using triad::testing::HttpResponse;

constexpr char kAll[] = "Accept-Encoding: gzip, deflate, br, zstd";
constexpr char kGzip[] = "Accept-Encoding: gzip";
constexpr std::size_t kMaxBody = 200'000;

class CodingTest : public LabTest {
 protected:
  static GatewayOptions Options() {
    GatewayOptions options;
    options.max_body_bytes = kMaxBody;
    return options;
  }
  CodingTest() : LabTest(Options()) {}

  static std::string Text(std::size_t size) { return std::string(size, 'x'); }
  // What the body of `reply` is without its coding.
  static std::string Plain(HttpResponse reply) {
    std::string name = reply.headers["content-encoding"];
    Coding coding = *http::CodingNamed(name.empty() ? "identity" : name);
    auto plain = http::Decompress(coding, reply.body, 10'000'000);
    return plain.ok() ? *plain : absl::StrCat("not ", name);
  }
  HttpResponse PostCoded(const std::string& coding, const std::string& body) const {
    return Send("POST", "/echo", body,
                {"Content-Type: application/json", "Content-Encoding: " + coding});
  }
};

TEST_F(CodingTest, JsonComesInWhatTheClientLikesBest) {
  std::string path = absl::StrCat("/echo/", Text(5000));
  const std::pair<const char*, const char*> kCases[] = {
      {kAll, "zstd"},
      {kGzip, "gzip"},
      {"Accept-Encoding: br;q=1, gzip;q=0.5", "br"},
      {"Accept-Encoding: identity", ""},
      {"Accept-Encoding: gzip;q=0", ""}};
  for (const auto& [accepted, coding] : kCases) {
    HttpResponse reply = Get(path, {accepted});
    EXPECT_EQ(reply.headers["content-encoding"], coding) << accepted;
    EXPECT_EQ(reply.headers["vary"], "Accept-Encoding");
    EXPECT_EQ(json::parse(Plain(reply)).at("text"), Text(5000));
    EXPECT_EQ(reply.body.size() < 1000, *coding != '\0');
  }
}

TEST_F(CodingTest, LargeAnswersAreCodedBesideTheLoop) {
  std::string text = Text(190'000);
  HttpResponse reply =
      Send("POST", "/echo", json{{"text", text}}.dump(), {"Content-Type: application/json", kAll});
  EXPECT_EQ(reply.headers["content-encoding"], "zstd");
  EXPECT_EQ(json::parse(Plain(reply)).at("text"), text);
}

TEST_F(CodingTest, WhatIsSmallOrSecretOrDigestedStaysAsItIs) {
  std::string large = absl::StrCat("X-Meta-Large: ", Text(2000));
  HttpResponse small = Get("/echo/x", {kAll});
  EXPECT_EQ(small.headers.count("content-encoding") + small.headers.count("vary"), 0u);
  EXPECT_EQ(Get(absl::StrCat("/secret?text=", Text(5000)), {kAll}).headers.count("vary"), 0u);
  for (const char* answer :
       {"http-header-content-md5:%20x", "http-header-digest:%20x", "http-header-repr-digest:%20x",
        "http-header-cache-control:%20public,%20no-transform", "http-header-content-encoding:%20br",
        "http-status:%20206", "http-header-content-type:%20image/png"}) {
    HttpResponse reply = Get(absl::StrCat("/headers?answer=", answer), {kGzip, large});
    EXPECT_THAT(reply.headers["content-encoding"], Not(HasSubstr("gzip"))) << answer;
  }
  EXPECT_EQ(Get("/headers", {kGzip, large}).headers["content-encoding"], "gzip");
}

TEST_F(CodingTest, TagsNameTheCodingAndTheServiceDoesNotSeeIt) {
  std::string large = absl::StrCat("X-Meta-Large: ", Text(2000));
  std::string path = "/headers?answer=http-header-etag:%20%22x%22";
  EXPECT_EQ(Get(path, {large}).headers["etag"], "\"x\"");
  HttpResponse reply = Get(path, {large, kGzip, "If-Match: \"x;gzip\", W/\"y\"",
                                  "If-None-Match: \"z;zstd\"", "If-Range: \"x;gzip\""});
  EXPECT_EQ(reply.headers["etag"], "\"x;gzip\"");
  json metadata = json::parse(Plain(reply)).at("metadata");
  EXPECT_EQ(metadata.at("if-match"), "\"x\", W/\"y\"");
  EXPECT_EQ(metadata.at("if-none-match"), "\"z\"");
  EXPECT_EQ(metadata.at("if-range"), "\"x;gzip\"");
  HttpResponse unchanged =
      Get(path + "&answer=http-status:%20304", {kGzip, "If-None-Match: \"x;gzip\""});
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_EQ(unchanged.headers["etag"], "\"x;gzip\"");
}

TEST_F(CodingTest, RawBytesOfTextAreCodedAsTheyCome) {
  for (const char* announced : {"", "&announced=300000"}) {
    std::string path = absl::StrCat("/objects/a?size=300000&content_type=text/csv", announced);
    HttpResponse reply = Get(path, {kAll});
    EXPECT_EQ(reply.headers["content-encoding"], "gzip");
    EXPECT_EQ(reply.headers["etag"], "\"e;gzip\"");
    EXPECT_EQ(reply.headers.count("content-length"), 0u);
    EXPECT_EQ(Plain(reply), LabBytes(0, 300'000));
    EXPECT_LT(reply.body.size(), 10'000u);
    EXPECT_EQ(Get(path).body, LabBytes(0, 300'000));
  }
  EXPECT_EQ(Get("/objects/a?size=3000&content_type=image/png", {kAll}).body, LabBytes(0, 3000));
  EXPECT_EQ(Get("/objects/a?size=100&announced=100&content_type=text/csv", {kAll}).body,
            LabBytes(0, 100));
  HttpResponse broken = Get("/objects/a?size=300000&content_type=text/csv&code=13", {kAll});
  EXPECT_FALSE(broken.error.empty());
}

TEST_F(CodingTest, StreamsAreCodedWhereTheirRouteSaysSo) {
  constexpr char kId[] = "X-Request-Id: id-1";
  for (const char* accept : {"Accept: text/event-stream", "Accept: */*"}) {
    HttpResponse reply = Get("/watch-packed?count=5&size=1000&code=5", {kGzip, accept, kId});
    EXPECT_EQ(reply.headers["content-encoding"], "gzip");
    std::string plain = Plain(reply);
    EXPECT_THAT(plain, HasSubstr("\"number\":\"5\""));
    EXPECT_THAT(plain, HasSubstr("as asked"));
    EXPECT_EQ(plain, Get("/watch-packed?count=5&size=1000&code=5", {accept, kId}).body);
    EXPECT_EQ(Get("/watch?count=1&size=5000", {kGzip, accept}).headers.count("content-encoding"),
              0u);
  }
}

TEST_F(CodingTest, EachMessageOfACodedStreamLeavesAtOnce) {
  triad::testing::RawConnection client(gateway_.address());
  client.Write(absl::StrCat("GET /watch-packed?count=1&code=-1 HTTP/1.1\r\nHost: localhost\r\n",
                            kGzip, "\r\n\r\n"));
  std::string head = client.ReadUntil("\r\n\r\n");
  EXPECT_THAT(head, HasSubstr("Content-Encoding: gzip"));
  // A chunk ends with an empty block of deflate, by which all before it can be read.
  EXPECT_THAT(client.ReadUntil(std::string("\0\0\xff\xff\r\n", 6)),
              HasSubstr(std::string("\0\0\xff\xff\r\n", 6)));
}

TEST_F(CodingTest, RequestsInJsonMayBeCoded) {
  std::string body = R"({"text":"coded"})";
  for (Coding coding : {Coding::kGzip, Coding::kBrotli, Coding::kZstd}) {
    std::string name(http::NameOf(coding));
    EXPECT_EQ(PostCoded(name, *http::Compress(coding, body)).json().at("text"), "coded") << name;
  }
  std::string packed = *http::Compress(Coding::kGzip, body);
  EXPECT_EQ(PostCoded("X-GZIP", packed).status, 200);
  EXPECT_EQ(PostCoded("identity", body).status, 200);
  EXPECT_EQ(PostCoded("gzip", packed.substr(0, packed.size() - 3)).status, 400);
  HttpResponse plain = PostCoded("gzip", body);
  EXPECT_EQ(plain.status, 400);
  EXPECT_THAT(plain.body, Not(HasSubstr("coded")));
  EXPECT_EQ(PostCoded("gzip, gzip", packed).status, 415);
  EXPECT_EQ(PostCoded("zz", body).headers["accept-encoding"], "gzip, br, zstd");
  EXPECT_EQ(Send("POST", "/collect", packed,
                 {"Content-Type: application/x-ndjson", "Content-Encoding: gzip"})
                .status,
            415);
}

TEST_F(CodingTest, ABombIsTooLarge) {
  for (Coding coding : {Coding::kGzip, Coding::kBrotli, Coding::kZstd}) {
    std::string bomb =
        *http::Compress(coding, absl::StrCat("{\"text\":\"", std::string(30'000'000, ' '), "\"}"));
    ASSERT_LT(bomb.size(), kMaxBody);
    HttpResponse reply = PostCoded(std::string(http::NameOf(coding)), bomb);
    EXPECT_EQ(reply.status, 413) << reply.body;
  }
}

TEST_F(CodingTest, RawRequestsGoThroughAsTheyAre) {
  HttpResponse reply =
      Send("PUT", "/objects/x", LabBytes(0, 5000), {"Content-Encoding: gzip", "Content-Type: a/b"});
  EXPECT_EQ(reply.json().at("same"), true);
}

}  // namespace
}  // namespace triad::gateway
