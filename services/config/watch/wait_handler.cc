#include "services/config/watch/wait_handler.h"

#include <algorithm>

#include "runtime/base/clock.h"
#include "runtime/base/status.h"

namespace triad::config {
namespace {

constexpr absl::Duration kMaxWait = absl::Minutes(1);
// The answer leaves at most a second after its time, and has to arrive.
constexpr absl::Duration kMargin = absl::Seconds(2);

}  // namespace

absl::StatusOr<absl::Duration> WaitOf(const rpc::Call& call,
                                      const google::protobuf::Duration& proto) {
  absl::Duration wait = absl::Seconds(proto.seconds()) + absl::Nanoseconds(proto.nanos());
  if (wait <= absl::ZeroDuration()) return InvalidField("wait", "must be more than 0");
  return std::min({wait, kMaxWait, call.time_left() - kMargin});
}

absl::StatusOr<std::unique_ptr<Watch>> StartWait(WatchHub& hub, WatchFilter filter, Revision after,
                                                 absl::Duration wait) {
  if (wait <= absl::ZeroDuration()) return nullptr;
  if (after == Revision{0}) after = hub.head();
  bool happened = after <= hub.head();
  auto watch = hub.Start(std::move(filter), after);
  if (absl::IsOutOfRange(watch.status()) && happened) return nullptr;
  if (!watch.ok()) return watch.status();
  (*watch)->MarkBy(Clock::System().Steady() + wait);
  return watch;
}

}  // namespace triad::config
