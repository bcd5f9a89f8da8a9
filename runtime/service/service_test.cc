// Whole lives of a service process, each in a process of its own.
#include "runtime/service/service.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "runtime/database/database.h"
#include "runtime/io/data_directory.h"
#include "runtime/rpc/admission/admission.h"

namespace triad::service {
namespace {

using ::testing::ExitedWithCode;

// Death tests look at stderr alone.
void ShowLog() { dup2(STDERR_FILENO, STDOUT_FILENO); }

void Start(Service& service, std::vector<std::string> flags) {
  flags.insert(flags.begin(), "triad-test");
  std::vector<char*> arguments;
  for (std::string& flag : flags) arguments.push_back(flag.data());
  service.Start(static_cast<int>(arguments.size()), arguments.data());
}

// A life that is asked to end before it begins to wait.
[[noreturn]] void Live(std::vector<std::string> flags, const absl::Status& health) {
  ShowLog();
  Service service({.name = "triad-test", .summary = "Lives."});
  Start(service, std::move(flags));
  kill(getpid(), SIGTERM);
  std::exit(service.Serve({}, [&](absl::Duration) { return health; }));
}

class ServiceTest : public ::testing::Test {
 protected:
  // The parent has no threads, so a life may be forked off where it stands.
  ServiceTest() { GTEST_FLAG_SET(death_test_style, "fast"); }

