// Asks services whether they serve, by grpc.health.v1.Health/Check.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "runtime/grpc_client/survey.h"

namespace triad::grpc_client {

struct TargetHealth {
  std::string target;
  bool serving = false;
  // "SERVING", "NOT_SERVING", "UNKNOWN", or "UNREACHABLE" if no answer came in
  // time. A service that does not implement the protocol counts as serving.
  std::string status;
};

// See Survey.
class HealthClient {
 public:
  using Done = std::function<void(const std::vector<TargetHealth>&)>;

  explicit HealthClient(std::vector<Channel*> channels, absl::Duration timeout = absl::Seconds(1));

  // Asks every target about the whole process.
  void Check(Done done);

 private:
  Survey survey_;
};

}  // namespace triad::grpc_client
