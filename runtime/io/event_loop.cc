#include "runtime/io/event_loop.h"

#include <pthread.h>

namespace triad {

EventLoop::EventLoop(const std::string& name)
    : work_(context_.get_executor()), thread_([this] { context_.run(); }) {
  // The kernel takes 15 characters.
  pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
}

EventLoop::~EventLoop() {
  context_.stop();
  thread_.join();
}

}  // namespace triad
