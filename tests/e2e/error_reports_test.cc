// Error reports, from a bug or lost data to a server that speaks Sentry's
// protocol and is a process of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_split.h"
#include "tests/support/http.h"
#include "tests/support/receiver/receiver.h"
#include "tests/support/suite.h"

namespace triad::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kTrace[] = "0af7651916cd43dd8448eb211c80319c";
constexpr char kBlob[] = "/api/v1/buckets/reports/objects/token=hunter2";

std::vector<json> EventsOf(const Receiver& receiver) {
  std::vector<json> events;
  for (const Received& received : receiver.All()) {
    EXPECT_EQ(received.path, "/api/42/envelope/");
    EXPECT_THAT(received.headers.at("x-sentry-auth"), HasSubstr("sentry_key=public"));
    std::vector<std::string> lines = absl::StrSplit(received.body, '\n');
    json item = json::parse(lines.at(1));
    EXPECT_EQ(item.at("type"), "event");
    EXPECT_EQ(item.at("length"), lines.at(2).size());
    events.push_back(json::parse(lines.at(2)));
  }
  return events;
}

class ErrorReportsTest : public ::testing::Test {
 protected:
  std::string Dsn() const { return "http://public@" + receiver_.address() + "/42"; }

  static SuiteOptions With(const std::vector<std::string>& flags) {
    SuiteOptions options;
    options.arguments["gateway"] = options.arguments["storage"] = flags;
    return options;
  }

  // An object whose content somebody has deleted from the disk: DATA_LOSS.
  static void LoseAnObject(Suite& suite) {
    ASSERT_EQ(Post(suite.Url("/api/v1/buckets?bucket_id=reports"), "{}").status / 100, 2);
    // More than the database keeps.
    ASSERT_EQ(
        Put(suite.Url(kBlob), std::string(100'000, 'x'), {"Content-Type: text/plain"}).status / 100,
        2);
    std::filesystem::remove_all(suite.storage().data_directory() + "/blobs");
  }

  static int Read(const Suite& suite) {
    return Get(suite.Url(kBlob),
               {"x-request-id: lost-1", "authorization: Bearer opensesame",
                "traceparent: 00-" + std::string(kTrace) + "-b7ad6b7169203331-01"})
        .status;
  }

  Receiver receiver_;
};

TEST_F(ErrorReportsTest, LostDataIsReportedByWhoFoundItAndByTheGateway) {
  TemporaryDirectory directory;
  std::ofstream(directory.path() + "/dsn") << Dsn() << "\n";
  Suite suite(With({"--sentry_dsn_file=" + directory.path() + "/dsn", "--environment=staging"}));
  LoseAnObject(suite);
  EXPECT_EQ(Read(suite), 500);
  ASSERT_TRUE(Eventually([&] { return EventsOf(receiver_).size() >= 2; }));
  std::set<std::string> services;
  for (const json& event : EventsOf(receiver_)) {
    services.insert(event.at("tags").at("service"));
    EXPECT_EQ(event.at("level"), "error");
    EXPECT_EQ(event.at("environment"), "staging");
    EXPECT_THAT(event.at("release").get<std::string>(), ::testing::StartsWith("triad@"));
    EXPECT_EQ(event.at("tags").at("request_id"), "lost-1");
    EXPECT_EQ(event.at("contexts").at("trace").at("trace_id"), kTrace);
    EXPECT_THAT(event.at("exception").at("values").at(0).at("type").get<std::string>(),
                HasSubstr("DATA_LOSS"));
    EXPECT_THAT(event.dump(), HasSubstr("content is missing"));
    EXPECT_THAT(event.dump(), Not(HasSubstr("hunter2")));
    EXPECT_THAT(event.dump(), Not(HasSubstr("opensesame")));
  }
  EXPECT_EQ(services, (std::set<std::string>{"triad-gateway", "triad-storage"}));
  EXPECT_EQ(suite.storage().Metric("triad_error_reports_sent_total"), 1);
}

TEST_F(ErrorReportsTest, ABusyServerIsLeftAloneForAsLongAsItAsks) {
  receiver_.Control({{"status", 429}, {"headers", {{"Retry-After", "3600"}}}});
  Suite suite(With({"--sentry_dsn=" + Dsn()}));
  LoseAnObject(suite);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Read(suite), 500);
  EXPECT_TRUE(Eventually([&] {
    return suite.storage().Metric("triad_error_reports_dropped_total") == 3 &&
           suite.gateway().Metric("triad_error_reports_dropped_total") == 3;
  }));
  EXPECT_EQ(receiver_.All().size(), 2u) << "one attempt of each process";
}

TEST_F(ErrorReportsTest, WithoutAServerRequestsAreUnharmedAndReportsCounted) {
  Suite suite(With({"--sentry_dsn=" + Dsn()}));
  receiver_.Stop();
  LoseAnObject(suite);
  EXPECT_EQ(Read(suite), 500);
  EXPECT_TRUE(
      Eventually([&] { return suite.storage().Metric("triad_error_reports_dropped_total") == 1; }));
}

TEST_F(ErrorReportsTest, AProcessThatEndsSendsItsLastReport) {
  Suite suite(With({"--sentry_dsn=" + Dsn()}));
  LoseAnObject(suite);
  EXPECT_EQ(Read(suite), 500);
  EXPECT_EQ(suite.gateway().Stop(), 0);
  EXPECT_EQ(suite.storage().Stop(), 0);
  EXPECT_EQ(EventsOf(receiver_).size(), 2u);
}

// Sanitizers keep the others for themselves.
#ifdef __SANITIZE_ADDRESS__
constexpr int kCrash = SIGABRT;
constexpr char kCrashName[] = "SIGABRT";
#else
constexpr int kCrash = SIGSEGV;
constexpr char kCrashName[] = "SIGSEGV";
#endif

// As a bug would end it.
void Crash(Server& server) {
  server.process().Signal(kCrash);
  EXPECT_EQ(server.process().Wait(), 128 + kCrash);
}

TEST_F(ErrorReportsTest, ACrashIsReportedByTheNextStartAndOnce) {
  Suite suite(With({"--sentry_dsn=" + Dsn()}));
  Crash(suite.storage());
  EXPECT_TRUE(receiver_.All().empty());
  suite.storage().Start();
  std::vector<json> events = EventsOf(receiver_);
  ASSERT_EQ(events.size(), 1u) << "it is sent before the process serves";
  EXPECT_EQ(events[0].at("level"), "fatal");
  EXPECT_EQ(events[0].at("tags").at("service"), "triad-storage");
  EXPECT_EQ(events[0].at("exception").at("values").at(0).at("type"), kCrashName);
  EXPECT_THAT(events[0].at("extra").at("backtrace").get<std::string>(), HasSubstr("+0x"));
  EXPECT_THAT(suite.storage().process().Log(), HasSubstr("was ended by a signal"));
  EXPECT_EQ(suite.storage().Stop(), 0);
  suite.storage().Start();
  EXPECT_EQ(suite.storage().Stop(), 0);
  EXPECT_EQ(receiver_.All().size(), 1u);
}

TEST_F(ErrorReportsTest, ACrashWithoutADataDirectoryIsKeptInTheFileThatIsNamed) {
  TemporaryDirectory directory;
  SuiteOptions options;
  options.arguments["gateway"] = {"--sentry_dsn=" + Dsn(),
                                  "--crash_file=" + directory.path() + "/crash"};
  Suite suite(std::move(options));
  Crash(suite.gateway());
  suite.gateway().Start();
  std::vector<json> events = EventsOf(receiver_);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].at("tags").at("service"), "triad-gateway");
}

