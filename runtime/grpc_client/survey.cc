#include "runtime/grpc_client/survey.h"

#include <utility>

namespace triad::grpc_client {

class Survey::Probe final : public CallObserver {
 public:
  Probe(Survey& survey, Channel& channel) : survey_(survey) {
    answer_.target = channel.target();
    CallStart start;
    start.path = survey.path_;
    start.timeout = survey.timeout_;
    call_ = channel.Start(std::move(start), *this);
    call_->Send("");
    call_->FinishSending();
    call_->Pull();
  }

  const Answer& answer() const { return answer_; }

  void OnInitialMetadata(const Metadata&) override {}

  void OnMessage(std::string message) override {
    answer_.message = std::move(message);
    call_->Pull();
  }

  void OnDone(const CallResult& result) override {
    answer_.status = result.status;
    if (!result.status.ok()) answer_.message.clear();
    survey_.OnProbeDone();  // may end this
  }

 private:
  Survey& survey_;
  Answer answer_;
  std::unique_ptr<ClientCall> call_;
};

Survey::Survey(std::vector<Channel*> channels, std::string path, absl::Duration timeout)
    : channels_(std::move(channels)), path_(std::move(path)), timeout_(timeout) {}

Survey::~Survey() = default;

void Survey::Ask(Done done) {
  if (channels_.empty()) return done({});
  waiting_.push_back(std::move(done));
  if (missing_ > 0) return;
  missing_ = channels_.size();
  for (Channel* channel : channels_) probes_.push_back(std::make_unique<Probe>(*this, *channel));
}

void Survey::OnProbeDone() {
  if (--missing_ > 0) return;
  std::vector<Answer> answers;
  for (const auto& probe : probes_) answers.push_back(probe->answer());
  std::vector<std::unique_ptr<Probe>> ended = std::exchange(probes_, {});
  std::vector<Done> waiting = std::exchange(waiting_, {});
  for (const Done& done : waiting) done(answers);
}

}  // namespace triad::grpc_client
