#include "runtime/grpc_client/health_client.h"

#include <utility>

#include "runtime/grpc_client/http2/protocol.h"

namespace triad::grpc_client {

class HealthClient::Probe final : public CallObserver {
 public:
  Probe(HealthClient& client, Channel& channel) : client_(client) {
    health_.target = channel.target();
    call_ = channel.Start({"/grpc.health.v1.Health/Check", {}, client.timeout_}, *this);
    call_->Send("");  // service "": the whole process
    call_->FinishSending();
    call_->Pull();
  }

  const TargetHealth& health() const { return health_; }

  void OnInitialMetadata(const Metadata&) override {}

  void OnMessage(std::string message) override {
    response_ = std::move(message);
    call_->Pull();
  }

  void OnDone(const CallResult& result) override {
    if (result.status.ok()) {
      health_.status = std::string(HealthStatus(response_));
    } else if (result.status.code() == absl::StatusCode::kUnimplemented) {
      health_.status = "SERVING";
    } else if (result.status.code() == absl::StatusCode::kNotFound) {
      health_.status = "UNKNOWN";
    } else {
      health_.status = "UNREACHABLE";
    }
    health_.serving = health_.status == "SERVING";
    client_.OnProbeDone();  // may end this
  }

 private:
  HealthClient& client_;
  TargetHealth health_;
  std::string response_;
  std::unique_ptr<ClientCall> call_;
};

HealthClient::HealthClient(std::vector<Channel*> channels, absl::Duration timeout)
    : channels_(std::move(channels)), timeout_(timeout) {}

HealthClient::~HealthClient() = default;

void HealthClient::Check(Done done) {
  if (channels_.empty()) return done({});
  waiting_.push_back(std::move(done));
  if (missing_ > 0) return;
  missing_ = channels_.size();
  for (Channel* channel : channels_) probes_.push_back(std::make_unique<Probe>(*this, *channel));
}

void HealthClient::OnProbeDone() {
  if (--missing_ > 0) return;
  std::vector<TargetHealth> answers;
  for (const auto& probe : probes_) answers.push_back(probe->health());
  std::vector<std::unique_ptr<Probe>> ended = std::exchange(probes_, {});
  std::vector<Done> waiting = std::exchange(waiting_, {});
  for (const Done& done : waiting) done(answers);
}

}  // namespace triad::grpc_client
