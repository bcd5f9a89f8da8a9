#include "gateway/proxy/request/headers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/proxy/answer/event_framing.h"
#include "gateway/proxy/request/host_policy.h"

namespace triad::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

http::Headers Make(std::initializer_list<std::pair<const char*, std::string>> fields) {
  http::Headers headers;
  for (const auto& [name, value] : fields) headers.Add(name, value);
  return headers;
}

TEST(ForwardedHeadersTest, TakesTheListedOnesInLowerCase) {
  auto forwarded = ForwardedHeaders::Create({"X-One", "x-many-*"});
  ASSERT_TRUE(forwarded.ok());
  auto metadata = forwarded->Collect(Make({{"Authorization", "a"},
                                           {"Accept", "*/*"},
                                           {"X-ONE", "1"},
                                           {"X-Many-2", "2"},
                                           {"X-Many", "no"},
                                           {"Content-Type", "text/plain"},
                                           {"Content-Length", "3"},
                                           {"Sec-Fetch-Dest", "script"},
                                           {"Sec-Fetch-Mode", "no-cors"},
                                           {"X-Meta-R-Bin", "AAE="}}),
                                     1000);
  ASSERT_TRUE(metadata.ok());
  EXPECT_THAT(*metadata,
              ElementsAre(Pair("authorization", "a"), Pair("x-one", "1"), Pair("x-many-2", "2"),
                          Pair("http-header-content-type", "text/plain"),
                          Pair("http-header-content-length", "3"), Pair("sec-fetch-dest", "script"),
                          Pair("x-meta-r-bin", std::string("\0\1", 2))));
}

// What a service has to know of content to keep it as it was meant, and whole.
TEST(ForwardedHeadersTest, TakesWhatIsSaidOfContent) {
  auto forwarded = ForwardedHeaders::Create({});
  ASSERT_TRUE(forwarded.ok());
  for (const char* name : {"cache-control", "content-disposition", "content-encoding",
                           "content-language", "expires", "content-md5", "digest", "content-digest",
                           "repr-digest", "x-amz-checksum-crc32", "x-amz-checksum-crc64nvme"}) {
    EXPECT_THAT(*forwarded->Collect(Make({{name, "x"}}), 1000), ElementsAre(Pair(name, "x")));
  }
  EXPECT_THAT(*forwarded->Collect(Make({{"X-Amz-Date", "x"}, {"Content-Location", "/"}}), 1000),
              ElementsAre());
}

