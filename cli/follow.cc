#include "cli/follow.h"

#include <google/protobuf/message.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
constexpr absl::Duration kMaxPause = absl::Seconds(2);

// A server that went, or shed this stream: another try may go well.
bool CanGoOn(const absl::Status& status) {
  return status.ok() || absl::IsUnavailable(status) || absl::IsCancelled(status) ||
         absl::IsResourceExhausted(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

absl::Status Follow(Session& session, const google::protobuf::MethodDescriptor& method,
                    const std::function<const google::protobuf::Message&()>& request,
                    const Client::OnMessage& on_message) {
  TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
  absl::Duration pause = kFirstPause;
  bool ever_open = false;
  for (;;) {
    bool brought = false;
    absl::Status taken;
    absl::Status ended =
        client->Send({&method}, request(), [&](const google::protobuf::Message& message) {
          brought = true;
          taken = on_message(message);
          return taken;
        });
    TRIAD_RETURN_IF_ERROR(taken);
    ever_open = ever_open || brought || ended.ok();
    if (!ever_open || !CanGoOn(ended)) return ended;
    if (brought) {
      session.Say(absl::StrCat("triadctl: the watch broke off and goes on: ", ended.message()));
      pause = kFirstPause;
    }
    absl::SleepFor(pause);
    pause = std::min(2 * pause, kMaxPause);
  }
}

}  // namespace triad::cli
