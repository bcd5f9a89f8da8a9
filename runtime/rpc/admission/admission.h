// What happens around every RPC, in one place: identity, authorization,
// deadline, span, metrics, logs, and the mapping of Status.
//
// A generated method of the callback API is one line:
//
//   grpc::ServerUnaryReactor* GetEntry(grpc::CallbackServerContext* context,
//                                      const GetEntryRequest* request,
//                                      Entry* response) override {
//     return rpc_.Unary(context, "GetEntry", request, response, Run::kExecutor,
//                       [this](Call& call, const GetEntryRequest& r) { return Get(call, r); });
//   }
//
// (A gRPC C++ server interceptor cannot refuse a call.) Methods whose proto does
// not say `idempotency_level = NO_SIDE_EFFECTS` need the auth token, if there
// is one. A refused call never reaches its function: UNAUTHENTICATED,
// DEADLINE_EXCEEDED if its deadline has passed (checked again when its turn in
// the executor comes), UNAVAILABLE with RetryInfo when the executor is full or
// the server drains.
//
// Streams are as short; the response type is given, the rest is deduced:
//
//   return rpc_.ServerStream<Entry>(context, "Watch", request, Run::kExecutor,
//                                   [this](Call& call, const WatchRequest& r) { return Watch(call,
//                                   r); });
//   return rpc_.ClientStream<WriteRequest>(context, "Write", response,
//                                          [this](Call& call) { return Write(call); });
#pragma once

#include <grpcpp/grpcpp.h>
#include <prometheus/counter.h>

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/rpc/admission/auth_tokens.h"
#include "runtime/rpc/admission/call_context.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/calls/reactors.h"
#include "runtime/rpc/calls/stream_registry.h"
#include "runtime/rpc/stream.h"
#include "runtime/rpc/wire/codec.h"

namespace triad {
class Clock;
class ErrorSink;
class Executor;
class Metrics;
class Random;
class Tracer;
}  // namespace triad

namespace triad::rpc {

// Nothing is owned; all must outlive the Admission.
struct AdmissionOptions {
  Executor* executor = nullptr;
  Metrics* metrics = nullptr;
  const Clock* clock = nullptr;    // null: the system's
  Random* random = nullptr;        // null: the system's
  const Tracer* tracer = nullptr;  // null: Tracer::Off()
  ErrorSink* errors = nullptr;     // null: errors are not reported
  // Bearer tokens of which writes must carry one, as AuthTokens has them; empty:
  // none is asked for.
  std::string auth_token;
};

// What all services of a process share. Thread-safe. Must outlive the server.
class Admission {
 public:
  // Registers the metrics of the executor, whose queue is read when scraped.
  explicit Admission(AdmissionOptions options);
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // From now on calls are answered UNAVAILABLE, and Sources are cancelled. What
  // runs goes on.
  void BeginDrain();
  bool draining() const { return draining_.load(std::memory_order_relaxed); }

  AuthTokens& tokens() { return tokens_; }
  const AuthTokens& tokens() const { return tokens_; }

  // Names of the services, in the order in which their Methods were made.
  const std::vector<std::string>& services() const { return services_; }

  // For Methods and the calls themselves.
  void AddService(std::string name) { services_.push_back(std::move(name)); }
  const AdmissionOptions& options() const { return options_; }
  void CountRefusal() { refused_.Increment(); }
  StreamRegistry& streams() { return streams_; }

 private:
  const AdmissionOptions options_;
  AuthTokens tokens_;
  prometheus::Counter& refused_;
  std::atomic<bool> draining_{false};
  std::vector<std::string> services_;  // complete before the server starts
  StreamRegistry streams_;
};

// The methods of one service: a member of the class that implements it. Names
// of methods are those of the proto; a wrong one ends the process. Thread-safe.
class Methods {
 public:
  // `service` is "triad.config.v1.ConfigService"; its stubs must be linked.
  Methods(Admission& admission, absl::string_view service);
  Methods(const Methods&) = delete;
  Methods& operator=(const Methods&) = delete;

  // `function` is StatusOr<Response>(Call&, const Request&).
  template <typename Request, typename Response, typename Function>
  grpc::ServerUnaryReactor* Unary(grpc::CallbackServerContext* context, absl::string_view method,
                                  const Request* request, Response* response, Run run,
                                  Function function) {
    return Start(context, method, run,
                 [request, response, function = std::move(function)](Call& call) -> absl::Status {
                   absl::StatusOr<Response> result = function(call, *request);
                   if (!result.ok()) return std::move(result).status();
                   *response = *std::move(result);
                   return absl::OkStatus();
                 });
  }

  // The same for a method of `WithRawCallbackMethod_…`: the message is parsed
  // here, so that one that is malformed (text that is not UTF-8) is answered
  // INVALID_ARGUMENT instead of gRPC's UNIMPLEMENTED.
  template <typename Request, typename Response, typename Function>
  grpc::ServerUnaryReactor* Unary(grpc::CallbackServerContext* context, absl::string_view method,
                                  const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                  Run run, Function function) {
    return Start(context, method, run,
                 [request, response, function = std::move(function)](Call& call) -> absl::Status {
                   Request parsed;
                   absl::Status status = Parse(*request, parsed);
                   if (!status.ok()) return status;
                   absl::StatusOr<Response> result = function(call, parsed);
                   if (result.ok()) return Serialize(*result, *response);
                   return std::move(result).status();
                 });
  }

  // `open` is StatusOr<unique_ptr<Source<Response>>>(Call&, const Request&), run
  // as `run` says. The Call and the request live as long as the stream; HTTP
  // facts must be set before `open` returns, because initial metadata is sent
  // right after it.
  template <typename Response, typename Request, typename Function>
  grpc::ServerWriteReactor<Response>* ServerStream(grpc::CallbackServerContext* context,
                                                   absl::string_view method, const Request* request,
                                                   Run run, Function open) {
    auto* reactor =
        new WriteReactor<Response>(admission_, Find(method), *context, admission_.streams());
    reactor->Start(run,
                   [request, open = std::move(open)](Call& call) { return open(call, *request); });
    return reactor;
  }

  // `open` is StatusOr<unique_ptr<Sink<Request, Response>>>(Call&), run on the
  // executor. The Call lives as long as the stream; HTTP facts may be set until
  // Finish of the Sink returns.
  template <typename Request, typename Response, typename Function>
  grpc::ServerReadReactor<Request>* ClientStream(grpc::CallbackServerContext* context,
                                                 absl::string_view method, Response* response,
                                                 Function open) {
    auto* reactor =
        new ReadReactor<Request, Response>(admission_, Find(method), *context, response);
    reactor->Start(std::move(open));
    return reactor;
  }

 private:
  template <typename Work>
  grpc::ServerUnaryReactor* Start(grpc::CallbackServerContext* context, absl::string_view method,
                                  Run run, Work work) {
    if (run == Run::kInline) return UnaryInline(admission_, Find(method), *context, work);
    return UnaryQueued(admission_, Find(method), *context, std::move(work));
  }

  const Method& Find(absl::string_view name) const;

  Admission& admission_;
  std::deque<Method> methods_;
};

}  // namespace triad::rpc
