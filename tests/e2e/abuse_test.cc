// Requests no honest client sends: a clear 4xx each, and the gateway lives on.
#include <gtest/gtest.h>

#include "tests/support/http.h"
#include "tests/support/target.h"

namespace triad::testing {
namespace {

struct Abuse {
  const char* name;
  std::string request;
  const char* status;  // start of the answer
  // Answered otherwise by a gateway that does not listen on loopback.
  bool on_loopback = false;
};

std::string HostOf(const Target& target) { return "Host: " + target.address() + "\r\n"; }

std::vector<Abuse> Abuses(const std::string& host) {
  std::string get = "GET /api/mirror?word=a HTTP/1.1\r\n" + host;
  std::string post = "POST /api/v1/transform HTTP/1.1\r\n" + host;
  return {
      {"byte 0x80 in a forwarded header", get + "X-Meta-A: \x80\r\n\r\n", "HTTP/1.1 400"},
      {"control character in a header", get + "X-Meta-A: a\x01z\r\n\r\n", "HTTP/1.1 400"},
      {"a -bin header", get + "X-Meta-A-bin: !!!\r\n\r\n", "HTTP/1.1 400"},
      {"headers of 70 KiB", get + "X-Meta-A: " + std::string(70'000, 'a') + "\r\n\r\n",
       "HTTP/1.1 431"},
      {"two lengths", post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "HTTP/1.1 400"},
      {"length and chunks",
       post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "HTTP/1.1 400"},
      {"an unknown transfer coding", post + "Transfer-Encoding: xchunked\r\n\r\n", "HTTP/1.1 "},
      {"a negative length", post + "Content-Length: -1\r\n\r\n", "HTTP/1.1 400"},
      {"bare LF", "GET /api/mirror?word=a HTTP/1.1\nHost: localhost\n\n", "HTTP/1.1 400"},
      {"a folded header", get + "X-Meta-A: a\r\n b\r\n\r\n", "HTTP/1.1 400"},
      {"space before the colon", get + "X-Meta-A : a\r\n\r\n", "HTTP/1.1 400"},
      {"no Host", "GET /api/mirror?word=a HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
      {"two Hosts", get + host + "\r\n", "HTTP/1.1 400"},
      {"a foreign Host", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "HTTP/1.1 403", true},
      {"a foreign Origin",
       post + "Origin: https://evil.example\r\nContent-Type: application/json\r\n"
              "Content-Length: 2\r\n\r\n{}",
       "HTTP/1.1 403"},
      {"a bad escape", "GET /api/v1/namespaces/app/entries/%zz HTTP/1.1\r\n" + host + "\r\n",
       "HTTP/1.1 400"},
      {"NUL in a path", "GET /api/v1/namespaces/app/entries/a%00 HTTP/1.1\r\n" + host + "\r\n",
       "HTTP/1.1 400"},
      {"a path outside", "GET /../../etc/passwd HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 404"},
      {"a bad chunk, cut short",
       post + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz",
       "HTTP/1.1 400"},
      {"a bad chunk",
       post + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
       "HTTP/1.1 400"},
      {"the HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 "},
  };
}

// None of it disturbs the others.
class AbuseTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { target_ = new Target; }
  static void TearDownTestSuite() { delete target_; }

  const Target& target = *target_;

 private:
  static Target* target_;
};
Target* AbuseTest::target_ = nullptr;

TEST_F(AbuseTest, IsAnsweredClearlyAndSurvived) {
  for (const Abuse& abuse : Abuses(HostOf(target))) {
    if (abuse.on_loopback && !target.is_own()) continue;
    RawConnection client(target.address());
    client.Write(abuse.request);
    std::string answer = client.ReadUntil("\r\n\r\n");
    // A frontend that refuses first may choose another status.
    std::string status = target.is_own() ? abuse.status : "HTTP/1.1 ";
    EXPECT_EQ(answer.rfind(status, 0), 0) << abuse.name << ": " << answer;
    EXPECT_EQ(answer.rfind("HTTP/1.1 5", 0), answer.rfind("HTTP/1.1 501", 0))
        << abuse.name << ": " << answer;
    ASSERT_EQ(Get(target.Url("/api/mirror?word=a")).status, 200) << abuse.name;
  }
}

TEST_F(AbuseTest, AHeaderOfNineKibibytesArrives) {
  std::string bucket = Unique("headers");
  ASSERT_EQ(Post(target.Url("/api/v1/buckets?bucket_id=" + bucket)).status, 200);
  std::string url = target.Url("/api/v1/buckets/" + bucket + "/objects/o");
  HttpResponse put = Put(url, "x", {"X-Meta-Long: " + std::string(9 * 1024, 'm')});
  EXPECT_TRUE(put.status == 200 || (put.status >= 400 && put.status < 500)) << put.body;
  EXPECT_EQ(Get(target.Url("/api/health")).status, 200);
}

TEST_F(AbuseTest, PipelinedRequestsAreAnsweredInOrder) {
  RawConnection client(target.address());
  std::string requests;
  for (const char* word : {"one", "two", "three"}) {
    requests +=
        std::string("GET /api/mirror?word=") + word + " HTTP/1.1\r\n" + HostOf(target) + "\r\n";
  }
  client.Write(requests);
  std::string answers = client.ReadUntil("EERHT");
  EXPECT_LT(answers.find("ENO"), answers.find("OWT"));
  EXPECT_LT(answers.find("OWT"), answers.find("EERHT"));
}

}  // namespace
}  // namespace triad::testing
