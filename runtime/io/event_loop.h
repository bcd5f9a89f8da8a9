// One thread that runs one io_context.
//
// The gateway has one per core: a connection from a browser, and the HTTP/2
// connections to the services that serve it, live and die on one loop, so none
// of their state is locked.
#pragma once

#include <pthread.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <string>
#include <thread>

namespace triad {

class EventLoop {
 public:
  // Starts the thread.
  explicit EventLoop(const std::string& name)
      : work_(context_.get_executor()), thread_([this] { context_.run(); }) {
    // The kernel takes 15 characters.
    pthread_setname_np(thread_.native_handle(), name.substr(0, 15).c_str());
  }
  // Stops it: handlers that have not run are destroyed.
  ~EventLoop() {
    context_.stop();
    thread_.join();
  }
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Post to it from any thread; everything else is for its own thread.
  boost::asio::io_context& context() { return context_; }

 private:
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace triad
