// What every call goes through, without its message types: keeps the templates
// of admission.h thin.
#pragma once

#include <grpcpp/grpcpp.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/rpc/call.h"

namespace google::protobuf {
class MethodDescriptor;
}  // namespace google::protobuf

namespace prometheus {
class Counter;
class Gauge;
}  // namespace prometheus

namespace triad {
class LatencyHistogram;
class Metrics;
}  // namespace triad

namespace triad::rpc {

class Admission;

// Where a function runs. kInline is the gRPC thread: only for work that never
// blocks and takes microseconds.
enum class Run { kInline, kExecutor };

// One method of a service: who may call it, and its metrics. Thread-safe.
class Method {
 public:
  Method(const google::protobuf::MethodDescriptor& descriptor, Metrics& metrics);

  const std::string& name() const { return name_; }            // "GetEntry"
  const std::string& full_name() const { return full_name_; }  // "pkg.Service/GetEntry"
  bool needs_token() const { return needs_token_; }

  void Began() const;
  // `trace_id` of a trace that is recorded, or empty.
  void Ended(absl::StatusCode code, std::chrono::nanoseconds took,
             absl::string_view trace_id) const;

 private:
  const std::string name_;
  const std::string full_name_;
  const bool needs_token_;
  LatencyHistogram* const latency_;  // null for streams, which last as their caller wants
  prometheus::Gauge& in_flight_;
  // By code, and all of them from the start: of a series that begins with its
  // failures, no rate can be told.
  std::array<prometheus::Counter*, 17> calls_{};
};

// The Call that handlers see, from the first check to the final status. Lives
// until the reactor's Finish has been called.
class CallContext final : public Call {
 public:
  CallContext(Admission& admission, const Method& method, grpc::CallbackServerContext& context);
  CallContext(const CallContext&) = delete;
  CallContext& operator=(const CallContext&) = delete;

  // Whether the call may reach its handler: draining, identity, deadline.
  absl::Status Admit() const;

  // Checks the call, then runs `begin` once, here or on the executor, with OK or
  // with why the call was refused; deadline and caller are checked again when
  // its turn comes.
  void Dispatch(Run run, const std::function<void(absl::Status)>& begin);

  // Runs `task`, a further step of a call that Dispatch began, on the executor.
  void Continue(std::function<void()> task);

  // Runs a handler's code: an exception becomes INTERNAL and a log line.
  absl::Status Guard(absl::FunctionRef<absl::Status()> handler) const;

  // Puts the HTTP facts into initial metadata, before it is sent.
  void FillInitialMetadata();

  // Counts and logs the end of the call, and gives the status to Finish with.
  // Exactly once.
  grpc::Status Close(const absl::Status& status);

  absl::string_view method() const override { return method_.full_name(); }
  absl::string_view request_id() const override;
  const TraceContext& trace() const override;
  const Tracer& tracer() const override;
  absl::Time deadline() const override;
  bool cancelled() const override;
  std::optional<std::string> Header(absl::string_view name) const override;
  std::vector<std::pair<std::string, std::string>> HeadersWithPrefix(
      absl::string_view prefix) const override;
  void SetHttpStatus(int status) override;
  void SetHttpHeader(absl::string_view name, absl::string_view value) override;

 private:
  void SetFact(std::string name, absl::string_view value);
  absl::string_view RawHeader(absl::string_view name) const;
  absl::Status Authorize() const;
  absl::Status CheckDeadline() const;
  absl::Status StillWanted() const;
  void LogEnd(const absl::Status& status, std::chrono::nanoseconds took) const;
  void RecordSpan(absl::StatusCode code, std::chrono::nanoseconds took) const;
  void Report(const absl::Status& status) const;

  Admission& admission_;
  const Method& method_;
  grpc::CallbackServerContext& context_;
  const std::chrono::steady_clock::time_point begin_;
  // Made when first asked for: most calls are never logged.
  mutable std::optional<TraceContext> trace_;
  mutable std::string request_id_;
  std::vector<std::pair<std::string, std::string>> http_facts_;
  bool initial_metadata_filled_ = false;
};

// The two ways a unary call runs. Both return the reactor to give to gRPC.
grpc::ServerUnaryReactor* UnaryInline(Admission& admission, const Method& method,
                                      grpc::CallbackServerContext& context,
                                      absl::FunctionRef<absl::Status(Call&)> work);
grpc::ServerUnaryReactor* UnaryQueued(Admission& admission, const Method& method,
                                      grpc::CallbackServerContext& context,
                                      std::function<absl::Status(Call&)> work);

}  // namespace triad::rpc
