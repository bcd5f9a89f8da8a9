#include "runtime/grpc_client/health_client.h"

#include <utility>

#include "runtime/grpc_client/http2/protocol.h"

namespace triad::grpc_client {
namespace {

TargetHealth HealthIn(const Survey::Answer& answer) {
  TargetHealth health;
  health.target = answer.target;
  if (answer.status.ok()) {
    health.status = std::string(HealthStatus(answer.message));
  } else if (answer.status.code() == absl::StatusCode::kUnimplemented) {
    health.status = "SERVING";
  } else if (answer.status.code() == absl::StatusCode::kNotFound) {
    health.status = "UNKNOWN";
  } else {
    health.status = "UNREACHABLE";
  }
  health.serving = health.status == "SERVING";
  return health;
}

}  // namespace

// The empty request is about service "": the whole process.
HealthClient::HealthClient(std::vector<Channel*> channels, absl::Duration timeout)
    : survey_(std::move(channels), "/grpc.health.v1.Health/Check", timeout) {}

void HealthClient::Check(Done done) {
  survey_.Ask([done = std::move(done)](const std::vector<Survey::Answer>& answers) {
    std::vector<TargetHealth> health;
    for (const Survey::Answer& answer : answers) health.push_back(HealthIn(answer));
    done(health);
  });
}

}  // namespace triad::grpc_client
