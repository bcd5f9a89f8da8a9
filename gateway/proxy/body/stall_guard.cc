#include "gateway/proxy/body/stall_guard.h"

#include <utility>

namespace triad::gateway {

StallGuard::StallGuard(boost::asio::io_context& context, absl::Duration limit,
                       std::function<void()> stalled)
    : limit_(absl::ToChronoNanoseconds(limit)), stalled_(std::move(stalled)), timer_(context) {}

void StallGuard::Start() {
  deadline_ = std::chrono::steady_clock::now() + limit_;
  if (!armed_) Arm();
}

void StallGuard::OnMoved() {
  if (deadline_ != kNever) Start();
}

void StallGuard::Stop() { deadline_ = kNever; }

void StallGuard::Arm() {
  armed_ = true;
  timer_.expires_at(deadline_);
  timer_.async_wait([weak = weak_factory_.Get()](const boost::system::error_code&) {
    if (StallGuard* self = weak.get()) self->Look();
  });
}

void StallGuard::Look() {
  armed_ = false;
  if (deadline_ == kNever) return;
  if (std::chrono::steady_clock::now() < deadline_) return Arm();
  Stop();
  stalled_();
}

}  // namespace triad::gateway
