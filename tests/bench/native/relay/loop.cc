#include "tests/bench/native/relay/loop.h"

#include <sys/epoll.h>

#include "tests/bench/native/result.h"

namespace triad::bench {
namespace {

constexpr int kMaxEvents = 256;  // of one round

}  // namespace

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

// Edges, so that nothing has to be said to the system when what is awaited changes.
void Loop::Add(int socket, Pollable& pollable) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &pollable;
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket, &event) < 0) Fail("cannot watch a socket");
}

void Loop::Run(const std::function<void()>& after_round) {
  epoll_event events[kMaxEvents];
  for (;;) {
    int count = epoll_wait(epoll_.get(), events, kMaxEvents, -1);
    for (int i = 0; i < count; ++i) {
      static_cast<Pollable*>(events[i].data.ptr)->OnReady(events[i].events);
    }
    after_round();
  }
}

}  // namespace triad::bench
