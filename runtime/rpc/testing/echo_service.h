// EchoService, with what it does chosen by each test.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "runtime/rpc/bound_service.h"
#include "runtime/rpc/testing/echo.grpc.pb.h"
#include "runtime/rpc/testing/test_server.h"

namespace triad::rpc::testing {

struct EchoHandlers {
  using Unary = std::function<absl::StatusOr<EchoResponse>(Call&, const EchoRequest&)>;
  using Watch = std::function<absl::StatusOr<std::unique_ptr<Source<EchoResponse>>>(
      Call&, const EchoRequest&)>;
  using Collect =
      std::function<absl::StatusOr<std::unique_ptr<Sink<EchoRequest, EchoResponse>>>(Call&)>;
  using Chat =
      std::function<absl::StatusOr<std::unique_ptr<Duplex<EchoRequest, EchoResponse>>>(Call&)>;

  Unary echo = {};  // runs inline
  Unary put = {};   // runs on the executor
  Watch watch = {};
  Collect collect = {};
  Chat chat = {};
};

class TestEcho final : public BoundService {
 public:
  TestEcho(Admission& admission, EchoHandlers handlers)
      : BoundService(admission, "triad.rpc.testing.EchoService"), handlers_(std::move(handlers)) {
    Unary("Echo", &handlers_.echo, &EchoHandlers::Unary::operator(), Run::kInline);
    Unary("Put", &handlers_.put, &EchoHandlers::Unary::operator());
    ServerStream("Watch", &handlers_.watch, &EchoHandlers::Watch::operator());
    ClientStream("Collect", &handlers_.collect, &EchoHandlers::Collect::operator());
    BidiStream("Chat", &handlers_.chat, &EchoHandlers::Chat::operator());
  }

 private:
  const EchoHandlers handlers_;
};

inline TestServer::Factory Serving(const EchoHandlers& handlers) {
  return
      [handlers](Admission& admission) { return std::make_unique<TestEcho>(admission, handlers); };
}

}  // namespace triad::rpc::testing