TEST(ForwardedHeadersTest, RefusesWhatIsIllegalOrTooMuch) {
  auto forwarded = ForwardedHeaders::Create({});
  ASSERT_TRUE(forwarded.ok());
  EXPECT_EQ(forwarded->Collect(Make({{"X-Meta-A", "\xff"}}), 1000).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(forwarded->Collect(Make({{"X-Meta-A-bin", "?"}}), 1000).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(forwarded->Collect(Make({{"X-Meta-A", std::string(1000, 'x')}}), 1000).status().code(),
            absl::StatusCode::kOutOfRange);
  for (const char* name : {"Connection", "te", "grpc-timeout", "a b", ""}) {
    EXPECT_FALSE(ForwardedHeaders::Create({name}).ok()) << name;
  }
  EXPECT_TRUE(ForwardedHeaders::Create({"traceparent"}).ok()) << "is forwarded anyway";
}

TEST(ForwardedHeadersTest, ClaimsOfWhoTheClientIsGoNowhere) {
  for (const char* name : {"X-Triad-Client-Address", "X-Forwarded-For", "forwarded", "X-Real-IP"}) {
    absl::Status status = ForwardedHeaders::Create({name}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_THAT(status.message(), ::testing::HasSubstr("x-triad-client-address"));
  }
  auto forwarded = ForwardedHeaders::Create({"x-*"});
  ASSERT_TRUE(forwarded.ok());
  auto metadata = forwarded->Collect(Make({{"X-Triad-Client-Address", "203.0.113.1"},
                                           {"X-Forwarded-For", "203.0.113.1"},
                                           {"X-Real-IP", "203.0.113.1"},
                                           {"X-Request-Id", "made by the gateway"},
                                           {"X-Forwarded-Proto", "https"}}),
                                     1000);
  ASSERT_TRUE(metadata.ok());
  EXPECT_THAT(*metadata, ElementsAre(Pair("x-forwarded-proto", "https")));
}

TEST(ForwardedHeadersTest, LeavesWhatConnectionNames) {
  auto forwarded = ForwardedHeaders::Create({});
  ASSERT_TRUE(forwarded.ok());
  auto metadata = forwarded->Collect(Make({{"Connection", "close, X-Meta-Hop"},
                                           {"X-Meta-Hop", "1"},
                                           {"x-meta-end", "2"},
                                           {"Connection", "If-Match"},
                                           {"if-match", "\"x\""}}),
                                     1000);
  ASSERT_TRUE(metadata.ok());
  EXPECT_THAT(*metadata, ElementsAre(Pair("x-meta-end", "2")));
}

TEST(ForwardedHeadersTest, NamesAHeaderAsItsCallerDoes) {
  auto forwarded = ForwardedHeaders::Create({});
  ASSERT_TRUE(forwarded.ok());
  absl::Status status = forwarded->Collect(Make({{"Content-Type", "text/\xfcml"}}), 1000).status();
  EXPECT_EQ(status.message(), "header 'content-type': the value must be printable ASCII");
}

TEST(HttpFactsTest, AreReadFromMetadataAndRefusedWhereTheyWouldHarm) {
  HttpFacts facts = FactsFrom({{"http-status", "206"},
                               {"http-header-content-range", "bytes 0-1/2"},
                               {"http-header-content-length", "2"},
                               {"http-header-set-cookie", "a=b"},
                               {"http-header-te", "x"},
                               {"http-header-x-bin", "\r\n"},
                               {"http-header-x-break", "a\r\nb"},
                               {"http-header-", "x"},
                               {"x-other", "y"}});
  EXPECT_EQ(facts.status, 206);
  EXPECT_EQ(facts.content_length, 2u);
  EXPECT_THAT(facts.headers, ElementsAre(Pair("content-range", "bytes 0-1/2")));
  for (const char* status : {"100", "199", "600", "x", "-1", ""}) {
    EXPECT_EQ(FactsFrom({{"http-status", status}}).status, std::nullopt) << status;
  }
}

TEST(IsJsonLinesTest, KnowsItsNames) {
  EXPECT_TRUE(IsJsonLines("Application/X-NDJSON; charset=utf-8"));
  EXPECT_TRUE(IsJsonLines("application/jsonl"));
  EXPECT_FALSE(IsJsonLines("application/json"));
}

TEST(IsJsonTest, KnowsTheFamily) {
  EXPECT_TRUE(IsJson("application/json; charset=utf-8"));
  EXPECT_TRUE(IsJson("application/merge-patch+json"));
  EXPECT_FALSE(IsJson("application/x-www-form-urlencoded"));
}

TEST(EventFramingTest, PutsEachMessageOnItsLines) {
  EXPECT_EQ(FrameMessage(Framing::kNdjson, "{}", "7"), "{\"result\":{}}\n");
  EXPECT_EQ(FrameMessage(Framing::kEvents, "{}", "7"), "id: 7\ndata: {}\n\n");
  EXPECT_EQ(FrameMessage(Framing::kEvents, "{\n}", ""), "data: { }\n\n");
  EXPECT_EQ(FrameMessage(Framing::kEvents, "{}", "a\nb"), "data: {}\n\n");
  EXPECT_EQ(FrameError(Framing::kEvents, "{\"code\":1}"), "event: status\ndata: {\"code\":1}\n\n");
  EXPECT_EQ(FrameError(Framing::kNdjson, "{\"code\":1}"), "{\"error\":{\"code\":1}}\n");
}

http::RequestHead Request(const std::string& method, http::Headers headers) {
  http::RequestHead head;
  head.method = method;
  head.target = "/";
  head.headers = std::move(headers);
  return head;
}

bool Passes(const HostPolicy& policy, const std::string& host, const std::string& method = "GET",
            const std::string& origin = "") {
  http::Headers headers = Make({{"Host", host}});
  if (!origin.empty()) headers.Add("Origin", origin);
  return policy.Check(Request(method, std::move(headers))).ok();
}

TEST(HostPolicyTest, OnLoopbackOnlyItsNamesAreServed) {
  HostPolicy policy(true, {"dev.example", "app.example:8443"});
  for (const char* host : {"localhost", "LOCALHOST:4545", "127.0.0.1:1", "[::1]", "[::1]:4545",
                           "dev.example", "dev.example:99", "app.example:8443"}) {
    EXPECT_TRUE(Passes(policy, host)) << host;
  }
  for (const char* host : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example",
                           "app.example", "", "[::1]x"}) {
    EXPECT_FALSE(Passes(policy, host)) << host;
  }
}

TEST(HostPolicyTest, BeyondLoopbackAnyNameUnlessSomeAreNamed) {
  EXPECT_TRUE(Passes(HostPolicy(false, {}), "any.example"));
  EXPECT_FALSE(Passes(HostPolicy(false, {"one.example"}), "any.example"));
  EXPECT_FALSE(Passes(HostPolicy(false, {"one.example"}), "localhost"));
}

TEST(HostPolicyTest, ForeignPagesChangeNothing) {
  HostPolicy policy(true, {"front.example"});
  EXPECT_TRUE(Passes(policy, "localhost:1", "POST", "http://localhost:1"));
  EXPECT_TRUE(Passes(policy, "localhost:1", "POST", "https://front.example"));
  EXPECT_FALSE(Passes(policy, "localhost:1", "POST", "http://localhost:2"));
  EXPECT_FALSE(Passes(policy, "localhost:1", "DELETE", "null"));
  EXPECT_FALSE(Passes(policy, "localhost:1", "PUT", "http://evil.example"));
  EXPECT_TRUE(Passes(policy, "localhost:1", "GET", "http://evil.example"));
}

}  // namespace
}  // namespace triad::gateway
