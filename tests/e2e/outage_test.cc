// A service that is down, a database that cannot be used, and a drain.
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <memory>
#include <thread>

#include "tests/support/http.h"
#include "tests/support/suite.h"
#include "tests/support/writers.h"

namespace triad::testing {
namespace {

using Clock = std::chrono::steady_clock;

constexpr Milliseconds kBackWithin{2000};

// One suite for all: each brings back what it took away.
class OutageTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { suite_ = new Suite; }
  static void TearDownTestSuite() { delete suite_; }

  bool Recovers() {
    return Eventually([&] { return Get(suite.Url("/api/health")).status == 200; });
  }

  Suite& suite = *suite_;

 private:
  static Suite* suite_;
};
Suite* OutageTest::suite_ = nullptr;

TEST_F(OutageTest, AStoppedServiceIs503AtOnceAndUsedAgainWithinTwoSeconds) {
  std::string url = suite.Url("/api/mirror?word=a");
  ASSERT_EQ(OnceServed([&] { return Get(url); }).status, 200);
  EXPECT_EQ(suite.transform().Stop(), 0);
  ASSERT_TRUE(Eventually([&] { return Get(url).status == 503; }));

  // At once: far less than --request_timeout, which a waiting call would take.
  HttpRequest request;
  request.url = url;
  request.timeout = Milliseconds{5000};
  HttpResponse down = Send(request);
  EXPECT_EQ(down.status, 503) << down.error;
  EXPECT_EQ(down.headers.count("retry-after"), 1);
  EXPECT_EQ(down.json().at("code"), 14);
  EXPECT_EQ(down.json().at("message").get<std::string>().rfind(
                "triad.transform.v1.TransformService is unavailable: no connection: ", 0),
            0)
      << down.body;
  EXPECT_EQ(Get(suite.Url("/config")).status, 200) << "the other services go on";

  suite.transform().Start();
  auto returned = Clock::now();
  ASSERT_TRUE(Eventually([&] { return Get(url).status == 200; }));
  EXPECT_LE(Clock::now() - returned, kBackWithin);
  EXPECT_TRUE(Recovers());
}

TEST_F(OutageTest, HealthNamesTheServiceThatIsDown) {
  EXPECT_EQ(suite.storage().Stop(), 0);
  ASSERT_TRUE(Eventually([&] { return Get(suite.Url("/api/health")).status == 503; }));
  HttpResponse reply = Get(suite.Url("/api/health"));
  EXPECT_NE(reply.body.find("triad.storage.v1.StorageService"), std::string::npos) << reply.body;
  EXPECT_EQ(reply.body.find("triad.config.v1.ConfigService"), std::string::npos) << reply.body;
  suite.storage().Start();
  EXPECT_TRUE(Recovers());
}

class UnusableDatabaseTest : public OutageTest,
                             public ::testing::WithParamInterface<const char*> {};

TEST_P(UnusableDatabaseTest, IsReportedAndRecoveredFrom) {
  std::string name = GetParam();
  Server& server = suite.server(name);
  std::string database = server.data_directory() + "/" + name + ".db";
  std::string ready = "http://" + server.admin() + "/readyz";
  ASSERT_EQ(Get(ready).status, 200);

  std::filesystem::rename(database, database + ".away");
  ASSERT_TRUE(Eventually([&] { return Get(ready).status == 503; }));
  EXPECT_EQ(Get("http://" + server.admin() + "/livez").status, 200) << "a restart would not help";
  ASSERT_TRUE(Eventually([&] { return Get(suite.Url("/api/health")).status == 503; }));
  EXPECT_NE(Get(suite.Url("/api/health")).body.find("triad." + name + ".v1."), std::string::npos);

  std::filesystem::rename(database + ".away", database);
  EXPECT_TRUE(Eventually([&] { return Get(ready).status == 200; }));
  EXPECT_TRUE(Recovers());
}

INSTANTIATE_TEST_SUITE_P(Services, UnusableDatabaseTest,
                         ::testing::Values("config", "transform", "storage"));

// A client as a load balancer has them: one connection, the next request after
// the answer; it leaves when an answer says `Connection: close`.
class KeepAliveClient {
 public:
  // kRefused: not accepted, hence safe to send elsewhere. kLost: anything else.
  enum class Outcome { kAnswered, kRefused, kLost };

