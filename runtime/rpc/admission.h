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
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/rpc/call.h"

namespace triad {
class Executor;
class Metrics;
class Random;
}  // namespace triad

namespace triad::rpc {

// Where a function runs. kInline is the gRPC thread: only for work that never
// blocks and takes microseconds.
enum class Run { kInline, kExecutor };

// Messages of a server stream, pulled one at a time: Next is called once at the
// start, then each time the message before has been written. Next may answer
// at once or later, from any thread, exactly once.
template <typename Response>
class Source {
 public:
  // nullopt ends the stream with OK.
  using Done = std::function<void(absl::StatusOr<std::optional<Response>>)>;

  virtual ~Source() = default;
  virtual void Next(Done done) = 0;
  // The caller is gone or the server drains: a Next that waits answers soon.
  // From any thread, any number of times, also before or after Next.
  virtual void Cancel() = 0;
};

// Takes the messages of a client stream, one at a time, on the executor. Dropped
// without Finish if the caller goes away: the destructor undoes.
template <typename Request, typename Response>
class Sink {
 public:
  virtual ~Sink() = default;
  virtual absl::Status Write(const Request& request) = 0;
  // After the last Write.
  virtual absl::StatusOr<Response> Finish() = 0;
};

}  // namespace triad::rpc
