// Whole lives of a service process, each in a process of its own.
#include "runtime/service/service.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "runtime/rpc/admission.h"

namespace triad::service {
namespace {

using ::testing::ExitedWithCode;

// A life that is asked to end before it begins to wait.
[[noreturn]] void Live(std::vector<std::string> flags, const absl::Status& health) {
  Service service({.name = "triad-test", .summary = "Lives.", .port = 0, .admin_port = 0});
  flags.insert(flags.begin(), "triad-test");
  std::vector<char*> arguments;
  for (std::string& flag : flags) arguments.push_back(flag.data());
  service.Start(static_cast<int>(arguments.size()), arguments.data());
  kill(getpid(), SIGTERM);
  std::exit(service.Serve({}, [&](absl::Duration) { return health; }));
}

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

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

TEST_F(ServiceTest, EndsWhenAPortIsInUse) {
  const std::string taken = absl::StrCat("127.0.0.1:", TakenPort());
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

TEST_F(ServiceTest, WarnsWhenAnyoneMayWrite) {
  EXPECT_EXIT(Live({"--listen=0.0.0.0:0"}, absl::OkStatus()), ExitedWithCode(0),
              "set --auth_token_file");
}

}  // namespace
}  // namespace triad::service
