#include "cli/storage/copy/crew.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/mutex.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

constexpr std::int64_t kParallel = 4;
constexpr std::int64_t kMaxParallel = 64;

// What the threads of one run share.
class Queue {
 public:
  explicit Queue(std::size_t count) : count_(count) {}

  // Nothing if nothing more is to begin.
  std::optional<std::size_t> Next() {
    MutexLock lock(mutex_);
    if (!failed_.ok() || next_ == count_) return std::nullopt;
    return next_++;
  }

  void Ended(const absl::Status& status) {
    MutexLock lock(mutex_);
    if (failed_.ok()) failed_ = status;
  }

  absl::Status result() {
    MutexLock lock(mutex_);
    return failed_;
  }

 private:
  const std::size_t count_;
  Mutex mutex_;
  std::size_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status failed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

Crew::Crew(Session& session, int size) : session_(session), size_(static_cast<std::size_t>(size)) {}

absl::Status Crew::Run(std::size_t count, const Work& work) {
  std::size_t needed = std::min(size_, count);
  while (clients_.size() < needed) {
    TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Client> client, session_.NewClient());
    clients_.push_back(std::move(client));
  }
  Queue queue(count);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < needed; ++i) {
    threads.emplace_back([&queue, &work, client = clients_[i].get()] {
      while (auto number = queue.Next()) queue.Ended(work(*client, *number));
    });
  }
  for (std::thread& thread : threads) thread.join();
  return queue.result();
}

Flag ParallelFlag() {
  return {"parallel", "N", "so many at once (default 4, at most 64)", FlagType::kInteger};
}

absl::StatusOr<int> ParallelOf(const FlagValues& flags) {
  std::int64_t parallel = flags.Integer("parallel", kParallel);
  if (parallel >= 1 && parallel <= kMaxParallel) return static_cast<int>(parallel);
  return UsageError(absl::StrCat("--parallel: expected 1 to ", kMaxParallel, ", not ", parallel));
}

}  // namespace triad::cli
