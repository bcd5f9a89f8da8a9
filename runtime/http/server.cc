#include "runtime/http/server.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/memory_budget.h"
#include "runtime/base/mutex.h"
#include "runtime/base/status.h"
#include "runtime/http/listen.h"
#include "runtime/http/loop_server.h"
#include "runtime/io/event_loop.h"

namespace triad::http {
namespace {

// Runs `work` on the loop's thread and waits for it.
void RunOn(EventLoop& loop, absl::FunctionRef<void()> work) {
  Mutex mutex;
  CondVar ran;
  bool done = false;
  boost::asio::post(loop.context(), [&] {
    work();
    MutexLock lock(mutex);
    done = true;
    ran.NotifyOne();
  });
  MutexLock lock(mutex);
  while (!done) ran.Wait(mutex);
}

class ServerImpl final : public Server {
 public:
  ServerImpl(const ServerOptions& options, std::vector<EventLoop*> loops,
             std::vector<Acceptor> acceptors, const HandlerFactory& factory)
      : loops_(std::move(loops)),
        port_(acceptors.front().local_endpoint().port()),
        count_(options) {
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      RunOn(*loops_[i], [&] {
        servers_.push_back(std::make_unique<LoopServer>(
            options, count_, loops_[i]->context(), std::move(acceptors[i]), factory(*loops_[i])));
      });
    }
  }

  ~ServerImpl() override {
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      RunOn(*loops_[i], [&] { servers_[i].reset(); });
    }
  }

  int port() const override { return port_; }

  void AnnounceClose() override {
    ForEach([](LoopServer& server) { server.AnnounceClose(); });
  }

  absl::Status Drain(absl::Duration timeout) override {
    ForEach([](LoopServer& server) { server.Drain(); });
    if (count_.WaitForNone(timeout)) return absl::OkStatus();
    std::size_t cut = 0;
    ForEach([&](LoopServer& server) { cut += server.busy(); });
    if (cut == 0) return absl::OkStatus();  // only clients that do not close
    return absl::DeadlineExceededError(absl::StrCat(cut, " requests were cut off"));
  }

 private:
  void ForEach(absl::FunctionRef<void(LoopServer&)> work) {
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      RunOn(*loops_[i], [&] { work(*servers_[i]); });
    }
  }

  const std::vector<EventLoop*> loops_;
  const int port_;
  ConnectionCount count_;
  std::vector<std::unique_ptr<LoopServer>> servers_;  // each of its loop's thread
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      std::vector<EventLoop*> loops,
                                                      const HandlerFactory& factory) {
  std::vector<boost::asio::io_context*> contexts;
  for (EventLoop* loop : loops) contexts.push_back(&loop->context());
  TRIAD_ASSIGN_OR_RETURN(std::vector<Acceptor> acceptors, Listen(options.listen, contexts));
  return std::make_unique<ServerImpl>(options, std::move(loops), std::move(acceptors), factory);
}

}  // namespace triad::http
