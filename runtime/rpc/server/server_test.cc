#include "runtime/rpc/server/server.h"

#include <gmock/gmock.h>
#include <grpcpp/health_check_service_interface.h>
#include <gtest/gtest.h>

#include <future>

#include "absl/synchronization/notification.h"
#include "runtime/base/version.h"
#include "runtime/rpc/server/build.pb.h"
#include "runtime/rpc/testing/echo_service.h"
#include "runtime/rpc/testing/raw_call.h"
#include "runtime/rpc/testing/test_server.h"

namespace triad::rpc::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// HealthCheckRequest{service} in wire format.
RawReply Health(const TestServer& server, const std::string& service) {
  grpc::ClientContext context;
  std::string request;
  if (!service.empty()) {
    request = std::string("\x0a") + static_cast<char>(service.size()) + service;
  }
  return RawCall(server.channel(), context, "/grpc.health.v1.Health/Check", {request});
}

// HealthCheckResponse{SERVING} and {NOT_SERVING} in wire format.
constexpr char kServing[] = "\x08\x01";
constexpr char kNotServing[] = "\x08\x02";

TEST(ServerTest, SaysThatAPortIsInUse) {
  TestServer first(Serving({}));
  auto second = Server::Start({.listen = first.address()}, first.admission, {});
  EXPECT_EQ(second.status(), absl::FailedPreconditionError(first.address() + " is in use"));
}

TEST(ServerTest, SaysWhatIsNoAddress) {
  TestServer any(Serving({}));
  for (const char* bad : {"", "4551", ":4551", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                          "127.0.0.1:70000", "192.0.2.1:0", "no host:1"}) {
    auto server = Server::Start({.listen = bad}, any.admission, {});
    EXPECT_TRUE(absl::IsInvalidArgument(server.status())) << bad << " " << server.status();
  }
}

TEST(ServerTest, TellsHealthForTheProcessAndEachService) {
  TestServer server(Serving({}));
  for (const char* service : {"", "triad.rpc.testing.EchoService"}) {
    EXPECT_THAT(Health(server, service).messages, ElementsAre(kNotServing));
    server.server->SetServing(true);
    EXPECT_THAT(Health(server, service).messages, ElementsAre(kServing));
    server.server->SetServing(false);
    EXPECT_THAT(Health(server, service).messages, ElementsAre(kNotServing));
  }
  EXPECT_EQ(Health(server, "unknown").status.error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST(ServerTest, AnnouncesShutdownForGood) {
  TestServer server(Serving({.echo = [](Call&, const EchoRequest&) {
    return absl::StatusOr<EchoResponse>(EchoResponse());
  }}));
  server.server->SetServing(true);
  server.server->AnnounceShutdown();
  server.server->SetServing(true);
  EXPECT_THAT(Health(server, "").messages, ElementsAre(kNotServing));
  grpc::ClientContext context;
  EchoResponse response;
  EXPECT_TRUE(
      EchoService::NewStub(server.channel())->Echo(&context, EchoRequest(), &response).ok());
}

TEST(ServerTest, TellsItsBuild) {
  TestServer server(Serving({}));
  grpc::ClientContext context;
  RawReply reply =
      RawCall(server.channel(), context, "/triad.build.v1.BuildService/GetBuild", {""});
  ASSERT_TRUE(reply.status.ok());
  build::v1::Build build;
  ASSERT_TRUE(build.ParseFromString(reply.messages.at(0)));
  EXPECT_EQ(build.commit(), GetBuildInfo().commit);
  EXPECT_EQ(build.version(), GetBuildInfo().version);
}

TEST(ServerTest, OffersReflection) {
  TestServer server(Serving({}));
  grpc::ClientContext context;
  // ServerReflectionRequest{list_services: "*"} in wire format.
  RawReply reply =
      RawCall(server.channel(), context,
              "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", {"\x3a\x01*"});
  EXPECT_TRUE(reply.status.ok());
  EXPECT_THAT(reply.messages, ElementsAre(HasSubstr("triad.rpc.testing.EchoService")));
}

TEST(ServerTest, RefusesMessagesOverTheLimit) {
  TestServer server(Serving({}), {.max_message_bytes = 1000});
  EchoRequest request;
  request.set_text(std::string(2000, 'x'));
  grpc::ClientContext context;
  EchoResponse response;
  grpc::Status status = EchoService::NewStub(server.channel())->Echo(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

struct Stuck {
  absl::Notification entered;
  absl::Notification release;
  EchoHandlers Handlers() {
    return {.put = [this](Call&, const EchoRequest&) -> absl::StatusOr<EchoResponse> {
      entered.Notify();
      release.WaitForNotification();
      EchoResponse response;
      response.set_text("done");
      return response;
    }};
  }
};

std::future<grpc::Status> PutInBackground(const TestServer& server) {
  return std::async(std::launch::async, [channel = server.channel()] {
    grpc::ClientContext context;
    EchoResponse response;
    return EchoService::NewStub(channel)->Put(&context, EchoRequest(), &response);
  });
}

TEST(ServerTest, DrainsOnlyWhenRunningWorkIsDone) {
  Stuck stuck;
  TestServer server(Serving(stuck.Handlers()));
  auto running = PutInBackground(server);
  stuck.entered.WaitForNotification();
  auto drained =
      std::async(std::launch::async, [&] { return server.server->Drain(absl::Seconds(30)); });
  while (!server.admission.draining()) std::this_thread::yield();
  EXPECT_EQ(drained.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  stuck.release.Notify();
  EXPECT_TRUE(drained.get().ok());
  EXPECT_TRUE(running.get().ok());
}

TEST(ServerTest, CutsWhatOutlivesTheDrain) {
  Stuck stuck;
  TestServer server(Serving(stuck.Handlers()));
  auto running = PutInBackground(server);
  stuck.entered.WaitForNotification();
  auto drained =
      std::async(std::launch::async, [&] { return server.server->Drain(absl::Milliseconds(10)); });
  EXPECT_FALSE(running.get().ok());
  stuck.release.Notify();
  EXPECT_TRUE(absl::IsDeadlineExceeded(drained.get()));
}

TEST(ServerTest, RefusesNewCallsWhileDraining) {
  TestServer server(Serving({}));
  server.admission.BeginDrain();
  grpc::ClientContext context;
  EchoResponse response;
  grpc::Status status =
      EchoService::NewStub(server.channel())->Echo(&context, EchoRequest(), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "the server is shutting down");
}

}  // namespace
}  // namespace triad::rpc::testing
