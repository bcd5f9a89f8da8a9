#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "absl/strings/str_cat.h"
#include "cli/transport/client.h"
#include "runtime/rpc/testing/echo_service.h"
#include "runtime/rpc/testing/test_server.h"

namespace {

// The port of a server; when the next connection to it is being made, errno changes. 0: none.
std::atomic<int> disturbed_server{0};

// False for what is no socket, and for those of the server itself, which have its port.
bool IsOfClient(int fd, int server_port) {
  sockaddr_in6 own = {};
  socklen_t size = sizeof own;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&own), &size) != 0) return false;
  bool ip = own.sin6_family == AF_INET || own.sin6_family == AF_INET6;
  return ip && ntohs(own.sin6_port) != server_port;
}

}  // namespace

// gRPC calls it between connect() and its look at errno. Like any call that does its work it
// may change errno: here it does, as opening a file that is not there would.
extern "C" int epoll_ctl(int epoll, int operation, int fd, epoll_event* event) {
  int result = static_cast<int>(syscall(SYS_epoll_ctl, epoll, operation, fd, event));
  int port = disturbed_server;
  bool disturb = port != 0 && operation == EPOLL_CTL_ADD && IsOfClient(fd, port);
  if (disturb && disturbed_server.compare_exchange_strong(port, 0)) errno = ENOENT;
  return result;
}

namespace triad::cli {
namespace {

TEST(GrpcClientTest, AFirstFailureToConnectIsNotBelieved) {
  rpc::testing::TestServer server(rpc::testing::Serving({}));
  server.server->SetServing(true);
  auto client = MakeClient({.server = absl::StrCat("grpc://", server.address())});
  ASSERT_TRUE(client.ok()) << client.status();
  disturbed_server = server.server->port();
  auto builds = (*client)->Builds();
  EXPECT_TRUE(builds.ok()) << builds.status();
  EXPECT_EQ(disturbed_server, 0) << "nothing was disturbed";
}

TEST(GrpcClientTest, NobodyThereIsToldAtOnce) {
  auto client = MakeClient({.server = "grpc://127.0.0.1:1"});
  ASSERT_TRUE(client.ok()) << client.status();
  EXPECT_TRUE(absl::IsUnavailable((*client)->Builds().status()));
}

}  // namespace
}  // namespace triad::cli
