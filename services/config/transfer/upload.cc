#include "services/config/transfer/upload.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "runtime/base/status.h"
#include "runtime/io/executor.h"

namespace triad::config {

Upload::Upload(MemoryBudget& budget, Executor& executor)
    : budget_(budget),
      held_(std::make_shared<Held>()),
      share_(&budget, "", [&executor, held = held_] {
        executor.Continue([held] {
          MutexLock lock(held->mutex);
          held->chunks.clear();
        });
      }) {}

Upload::~Upload() = default;

absl::Status Upload::status() const {
  if (!share_.ended()) return absl::OkStatus();
  return absl::DeadlineExceededError(
      "the file came too slowly while others needed the memory it held (--memory_budget_bytes); "
      "send it again");
}

absl::Status Upload::Grow(std::size_t bytes) {
  if (share_.Grow(bytes)) {
    bytes_ += bytes;
    return absl::OkStatus();
  }
  TRIAD_RETURN_IF_ERROR(status());
  std::string all = absl::StrCat(budget_.size(), " bytes that imports may hold (",
                                 "--memory_budget_bytes, --import_entries)");
  if (bytes_ + bytes > budget_.size()) {
    return absl::OutOfRangeError(
        absl::StrCat("content: the file and its entries take more than the ", all));
  }
  return WithRetryDelay(absl::UnavailableError(absl::StrCat("other imports hold the ", all)),
                        absl::Seconds(1));
}

absl::Status Upload::Append(const std::string& bytes) {
  if (bytes.empty()) return status();
  TRIAD_RETURN_IF_ERROR(Grow(bytes.size()));
  share_.Moved(bytes.size());
  MutexLock lock(held_->mutex);
  held_->chunks.push_back(bytes);
  return absl::OkStatus();
}

absl::Status Upload::Reserve(std::size_t bytes) {
  TRIAD_RETURN_IF_ERROR(Grow(bytes));
  share_.Moved(bytes);
  return absl::OkStatus();
}

std::size_t Upload::Read(char* buffer, std::size_t size) {
  std::string done;
  std::size_t count = 0;
  {
    MutexLock lock(held_->mutex);
    if (held_->chunks.empty()) return 0;
    std::string& first = held_->chunks.front();
    count = std::min(size, first.size() - read_);
    std::copy_n(first.data() + read_, count, buffer);
    read_ += count;
    if (read_ == first.size()) {
      done = std::move(first);
      held_->chunks.pop_front();
      read_ = 0;
    }
  }
  share_.Moved(count);
  share_.Shrink(done.size());
  bytes_ -= done.size();
  return count;
}

}  // namespace triad::config
