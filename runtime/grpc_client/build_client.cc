#include "runtime/grpc_client/build_client.h"

#include <utility>

#include "runtime/grpc_client/http2/protocol.h"

namespace triad::grpc_client {

BuildClient::BuildClient(std::vector<Channel*> channels, absl::Duration timeout)
    : survey_(std::move(channels), "/triad.build.v1.BuildService/GetBuild", timeout) {}

void BuildClient::Ask(Done done) {
  survey_.Ask([done = std::move(done)](const std::vector<Survey::Answer>& answers) {
    std::vector<TargetBuild> builds;
    for (const Survey::Answer& answer : answers) {
      builds.push_back({answer.target, std::string(StringField(answer.message, 1)),
                        std::string(StringField(answer.message, 2))});
    }
    done(builds);
  });
}

}  // namespace triad::grpc_client