  explicit KeepAliveClient(std::string address) : address_(std::move(address)) {}

  Outcome Ask() {
    bool fresh = connection_ == nullptr;
    try {
      if (fresh) connection_ = std::make_unique<RawConnection>(address_);
    } catch (const std::runtime_error&) {
      return Outcome::kRefused;
    }
    connection_->Clear();
    connection_->Write("GET /api/mirror?word=ab HTTP/1.1\r\nHost: localhost\r\n\r\n");
    std::string answer = connection_->ReadUntil(R"({"transformed":"BA"})");
    if (answer.empty() && fresh) return Outcome::kRefused;
    if (answer.find("HTTP/1.1 200") != 0 || answer.find("BA") == std::string::npos) {
      return Outcome::kLost;
    }
    if (answer.find("Connection: close") != std::string::npos) connection_.reset();
    return Outcome::kAnswered;
  }

 private:
  std::string address_;
  std::unique_ptr<RawConnection> connection_;
};

TEST(DrainTest, TheGatewayLosesNoAcceptedRequest) {
  SuiteOptions options;
  options.arguments["gateway"] = {"--drain_delay=1s"};
  Suite suite(options);
  std::atomic<int> answered{0}, lost{0}, answered_after{0};
  std::atomic<bool> terminated{false};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      KeepAliveClient client(suite.gateway().address());
      for (;;) {
        KeepAliveClient::Outcome outcome = client.Ask();
        if (outcome == KeepAliveClient::Outcome::kRefused) return;
        ++(outcome == KeepAliveClient::Outcome::kLost ? lost : answered);
        if (terminated) ++answered_after;
      }
    });
  }
  EXPECT_TRUE(Eventually([&] { return answered > 100; }));
  suite.gateway().process().Signal(SIGTERM);
  terminated = true;
  EXPECT_EQ(suite.gateway().process().Wait(), 0);
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(lost, 0);
  EXPECT_GT(answered_after, 0) << "work goes on during --drain_delay";
}

TEST(DrainTest, ServicesFinishWhatTheyStarted) {
  Suite suite;
  Writers writers(4, EntryWriter(suite));
  writers.Start();
  EXPECT_TRUE(Eventually([&] { return writers.acknowledged() > 20; }));
  EXPECT_EQ(suite.config().Stop(), 0);
  writers.Stop();
  suite.config().Start();
  ASSERT_TRUE(Eventually([&] { return Get(suite.Url("/api/health")).status == 200; }));
  EXPECT_TRUE(EntryProblems(suite, writers.records()).empty());
}

TEST(DrainTest, AWatchEndsWithTheRevisionToResumeFrom) {
  Suite suite;
  const HttpResponse written =
      Put(suite.Url("/api/v1/namespaces/end/entries/k"), R"({"value":{"boolValue":true}})");
  ASSERT_EQ(written.status, 200) << written.body;
  RawConnection watch(suite.gateway().address());
  watch.Write(
      "GET /api/v1/namespaces/end/entries:watch HTTP/1.1\r\nHost: localhost\r\n"
      "Accept: text/event-stream\r\n\r\n");
  watch.ReadUntil("\r\n\r\n");
  EXPECT_EQ(suite.config().Stop(), 0);
  const std::string resume =
      "watch again with after_revision " + written.json().at("revision").get<std::string>();
  std::string events = watch.ReadUntil(resume);
  EXPECT_NE(events.find("event: status"), std::string::npos) << events;
  EXPECT_NE(events.find(resume), std::string::npos) << events;
}

}  // namespace
}  // namespace triad::testing
