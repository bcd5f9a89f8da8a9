// A server whose handler is a function of the test.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/base/elapsed.h"
#include "runtime/base/mutex.h"
#include "runtime/http/server.h"
#include "runtime/io/event_loop.h"

namespace triad::http {

// Tests share the exchange with the callbacks that they give it.
using HandleFunction = std::function<void(std::shared_ptr<Exchange>)>;

// A value that one thread sets and another waits for, 10 seconds at most. Not for
// absl::Status: thread sanitizer does not see its count of references, which is
// kept inside Debian's library.
template <typename T>
class Awaited {
 public:
  void Set(T value) {
    MutexLock lock(mutex_);
    value_ = std::move(value);
    set_.NotifyAll();
  }
  // For another time.
  void Reset() {
    MutexLock lock(mutex_);
    value_.reset();
  }
  bool has_value() {
    MutexLock lock(mutex_);
    return value_.has_value();
  }
  // Fails the test, with a default value, if it is never set.
  T Get() {
    Countdown countdown(absl::Seconds(10));
    MutexLock lock(mutex_);
    while (!value_ && !countdown.over()) set_.WaitFor(mutex_, countdown.left());
    EXPECT_TRUE(value_.has_value()) << "never happened";
    return value_ ? *value_ : T{};
  }

 private:
  Mutex mutex_;
  CondVar set_;
  std::optional<T> value_ ABSL_GUARDED_BY(mutex_);
};

class TestServer {
 public:
  explicit TestServer(HandleFunction handle, ServerOptions options = {}, int loops = 1) {
    options.listen = "127.0.0.1:0";
    std::vector<EventLoop*> pointers;
    for (int i = 0; i < loops; ++i) {
      pointers.push_back(loops_.emplace_back(std::make_unique<EventLoop>("test")).get());
    }
    auto server = Server::Start(
        options, pointers, [&](EventLoop&) { return std::make_unique<FunctionHandler>(handle); });
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  int port() const { return server_->port(); }
  Server& server() { return *server_; }
  // Ends the server before its loops, as a main does.
  void Stop() { server_.reset(); }
  // Runs `work` on the first loop.
  void Post(std::function<void()> work);

 private:
  class FunctionHandler final : public Handler {
   public:
    explicit FunctionHandler(HandleFunction handle) : handle_(std::move(handle)) {}
    void Handle(std::unique_ptr<Exchange> exchange) override { handle_(std::move(exchange)); }

   private:
    const HandleFunction handle_;
  };

  std::vector<std::unique_ptr<EventLoop>> loops_;
  std::unique_ptr<Server> server_;
};

// Answers with `body`.
void Reply(Exchange& exchange, std::string body, int status = 200);

// Reads the whole body, then calls `done` with it.
void ReadAll(std::shared_ptr<Exchange> exchange,
             std::function<void(absl::StatusOr<std::string>)> done);

}  // namespace triad::http
