#include "runtime/http_client/user_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "runtime/http_client/http_client.h"

namespace triad::http_client {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(UserInfoTest, IsTakenOutOfUrlsAndOfMessagesThatNameThem) {
  struct {
    const char* given;
    const char* kept;
  } const rows[] = {
      {"http://collector:4318/v1/traces", "http://collector:4318/v1/traces"},
      {"http://user:s3cret@collector:4318/v1", "http://collector:4318/v1"},
      {"http://us/er:s@3:c/ret@collector", "http://collector"},
      {"user:s3cret@proxy:3128", "proxy:3128"},
      {"bad proxy 'socks9://u:s3cret@p' for http://h", "bad proxy 'socks9://p' for http://h"},
      {"cannot parse u:s3cret@p, nor \"http://v:s3cret@q\"", "cannot parse p, nor \"http://q\""},
      {"", ""},
  };
  for (const auto& row : rows) EXPECT_EQ(WithoutUserInfo(row.given), row.kept) << row.given;
}

TEST(UserInfoTest, IsInNoErrorOfATransfer) {
  auto client = HttpClient::Create({});
  for (const char* proxy : {"http://user:s3cret@:port", "socks9://user:s3cret@proxy:1"}) {
    setenv("http_proxy", proxy, 1);
    HttpRequest request;
    request.url = "http://name:s3cret@host.example/path";
    absl::Status status = Fetch(*client, request, 100).status();
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("s3cret")));
    EXPECT_THAT(std::string(status.message()), HasSubstr("http://host.example: "));
  }
  unsetenv("http_proxy");
}

}  // namespace
}  // namespace triad::http_client
