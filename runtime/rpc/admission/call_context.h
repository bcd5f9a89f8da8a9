// What every call goes through, whatever its shape and its messages.
#pragma once

#include <grpcpp/grpcpp.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/base/elapsed.h"
#include "runtime/rpc/admission/call_breaker.h"
#include "runtime/rpc/admission/method.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/encoded.h"

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace triad::rpc {

class Admission;

absl::Status CallerLeft();

// The Call that handlers see, from the first check to the final status. Lives
// until gRPC is done with the call.
class CallContext final : public Call {
 public:
  CallContext(const Method& method, grpc::CallbackServerContext& context);
  ~CallContext() override;
  CallContext(const CallContext&) = delete;
  CallContext& operator=(const CallContext&) = delete;

  // The request, which outlives the call; of a call that has one.
  void SetRequest(const grpc::ByteBuffer& bytes) { request_ = &bytes; }

  // Fills `message`. INVALID_ARGUMENT if `bytes` are no such message, or break a rule of its proto.
  absl::Status ParseRequest(const grpc::ByteBuffer& bytes,
                            google::protobuf::Message& message) const;

  // Whether the call may reach its handler: draining, identity, deadline.
  absl::Status Admit() const;

  // Checks the call, then runs `begin` once: here with why the call was refused, or
  // on the executor, where deadline and caller are checked again, with OK or what
  // is wrong by then. `begin` may end the life of this object.
  void Enqueue(std::function<void(absl::Status)> begin);

  // Runs `task`, a further step of a call that Enqueue began, on the executor.
  void Continue(std::function<void()> task);

  // Runs a handler's code: an exception becomes INTERNAL and a log line.
  absl::Status Guard(absl::FunctionRef<absl::Status()> handler) const;

  // What breaks the call off, from any thread and also after its end.
  std::shared_ptr<CallBreaker> breaker();

  // Replaces what is in `bytes` by `message`, which the caller gets: see SerializeHeld.
  absl::Status SerializeAnswer(const google::protobuf::Message& message, grpc::ByteBuffer& bytes);
  absl::Status SerializeAnswer(const EncodedBytes& message, grpc::ByteBuffer& bytes);

  // Puts the HTTP facts into initial metadata, before it is sent.
  void FillInitialMetadata();

  // Counts and logs the end of the call, and gives the status to Finish with.
  // Exactly once.
  grpc::Status Finish(const absl::Status& status);

  absl::string_view method() const override { return method_.full_name(); }
  absl::string_view request_id() const override;
  const TraceContext& trace() const override;
  const Tracer& tracer() const override;
  RequestOrigin origin() const override;
  absl::Duration time_left() const override;
  bool cancelled() const override;
  absl::Status StillWanted() const override;
  absl::Status CheckToken() const override;
  std::size_t RoomForAnswer(std::size_t wanted) const override;
  std::optional<std::string> Header(absl::string_view name) const override;
  std::vector<std::pair<std::string, std::string>> HeadersWithPrefix(
      absl::string_view prefix) const override;
  void SetHttpStatus(int status) override;
  void SetHttpHeader(absl::string_view name, absl::string_view value) override;

 private:
  void Begin(absl::Status status);
  template <typename Message>
  absl::Status Answer(const Message& message, std::size_t size, grpc::ByteBuffer& bytes);
  void SetFact(std::string name, absl::string_view value);
  absl::string_view RawHeader(absl::string_view name) const;
  absl::Status Authorize() const;
  absl::Status CheckDeadline() const;
  void LogEnd(const absl::Status& status, absl::Duration took) const;
  void RecordSpan(absl::StatusCode code, absl::Duration took) const;
  void Report(const absl::Status& status) const;

  Admission& admission_;
  const Method& method_;
  grpc::CallbackServerContext& context_;
  Stopwatch watch_;
  const grpc::ByteBuffer* request_ = nullptr;
  std::shared_ptr<CallBreaker> breaker_;     // null until it is asked for
  std::function<void(absl::Status)> begin_;  // of a call that waits for its turn
  // Made when first asked for: most calls are never logged.
  mutable std::optional<TraceContext> trace_;
  mutable std::string request_id_;
  std::vector<std::pair<std::string, std::string>> http_facts_;
  bool initial_metadata_filled_ = false;
};

}  // namespace triad::rpc
