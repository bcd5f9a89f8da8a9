#include "tests/support/load.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace triad::testing {

std::string KeepAliveClient::Ask(const std::string& path, const std::string& expected) {
  try {
    if (connection_ == nullptr) connection_ = std::make_unique<RawConnection>(address_());
  } catch (const std::runtime_error& refused) {
    return refused.what();
  }
  connection_->Clear();
  connection_->Write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  std::string answer = connection_->ReadUntil(expected);
  const bool ok =
      answer.rfind("HTTP/1.1 200", 0) == 0 && answer.find(expected) != std::string::npos;
  if (!ok || answer.find("Connection: close") != std::string::npos) connection_.reset();
  if (ok) return "";
  return answer.empty() ? "the connection was closed" : answer;
}

ReadyAddresses::ReadyAddresses(std::vector<Server> servers)
    : servers_(std::move(servers)), watcher_([this] { Watch(); }) {}

ReadyAddresses::~ReadyAddresses() {
  stop_ = true;
  watcher_.join();
}

std::string ReadyAddresses::Next() {
  std::string chosen;
  Eventually([&] {
    MutexLock lock(mutex_);
    if (!ready_.empty()) chosen = ready_[next_++ % ready_.size()];
    return !chosen.empty();
  });
  return chosen;
}

bool ReadyAddresses::IsReady(const std::string& address) {
  MutexLock lock(mutex_);
  return std::find(ready_.begin(), ready_.end(), address) != ready_.end();
}

void ReadyAddresses::Watch() {
  constexpr absl::Duration kPeriod = absl::Milliseconds(200);
  while (!stop_) {
    std::vector<std::string> ready;
    for (const Server& server : servers_) {
      if (Get("http://" + server.admin + "/readyz").status == 200) ready.push_back(server.address);
    }
    {
      MutexLock lock(mutex_);
      ready_ = std::move(ready);
    }
    Eventually([this] { return stop_.load(); }, kPeriod);
  }
}

Load::Load(int clients, const std::function<Ask()>& make_client) {
  for (int i = 0; i < clients; ++i) {
    threads_.emplace_back([this, ask = make_client()] {
      while (!stop_) {
        std::string failure = ask();
        if (failure.empty()) {
          ++answered_;
          continue;
        }
        MutexLock lock(mutex_);
        failures_.push_back(std::move(failure));
      }
    });
  }
}

Load::~Load() { Stop(); }

void Load::Stop() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

std::vector<std::string> Load::failures() {
  MutexLock lock(mutex_);
  return failures_;
}

}  // namespace triad::testing