TEST_F(ErrorReportsTest, WithoutAServerACrashIsInTheLogAlone) {
  Suite suite;
  Crash(suite.config());
  suite.config().Start();
  EXPECT_THAT(suite.config().process().Log(), HasSubstr(kCrashName));
  EXPECT_EQ(suite.config().Stop(), 0);
  suite.config().Start();
  EXPECT_THAT(suite.config().process().Log(), Not(HasSubstr(kCrashName)));
}

TEST_F(ErrorReportsTest, ARecordThatIsCutShortIsIgnored) {
  Suite suite(With({"--sentry_dsn=" + Dsn()}));
  EXPECT_EQ(suite.storage().Stop(), 0);
  std::ofstream(suite.storage().data_directory() + "/crash") << "triad crash 1\n11\n";
  suite.storage().Start();
  EXPECT_THAT(suite.storage().process().Log(), HasSubstr("not a whole record of a crash"));
  EXPECT_EQ(suite.storage().Stop(), 0);
  EXPECT_TRUE(receiver_.All().empty());
}

TEST_F(ErrorReportsTest, NothingIsSentUnlessAsked) {
  Suite suite;
  LoseAnObject(suite);
  EXPECT_EQ(Read(suite), 500);
  EXPECT_EQ(suite.gateway().Stop(), 0);
  EXPECT_EQ(suite.storage().Stop(), 0);
  EXPECT_TRUE(receiver_.All().empty());
}

}  // namespace
}  // namespace triad::testing
