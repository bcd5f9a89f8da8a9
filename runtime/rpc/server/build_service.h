// Tells what the process was built from: build.proto.
#pragma once

#include "runtime/rpc/server/build.grpc.pb.h"

namespace triad::rpc {

// Thread-safe.
class BuildService final : public build::v1::BuildService::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetBuild(grpc::CallbackServerContext* context,
                                     const build::v1::GetBuildRequest* request,
                                     build::v1::Build* response) override;
};

}  // namespace triad::rpc
