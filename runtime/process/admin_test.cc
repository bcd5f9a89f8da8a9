#include "runtime/process/admin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "absl/strings/str_cat.h"
#include "runtime/http/testing/raw_client.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::http {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class AdminTest : public testing::Test {
 protected:
  AdminTest() {
    AdminOptions options;
    options.listen = "127.0.0.1:0";
    options.ready = [this] {
      return ready_ ? absl::OkStatus() : absl::UnavailableError("the database does not answer");
    };
    auto server = AdminServer::Start(std::move(options), metrics_);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  RawResponse Ask(absl::string_view method, absl::string_view target) {
    const auto response =
        Fetch(server_->port(), absl::StrCat(method, " ", target, " HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_TRUE(response && response->complete);
    return response.value_or(RawResponse{});
  }

  std::atomic<bool> ready_ = true;
  Metrics metrics_{"triad-test"};
  std::unique_ptr<AdminServer> server_;
};

TEST_F(AdminTest, Metrics) {
  metrics_.Counter("triad_things_total", "Things.").Increment();
  RawResponse response = Ask("GET", "/metrics");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(response.body, HasSubstr("\ntriad_things_total 1\n"));
}

TEST_F(AdminTest, MetricsAsOpenMetricsForThoseWhoTakeThem) {
  const auto response =
      Fetch(server_->port(),
            "GET /metrics HTTP/1.1\r\nHost: h\r\nAccept: application/openmetrics-text;"
            "version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2\r\n\r\n");
  ASSERT_TRUE(response && response->complete);
  EXPECT_EQ(response->header("content-type"),
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_THAT(response->body, testing::EndsWith("# EOF\n"));
}

TEST_F(AdminTest, LiveWhateverReadinessSays) {
  ready_ = false;
  EXPECT_EQ(Ask("GET", "/livez").status, 200);
}

TEST_F(AdminTest, ReadinessSaysWhatIsWrong) {
  EXPECT_EQ(Ask("GET", "/readyz").status, 200);
  ready_ = false;
  RawResponse response = Ask("GET", "/readyz");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, "the database does not answer\n");
}

TEST_F(AdminTest, ReadinessIsAMetricToo) {
  EXPECT_THAT(Ask("GET", "/metrics").body, HasSubstr("\ntriad_ready 1\n"));
  ready_ = false;
  EXPECT_THAT(Ask("GET", "/metrics").body, HasSubstr("\ntriad_ready 0\n"));
}

TEST_F(AdminTest, Version) {
  RawResponse response = Ask("GET", "/version");
  EXPECT_EQ(response.header("content-type"), "application/json");
  EXPECT_THAT(response.body,
              MatchesRegex("\\{\"version\":\".+\",\"commit\":\".+\",\"compiler\":\".+\"\\}\n"));
}

TEST_F(AdminTest, OnlyGetAndHeadOfKnownPaths) {
  EXPECT_THAT(Ask("GET", "/").body, HasSubstr("/metrics"));
  EXPECT_EQ(Ask("GET", "/").status, 404);
  EXPECT_EQ(Ask("GET", "/livez/").status, 404);
  EXPECT_EQ(Ask("HEAD", "/livez").status, 200);
  RawResponse post = Ask("POST", "/livez");
  EXPECT_EQ(post.status, 405);
  EXPECT_EQ(post.header("allow"), "GET, HEAD");
}

TEST(AdminStartTest, AddressInUse) {
  Metrics metrics("triad-test");
  auto first = AdminServer::Start({"127.0.0.1:0", nullptr}, metrics);
  ASSERT_TRUE(first.ok());
  std::string taken = absl::StrCat("127.0.0.1:", (*first)->port());
  EXPECT_EQ(AdminServer::Start({taken, nullptr}, metrics).status(),
            absl::FailedPreconditionError(taken + " is in use"));
}

}  // namespace
}  // namespace triad::http
