#include "runtime/rpc/server/build_service.h"

#include "runtime/base/version.h"

namespace triad::rpc {

grpc::ServerUnaryReactor* BuildService::GetBuild(grpc::CallbackServerContext* context,
                                                 const build::v1::GetBuildRequest*,
                                                 build::v1::Build* response) {
  const BuildInfo& build = GetBuildInfo();
  response->set_commit(std::string(build.commit));
  response->set_version(std::string(build.version));
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace triad::rpc
