// TransformService over gRPC: checks, calls the domain, translates.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/admission/admission.h"
#include "services/transform/pipeline.h"
#include "triad/transform/v1/transform.grpc.pb.h"

namespace triad::transform {

// Raw callbacks, so that text which is not UTF-8 is answered INVALID_ARGUMENT.
using RawTransformService = v1::TransformService::WithRawCallbackMethod_Mirror<
    v1::TransformService::WithRawCallbackMethod_Transform<
        v1::TransformService::WithRawCallbackMethod_ListOperations<v1::TransformService::Service>>>;

class Handlers final : public RawTransformService {
 public:
  // `admission` must outlive it.
  Handlers(rpc::Admission& admission, const Limits& limits);

  grpc::ServerUnaryReactor* Mirror(grpc::CallbackServerContext* context,
                                   const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* Transform(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListOperations(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) override;

 private:
  absl::StatusOr<v1::MirrorResponse> MirrorWord(const v1::MirrorRequest& request) const;
  absl::StatusOr<v1::TransformResponse> RunSteps(rpc::Call& call,
                                                 const v1::TransformRequest& request) const;

  const Limits limits_;
  rpc::Methods rpc_;
};

}  // namespace triad::transform
