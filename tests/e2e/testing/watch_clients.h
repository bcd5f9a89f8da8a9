// Clients that write to config, and clients that watch all that is written, over gRPC and
// as event streams of the gateway.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/suite.h"
#include "tests/support/watch_check.h"
#include "triad/config/v1/config.grpc.pb.h"

namespace triad::testing {

// A connection, for calls of any thread.
using ConfigStub = config::v1::ConfigService::Stub;
std::shared_ptr<ConfigStub> ConnectToConfig(const std::string& address);

// They put, delete and commit, each its own entries, until all together have been
// acknowledged so many writes.
class StormWriters {
 public:
  StormWriters(std::string address, std::size_t clients, int writes)
      : address_(std::move(address)), writes_(writes), clients_(clients) {}
  ~StormWriters();

  void Start();
  int acknowledged() const { return acknowledged_; }
  // Waits for their end, and writes one entry more, which tells the watches that it is over.
  void Finish();
  // After that.
  WrittenChanges written() const;

 private:
  struct Client {
    WrittenChanges written;
    std::thread thread;
  };
  void Run(int id, WrittenChanges& written);

  const std::string address_;
  const int writes_;
  std::atomic<int> acknowledged_ = 0;
  std::vector<Client> clients_;
};

// A thread that watches until it is told of the last write, and goes on after every
// interruption.
class StormWatch {
 public:
  // Called after each message with their number.
  using Pace = std::function<void(int messages)>;

  // `leave_one_in`: how seldom it leaves by itself, in messages.
  StormWatch(std::shared_ptr<ConfigStub> stub, int leave_one_in, Pace pace)
      : stub_(std::move(stub)), leave_one_in_(leave_one_in), pace_(std::move(pace)) {}
  virtual ~StormWatch() = default;

  void Start();
  void Join() { thread_.join(); }
  const ToldChanges& told() const { return told_; }
  // Errors that are none of those that it may meet.
  const std::vector<std::string>& errors() const { return errors_; }

 protected:
  // One connection, until it ends.
  virtual void Follow() = 0;
  // Returns false if it has had enough of this connection.
  bool Take(const config::v1::WatchEntriesResponse& response);
  void Ended(int code, const std::string& message);

  const std::shared_ptr<ConfigStub> stub_;
  std::string resume_;

 private:
  void List();

  const int leave_one_in_;
  const Pace pace_;
  std::mt19937 random_{std::random_device{}()};
  ToldChanges told_;
  std::vector<std::string> errors_;
  int messages_ = 0;
  bool over_ = false;
  std::thread thread_;
};

class GrpcWatch final : public StormWatch {
 public:
  using StormWatch::StormWatch;

 private:
  void Follow() override;
};

// As a browser does it.
class EventSourceWatch final : public StormWatch {
 public:
  EventSourceWatch(Suite& suite, std::shared_ptr<ConfigStub> stub, int leave_one_in, Pace pace)
      : StormWatch(std::move(stub), leave_one_in, std::move(pace)), suite_(suite) {}

 private:
  void Follow() override;
  // An event of the stream; false if it has had enough.
  bool TakeEvent(const std::string& event);
  Suite& suite_;
};

}  // namespace triad::testing
