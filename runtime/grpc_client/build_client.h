// Asks services what they were built from, by triad.build.v1.BuildService/GetBuild.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "runtime/grpc_client/survey.h"

namespace triad::grpc_client {

// Both texts are empty if no answer came in time, or the service does not tell.
struct TargetBuild {
  std::string target;
  std::string commit;
  std::string version;
};

// See Survey.
class BuildClient {
 public:
  using Done = std::function<void(const std::vector<TargetBuild>&)>;

  explicit BuildClient(std::vector<Channel*> channels, absl::Duration timeout = absl::Seconds(1));

  void Ask(Done done);

 private:
  Survey survey_;
};

}  // namespace triad::grpc_client
