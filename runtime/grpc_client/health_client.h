// Asks services whether they serve, by grpc.health.v1.Health/Check.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "runtime/grpc_client/channel.h"

namespace triad::grpc_client {

struct TargetHealth {
  std::string target;
  bool serving = false;
  // "SERVING", "NOT_SERVING", "UNKNOWN", or "UNREACHABLE" if no answer came in
  // time. A service that does not implement the protocol counts as serving.
  std::string status;
};

// On the loop of its channels, as all its callbacks. Not owned: `channels` must
// outlive it.
class HealthClient {
 public:
  using Done = std::function<void(const std::vector<TargetHealth>&)>;

  explicit HealthClient(std::vector<Channel*> channels, absl::Duration timeout = absl::Seconds(1));
  ~HealthClient();
  HealthClient(const HealthClient&) = delete;
  HealthClient& operator=(const HealthClient&) = delete;

  // Asks every target about the whole process, all at once; `done` gets the
  // answers later, in the order of the channels. Who asks while a round runs
  // gets the answers of that round.
  void Check(Done done);

 private:
  class Probe;
  void OnProbeDone();

  const std::vector<Channel*> channels_;
  const absl::Duration timeout_;
  std::vector<std::unique_ptr<Probe>> probes_;  // of the round that runs
  std::size_t missing_ = 0;
  std::vector<Done> waiting_;
};

}  // namespace triad::grpc_client
