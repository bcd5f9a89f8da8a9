// Clients that ask and ask while something is restarted, and count what was
// not answered.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime/base/mutex.h"
#include "tests/support/http.h"

namespace triad::testing {

// Sends GET requests over one connection, the next after the answer, as
// browsers and proxies do, and connects anew where `address` says when an answer
// says `Connection: close`.
class KeepAliveClient {
 public:
  explicit KeepAliveClient(std::function<std::string()> address) : address_(std::move(address)) {}

  // Empty if the answer is 200 and its body contains `expected`, else what came
  // instead. There is no second try.
  std::string Ask(const std::string& path, const std::string& expected);

 private:
  std::function<std::string()> address_;
  std::unique_ptr<RawConnection> connection_;
};

// Sends new connections to the servers that say on /readyz that they are ready,
// as a Service of Kubernetes does, and as late as one: it looks now and then.
class ReadyAddresses {
 public:
  struct Server {
    std::string address;
    std::string admin;
  };
  explicit ReadyAddresses(std::vector<Server> servers);
  ~ReadyAddresses();

  // The next one in turn. Waits while there is none.
  std::string Next();
  bool IsReady(const std::string& address);

 private:
  void Watch();

  const std::vector<Server> servers_;
  std::atomic<bool> stop_{false};
  Mutex mutex_;
  std::vector<std::string> ready_ ABSL_GUARDED_BY(mutex_);
  std::size_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  std::thread watcher_;
};

// Clients in threads of their own, from construction until Stop.
class Load {
 public:
  // Each client calls `ask` again and again; it returns what went wrong.
  using Ask = std::function<std::string()>;
  Load(int clients, const std::function<Ask()>& make_client);
  ~Load();

  void Stop();
  int answered() const { return answered_; }
  std::vector<std::string> failures();

 private:
  std::atomic<bool> stop_{false};
  std::atomic<int> answered_{0};
  Mutex mutex_;
  std::vector<std::string> failures_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace triad::testing
