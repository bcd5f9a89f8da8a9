#include "cli/transport/waiting.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr absl::Duration kPause = absl::Milliseconds(200);

bool HasNoSideEffects(const MethodDescriptor& method) {
  return method.options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
}

class WaitingClient final : public Client {
 public:
  WaitingClient(std::unique_ptr<Client> client, absl::Duration wait, OnAway on_away)
      : client_(std::move(client)), wait_(wait), on_away_(std::move(on_away)) {}

  absl::Status Send(const Call& call, const Message& request,
                    const OnMessage& on_message) override {
    if (!HasNoSideEffects(*call.method)) {
      if (wait_ > absl::ZeroDuration()) TRIAD_RETURN_IF_ERROR(Ready(*call.method));
      return client_->Send(call, request, on_message);
    }
    bool begun = false;
    return Repeat([&] {
      absl::Status status = client_->Send(call, request, [&](const Message& message) {
        begun = true;
        return on_message(message);
      });
      return Attempt{status, begun};
    });
  }

  absl::Status Upload(const Call& call, const Message& request, const Content& content,
                      const OnMessage& on_message) override {
    if (wait_ > absl::ZeroDuration()) TRIAD_RETURN_IF_ERROR(Ready(*call.method));
    return client_->Upload(call, request, content, on_message);
  }

  absl::Status Converse(const Call& call, const Message& request, const Content& content,
                        const OnMessage& on_message) override {
    if (wait_ > absl::ZeroDuration()) TRIAD_RETURN_IF_ERROR(Ready(*call.method));
    return client_->Converse(call, request, content, on_message);
  }

  absl::Status Ready(const MethodDescriptor& method) override {
    return Repeat([&] { return Attempt{client_->Ready(method), false}; });
  }

  absl::StatusOr<std::vector<ServerBuild>> Builds() override {
    absl::StatusOr<std::vector<ServerBuild>> builds;
    TRIAD_RETURN_IF_ERROR(Repeat([&] {
      builds = client_->Builds();
      return Attempt{builds.status(), false};
    }));
    return builds;
  }

 private:
  struct Attempt {
    absl::Status status;
    bool begun;  // some of the answer has been taken: it is not asked for again
  };

  template <typename Try>
  absl::Status Repeat(Try attempt) {
    Stopwatch since;
    for (;;) {
      Attempt made = attempt();
      absl::Duration left = wait_ - since.elapsed();
      if (made.begun || !absl::IsUnavailable(made.status) || left <= absl::ZeroDuration()) {
        return made.status;
      }
      on_away_(made.status, since.elapsed());
      absl::SleepFor(std::min(kPause, left));
    }
  }

  const std::unique_ptr<Client> client_;
  const absl::Duration wait_;
  const OnAway on_away_;
};

}  // namespace

std::unique_ptr<Client> MakeWaitingClient(std::unique_ptr<Client> client, absl::Duration wait,
                                          OnAway on_away) {
  return std::make_unique<WaitingClient>(std::move(client), wait, std::move(on_away));
}

}  // namespace triad::cli
