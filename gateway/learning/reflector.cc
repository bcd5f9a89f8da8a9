#include "gateway/learning/reflector.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <optional>
#include <utility>

#include "runtime/grpc_client/channel.h"
#include "runtime/io/weak_ptr.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::gateway {
namespace {

prometheus::Counter& Answers(Metrics& metrics, const std::string& target, const char* result) {
  return metrics.Counter("triad_gateway_reflections_total",
                         "Answers of services that were asked to describe themselves",
                         {{"target", target}, {"result", result}});
}

}  // namespace

// One of those that are asked.
class Reflector::Server {
 public:
  struct Parts {
    Learned& learned;
    Metrics& metrics;
    std::function<void()> changed;
    absl::Duration retry_interval;
  };

  Server(EventLoop& loop, grpc_client::ChannelOptions options, std::vector<std::string> services,
         Parts parts)
      : context_(loop.context()),
        services_(std::move(services)),
        parts_(std::move(parts)),
        answered_(Answers(parts_.metrics, options.target, "ok")),
        failed_(Answers(parts_.metrics, options.target, "error")),
        timer_(context_) {
    // Not at once: it is told from inside the channel.
    options.on_connected = [this] { AskSoon(); };
    channel_ = grpc_client::Channel::Create(loop, options);
    Ask();
  }

 private:
  void AskSoon() {
    boost::asio::post(context_, [weak = weak_factory_.Get()] {
      if (Server* self = weak.get()) self->Ask();
    });
  }

  void Ask() {
    // What is new may be what the answer on its way does not say.
    if (call_ != nullptr) {
      again_ = true;
      return;
    }
    again_ = false;
    call_ = std::make_unique<ReflectionCall>(
        *channel_, services_,
        [this](absl::StatusOr<Reflected> result) { OnAnswer(std::move(result)); });
  }

  void OnAnswer(absl::StatusOr<Reflected> result) {
    call_.reset();
    (result.ok() ? answered_ : failed_).Increment();
    absl::Status problem = result.status();
    if (result.ok() && !result->unknown.empty()) {
      const auto& [service, why] = *result->unknown.begin();
      problem = absl::NotFoundError(service + ": " + why);
    }
    Tell(problem);
    if (result.ok() && parts_.learned.Take(channel_->target(), *std::move(result))) {
      parts_.changed();
    }
    if (again_) return Ask();
    if (!problem.ok()) AskLater();
  }

  void AskLater() {
    timer_.expires_after(absl::ToChronoMilliseconds(parts_.retry_interval));
    timer_.async_wait([weak = weak_factory_.Get()](const boost::system::error_code& error) {
      if (Server* self = error ? nullptr : weak.get()) self->Ask();
    });
  }

  // Once for each trouble, however often it is asked about.
  void Tell(const absl::Status& problem) {
    if (std::exchange(last_problem_, problem) == problem || problem.ok()) return;
    log::Warning("a service does not describe itself (--reflection)",
                 {{"target", channel_->target()}, {"error", problem.message()}});
  }

  boost::asio::io_context& context_;
  const std::vector<std::string> services_;
  const Parts parts_;
  prometheus::Counter& answered_;
  prometheus::Counter& failed_;
  absl::Status last_problem_;
  bool again_ = false;
  boost::asio::steady_timer timer_;
  std::unique_ptr<grpc_client::Channel> channel_;
  std::unique_ptr<ReflectionCall> call_;  // which goes before its channel
  WeakPtrFactory<Server> weak_factory_{this};
};

Reflector::Reflector(ReflectorOptions options, Learned& learned, Metrics& metrics,
                     std::function<void()> changed) {
  std::map<std::string, std::vector<std::string>> by_target;
  for (const auto& [service, target] : options.targets) by_target[target].push_back(service);
  Server::Parts parts = {learned, metrics, std::move(changed), options.retry_interval};
  boost::asio::post(loop_.context(), [this, by_target, parts, max = options.max_message_bytes] {
    for (const auto& [target, services] : by_target) {
      grpc_client::ChannelOptions channel;
      channel.target = target;
      channel.max_message_bytes = max;
      servers_.push_back(std::make_unique<Server>(loop_, channel, services, parts));
    }
  });
}

Reflector::~Reflector() {
  std::promise<void> gone;
  boost::asio::post(loop_.context(), [this, &gone] {
    servers_.clear();
    gone.set_value();
  });
  gone.get_future().wait();
}

}  // namespace triad::gateway
