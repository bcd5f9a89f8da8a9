// A unary method, from bytes to bytes.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/calls/run.h"

namespace triad::rpc {

class Method;

// gRPC keeps one, and calls it once for each call. Thread-safe.
class UnaryMethod {
 public:
  // Fills `response`, unless it fails.
  using Work = std::function<absl::Status(Call& call, const grpc::ByteBuffer& request,
                                          grpc::ByteBuffer& response)>;

  // `method` must outlive it.
  UnaryMethod(const Method& method, Run run, Work work)
      : method_(&method), run_(run), work_(std::move(work)) {}

  grpc::ServerUnaryReactor* operator()(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) const;

 private:
  const Method* method_;
  Run run_;
  Work work_;
};

}  // namespace triad::rpc
