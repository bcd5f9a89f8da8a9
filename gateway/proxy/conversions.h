// Conversions between JSON and wire bytes that would keep a loop for too long.
//
//   loop ─▶ work, on a thread of its own ─▶ loop
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "gateway/transcoding/codec.h"
#include "runtime/base/memory_budget.h"
#include "runtime/io/executor.h"

namespace triad::gateway {

// Of one loop, on which everything but the work happens.
class Conversions {
 public:
  // Converts what it holds. It takes memory for the result.
  using Work = std::function<absl::StatusOr<std::string>(ConversionMemory&)>;
  using Done = std::function<void(absl::StatusOr<std::string>)>;

  // Bytes that are converted on the loop itself, at most: the time of a few small requests.
  static constexpr std::size_t kAtOnce = 128 * 1024;

  // `budget` may be null. Both must outlive it.
  Conversions(boost::asio::io_context& context, MemoryBudget* budget);
  // Ends without calling any Done; waits for what is at work.
  ~Conversions();

  // Begins `work` for the client `peer`; `done` gets its result later, unless Drop comes first.
  // What it returns is never 0.
  std::uint64_t Start(const std::string& peer, Work work, Done done);
  void Drop(std::uint64_t number);

  boost::asio::io_context& context() const { return context_; }

 private:
  // Shared with the thread that does the work.
  struct Job {
    Job(MemoryBudget* budget, const std::string& peer, Work work);

    Work work;
    MemoryShare share;
    std::atomic<bool> is_dropped{false};
    absl::StatusOr<std::string> result;
  };
  struct Waiting {
    std::shared_ptr<Job> job;
    Done done;
  };

  void Run(std::uint64_t number, const std::shared_ptr<Job>& job);
  void Finish(std::uint64_t number);

  boost::asio::io_context& context_;
  MemoryBudget* const budget_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Waiting> waiting_;
  // What has been posted may come when this is gone.
  const std::shared_ptr<bool> is_there_ = std::make_shared<bool>(true);
  Executor executor_;  // last: it uses the rest
};

}  // namespace triad::gateway
