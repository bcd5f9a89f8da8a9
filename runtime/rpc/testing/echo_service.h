// EchoService, with what it does chosen by each test.
#pragma once

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "runtime/rpc/admission/admission.h"
#include "runtime/rpc/testing/echo.grpc.pb.h"
#include "runtime/rpc/testing/test_server.h"

namespace triad::rpc::testing {

struct EchoHandlers {
  using Unary = std::function<absl::StatusOr<EchoResponse>(Call&, const EchoRequest&)>;
  using Watch = std::function<absl::StatusOr<std::unique_ptr<Source<EchoResponse>>>(
      Call&, const EchoRequest&)>;
  using Collect =
      std::function<absl::StatusOr<std::unique_ptr<Sink<EchoRequest, EchoResponse>>>(Call&)>;

  Unary echo = {};      // runs inline
  Unary raw_echo = {};  // runs inline
  Unary put = {};       // runs on the executor
  Watch watch = {};
  Collect collect = {};
};

using EchoBase = EchoService::WithCallbackMethod_Echo<EchoService::WithRawCallbackMethod_RawEcho<
    EchoService::WithCallbackMethod_Put<EchoService::WithCallbackMethod_Watch<
        EchoService::WithCallbackMethod_Collect<EchoService::Service>>>>>;

class TestEcho final : public EchoBase {
 public:
  TestEcho(Admission& admission, EchoHandlers handlers)
      : handlers_(std::move(handlers)), rpc_(admission, "triad.rpc.testing.EchoService") {}

  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const EchoRequest* request,
                                 EchoResponse* response) override {
    return rpc_.Unary(context, "Echo", request, response, Run::kInline, handlers_.echo);
  }
  grpc::ServerUnaryReactor* Put(grpc::CallbackServerContext* context, const EchoRequest* request,
                                EchoResponse* response) override {
    return rpc_.Unary(context, "Put", request, response, Run::kExecutor, handlers_.put);
  }
  grpc::ServerUnaryReactor* RawEcho(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override {
    return rpc_.Unary<EchoRequest, EchoResponse>(context, "RawEcho", request, response,
                                                 Run::kInline, handlers_.raw_echo);
  }
  grpc::ServerWriteReactor<EchoResponse>* Watch(grpc::CallbackServerContext* context,
                                                const EchoRequest* request) override {
    return rpc_.ServerStream<EchoResponse>(context, "Watch", request, Run::kExecutor,
                                           handlers_.watch);
  }
  grpc::ServerReadReactor<EchoRequest>* Collect(grpc::CallbackServerContext* context,
                                                EchoResponse* response) override {
    return rpc_.ClientStream<EchoRequest>(context, "Collect", response, handlers_.collect);
  }

 private:
  const EchoHandlers handlers_;
  Methods rpc_;
};

inline TestServer::Factory Serving(const EchoHandlers& handlers) {
  return
      [handlers](Admission& admission) { return std::make_unique<TestEcho>(admission, handlers); };
}

}  // namespace triad::rpc::testing
