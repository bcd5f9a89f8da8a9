#include "runtime/http/client_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "runtime/http/testing/raw_client.h"
#include "runtime/http/testing/test_server.h"

namespace triad::http {
namespace {

using testing::HasSubstr;

boost::asio::ip::address Address(const char* text) { return boost::asio::ip::make_address(text); }

TrustedProxies Trusting(const std::vector<std::string>& blocks) {
  auto proxies = TrustedProxies::Parse(blocks);
  EXPECT_TRUE(proxies.ok()) << proxies.status();
  return *std::move(proxies);
}

// Who is behind 10.0.0.1 with these lines of X-Forwarded-For.
std::string Behind(const std::vector<std::string>& lines, const char* peer = "10.0.0.1") {
  Headers headers;
  headers.Add("Host", "h");
  for (const std::string& line : lines) headers.Add("x-Forwarded-FOR", line);
  return Trusting({"10.0.0.0/8", "2001:db8::/32"}).ClientOf(Address(peer), headers).to_string();
}

TEST(TrustedProxiesTest, AreAddressesAndBlocks) {
  TrustedProxies proxies = Trusting({"10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "::1",
                                     "::ffff:198.51.100.0/120", "172.16.5.4/12"});
  for (const char* in : {"10.255.0.1", "192.0.2.7", "2001:db8:1::2", "::1", "198.51.100.9",
                         "::ffff:10.0.0.1", "172.31.0.1"}) {
    EXPECT_TRUE(proxies.Contains(Address(in))) << in;
  }
  for (const char* out :
       {"11.0.0.1", "192.0.2.8", "2001:db9::1", "::2", "198.51.101.1", "127.0.0.1", "172.32.0.1"}) {
    EXPECT_FALSE(proxies.Contains(Address(out))) << out;
  }
  EXPECT_FALSE(TrustedProxies().Contains(Address("127.0.0.1")));
}

TEST(TrustedProxiesTest, RefuseWhatIsNoBlock) {
  for (const char* bad : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "proxy", "2001:db8::/129",
                          "10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0.1:80"}) {
    absl::Status status = TrustedProxies::Parse({"10.0.0.1", bad}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_THAT(status.message(), HasSubstr(absl::StrCat("'", bad, "'")));
  }
}

TEST(TrustedProxiesTest, TheRightmostAddressThatIsNoProxysIsTheClient) {
  EXPECT_EQ(Behind({}), "10.0.0.1");
  EXPECT_EQ(Behind({"203.0.113.9"}), "203.0.113.9");
  EXPECT_EQ(Behind({"203.0.113.9, 10.2.2.2"}), "203.0.113.9");
  EXPECT_EQ(Behind({"203.0.113.9", "10.2.2.2 ,10.3.3.3"}), "203.0.113.9") << "over several lines";
  EXPECT_EQ(Behind({"::ffff:203.0.113.9, ::ffff:10.2.2.2"}), "203.0.113.9");
  EXPECT_EQ(Behind({"2001:db9::5, 2001:db8::9"}), "2001:db9::5");
  EXPECT_EQ(Behind({"10.4.4.4, 10.2.2.2"}), "10.4.4.4") << "all are proxies";
}

TEST(TrustedProxiesTest, WhatAClientInventsIsNotBelieved) {
  EXPECT_EQ(Behind({"198.51.100.1, 203.0.113.9"}), "203.0.113.9");
  EXPECT_EQ(Behind({"10.9.9.9, 203.0.113.9, 10.2.2.2"}), "203.0.113.9");
  EXPECT_EQ(Behind({"203.0.113.9"}, "192.0.2.1"), "192.0.2.1") << "the peer is no proxy";
  EXPECT_EQ(Behind({"198.51.100.1, unknown, 10.2.2.2"}), "10.2.2.2") << "no address";
  EXPECT_EQ(Behind({"198.51.100.1,, 10.2.2.2"}), "10.2.2.2");
  EXPECT_EQ(Behind({"198.51.100.1:80"}), "10.0.0.1");
  EXPECT_EQ(Behind({""}), "10.0.0.1");
}

TEST(ClientAddressTest, IsInTheHead) {
  auto answer = [](std::shared_ptr<Exchange> exchange) {
    const RequestHead& head = exchange->request();
    Reply(*exchange, absl::StrCat(head.remote_address, " ", head.client_address, " ",
                                  head.from_proxy ? "proxied" : "direct"));
  };
  constexpr char kForwarded[] =
      "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 198.51.100.1, 203.0.113.9\r\n\r\n";
  TestServer direct(answer);
  EXPECT_EQ(Fetch(direct.port(), kForwarded)->body, "127.0.0.1 127.0.0.1 direct");
  ServerOptions options;
  options.trusted_proxies = Trusting({"127.0.0.0/8"});
  TestServer proxied(answer, options);
  EXPECT_EQ(Fetch(proxied.port(), kForwarded)->body, "127.0.0.1 203.0.113.9 proxied");
}

}  // namespace
}  // namespace triad::http