  // A port of this machine that is taken for as long as the test runs.
  static int TakenPort() {
    static const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    static const int bound = bind(listener, reinterpret_cast<sockaddr*>(&address), size);
    EXPECT_EQ(bound, 0);
    EXPECT_EQ(listen(listener, 1), 0);
    getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
  }
};

TEST_F(ServiceTest, ServesUntilItIsAskedToEnd) {
  EXPECT_EXIT(Live({}, absl::OkStatus()), ExitedWithCode(0),
              "serving listen=127.0.0.1:[1-9][0-9]* admin=127.0.0.1:[1-9][0-9]*(.|\n)*"
              "stopping signal=15(.|\n)*drained");
}

TEST_F(ServiceTest, ServesAndSaysSoWhenItIsNotHealthy) {
  EXPECT_EXIT(Live({}, absl::InternalError("disk I/O error")), ExitedWithCode(0),
              "not healthy error=\"disk I/O error\"(.|\n)*serving");
}

TEST_F(ServiceTest, EndsOnABadFlag) {
  EXPECT_EXIT(Live({"--drain_timeout=soon"}, absl::OkStatus()), ExitedWithCode(2), "drain_timeout");
  EXPECT_EXIT(Live({"--executor_threads=0"}, absl::OkStatus()), ExitedWithCode(2),
              "executor_threads");
}

TEST_F(ServiceTest, GuardsNoReadsWithoutATokenFile) {
  EXPECT_EXIT(Live({"--auth_reads"}, absl::OkStatus()), ExitedWithCode(2),
              "--auth_reads: needs --auth_token_file");
}

TEST_F(ServiceTest, EndsWhenAPortIsInUse) {
  std::string taken = absl::StrCat("127.0.0.1:", TakenPort());
  EXPECT_EXIT(Live({"--listen", taken}, absl::OkStatus()), ExitedWithCode(1),
              "^triad-test: --listen: 127.0.0.1:[0-9]* is in use; stop what uses it");
  EXPECT_EXIT(Live({"--admin_listen", taken}, absl::OkStatus()), ExitedWithCode(1),
              "triad-test: --admin_listen: 127.0.0.1:[0-9]* is in use; stop what uses it");
}

TEST_F(ServiceTest, EndsWithoutItsTokenFile) {
  EXPECT_EXIT(Live({"--auth_token_file=/nonexistent/token"}, absl::OkStatus()), ExitedWithCode(1),
              "^triad-test: --auth_token_file: .*/nonexistent/token");
  EXPECT_EXIT(Live({"--auth_token_file=/dev/null"}, absl::OkStatus()), ExitedWithCode(1),
              "--auth_token_file: /dev/null is empty");
}

// As Live, with a database; says what its metrics are.
[[noreturn]] void LiveOnData(std::vector<std::string> flags) {
  ShowLog();
  Service service({.name = "triad-test", .summary = "Lives."});
  DataOptions data(service);
  Start(service, std::move(flags));
  auto database = data.OpenDatabase({});
  std::fputs(service.metrics().Scrape().c_str(), stderr);
  kill(getpid(), SIGTERM);
  std::exit(
      service.Serve({}, [&](absl::Duration timeout) { return database->CheckHealth(timeout); }));
}

[[noreturn]] void PrintMetricsOnData(const std::string& directory) {
  Service service({.name = "triad-test", .summary = "Lives."});
  DataOptions data(service);
  Start(service, {absl::StrCat("--data_dir=", directory)});
  data.Directory();
  std::fputs(service.metrics().Scrape().c_str(), stderr);
  std::exit(0);
}

TEST_F(ServiceTest, TellsHowFullItsDiskIs) {
  std::string directory = ::testing::TempDir() + absl::StrCat("service_disk_", getpid());
  for (const char* sample :
       {"\ntriad_data_capacity_bytes [1-9]", "\ntriad_data_capacity_inodes [0-9]",
        "\ntriad_data_free_bytes [1-9]", "\ntriad_data_free_inodes [0-9]"}) {
    EXPECT_EXIT(PrintMetricsOnData(directory), ExitedWithCode(0), sample);
  }
  std::filesystem::remove_all(directory);
}

TEST_F(ServiceTest, RefusesTheOptionThatTheDatabaseUrlReplaced) {
  EXPECT_EXIT(LiveOnData({"--database_max_pages=9"}), ExitedWithCode(2),
              "^triad-test: --database_max_pages: is gone; use "
              "--database=sqlite:PATH\\?max_pages=N\n$");
  EXPECT_EXIT(
      {
        setenv("TRIAD_DATABASE_MAX_PAGES", "9", 1);
        LiveOnData({});
      },
      ExitedWithCode(2), "^triad-test: TRIAD_DATABASE_MAX_PAGES: is gone; use --database=sqlite:");
}

TEST_F(ServiceTest, LimitsTheDatabaseThatItsUrlNames) {
  std::string directory = ::testing::TempDir() + absl::StrCat("service_url_", getpid());
  std::string data_dir = absl::StrCat("--data_dir=", directory);
  std::string database = absl::StrCat("--database=sqlite:", directory, "/own.db");
  EXPECT_EXIT(LiveOnData({data_dir, absl::StrCat(database, "?max_pages=50")}), ExitedWithCode(0),
              "triad_db_limit_bytes 204800\n(.|\n)*drained");
  EXPECT_EQ(access((directory + "/own.db").c_str(), F_OK), 0);
  EXPECT_EXIT(LiveOnData({data_dir, absl::StrCat(database, "?size=50")}), ExitedWithCode(1),
              "^triad-test: database URL '.*': unknown option 'size'; options are max_pages=N");
  std::filesystem::remove_all(directory);
}

[[noreturn]] void OpenOptional(const std::string& directory) {
  Service service({.name = "triad-test", .summary = "Lives."});
  DataOptions data(service, DataNeed::kOptional);
  Start(service, {absl::StrCat("--data_dir=", directory), "--database=none"});
  std::exit(data.OpenDatabase({}) == nullptr ? 0 : 3);
}

TEST_F(ServiceTest, DoesWithoutADatabaseOnlyWhereItCan) {
  std::string directory = ::testing::TempDir() + absl::StrCat("service_none_", getpid());
  EXPECT_EXIT(OpenOptional(directory), ExitedWithCode(0), "");
  EXPECT_NE(access(directory.c_str(), F_OK), 0) << "nothing is made";
  EXPECT_EXIT(LiveOnData({absl::StrCat("--data_dir=", directory), "--database=none"}),
              ExitedWithCode(1), "^triad-test: database URL 'none': expected sqlite:PATH");
  std::filesystem::remove_all(directory);
}

TEST_F(ServiceTest, OwnsADataDirectoryOfAnyName) {
  std::string directory = ::testing::TempDir() + absl::StrCat("100%41? ", getpid());
  EXPECT_EXIT(LiveOnData({absl::StrCat("--data_dir=", directory)}), ExitedWithCode(0), "drained");
  EXPECT_EQ(access((directory + "/test.db").c_str(), F_OK), 0);
  std::filesystem::remove_all(directory);
}

TEST_F(ServiceTest, OwnsItsDataDirectory) {
  std::string directory = ::testing::TempDir() + absl::StrCat("service_test_", getpid());
  EXPECT_EXIT(LiveOnData({absl::StrCat("--data_dir=", directory)}), ExitedWithCode(0),
              "healthy(.|\n)*drained");
  EXPECT_EQ(access((directory + "/test.db").c_str(), F_OK), 0);
  {
    auto taken = DataDirectory::Open(directory);
    ASSERT_TRUE(taken.ok()) << taken.status();
    EXPECT_EXIT(LiveOnData({absl::StrCat("--data_dir=", directory)}), ExitedWithCode(1),
                absl::StrCat("^triad-test: .*", getpid()));
  }
  std::filesystem::remove_all(directory);
}

TEST_F(ServiceTest, WarnsWhenAnyoneMayWrite) {
  EXPECT_EXIT(Live({"--listen=0.0.0.0:0"}, absl::OkStatus()), ExitedWithCode(0),
              "set --auth_token_file");
}

}  // namespace
}  // namespace triad::service
