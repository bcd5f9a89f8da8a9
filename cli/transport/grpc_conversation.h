// A gRPC call that sends while it receives.
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "runtime/base/mutex.h"

namespace triad::cli {

// One thread sends. What comes is taken by gRPC's threads, one message after the other.
class GrpcConversation final : private grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  using OnBuffer = std::function<absl::Status(const grpc::ByteBuffer& message)>;
  struct End {
    grpc::Status status;  // of the call
    absl::Status taken;   // what OnBuffer said, which ends the call if it is an error
  };

  GrpcConversation(grpc::GenericStub& stub, const std::string& method,
                   const std::vector<std::pair<std::string, std::string>>& headers,
                   OnBuffer on_buffer);

  // Waits until it is sent. False if the call has ended; Finish says why.
  bool Send(const grpc::ByteBuffer& message);
  void Cancel() { context_.TryCancel(); }
  // Nothing more is sent; waits for the end of the call. Has to be called, once.
  End Finish();

 private:
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

  const OnBuffer on_buffer_;
  grpc::ClientContext context_;
  grpc::ByteBuffer incoming_;
  absl::Status taken_;
  Mutex mutex_;
  CondVar changed_;
  bool sending_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::cli
