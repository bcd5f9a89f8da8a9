#include "services/storage/blobs/s3/client/retry.h"

#include <algorithm>
#include <utility>

#include "runtime/base/random.h"

namespace triad::storage::s3 {
namespace {

// What a retry costs, where a request that succeeds earns 1.
constexpr int kCost = 10;

}  // namespace

RetryBudget::RetryBudget(int size) : size_(size * kCost), left_(size_) {}

bool RetryBudget::Take() {
  MutexLock lock(mutex_);
  if (left_ < kCost) return false;
  left_ -= kCost;
  return true;
}

void RetryBudget::Earn() {
  MutexLock lock(mutex_);
  left_ = std::min(size_, left_ + 1);
}

bool Retry::Again(Remedy remedy) {
  ++failures_;
  if (remedy == Remedy::kNone || failures_ >= options_.attempts) return false;
  // Other credentials are tried once.
  if (remedy == Remedy::kNewCredentials) return !std::exchange(new_credentials_, true);
  if (!budget_.Take()) return false;
  sleep_(Delay(remedy));
  return true;
}

absl::Duration Retry::Delay(Remedy remedy) {
  absl::Duration first =
      remedy == Remedy::kAgainSlower ? options_.first_slow_delay : options_.first_delay;
  absl::Duration max = std::min(options_.max_delay, first * (1 << (failures_ - 1)));
  // The whole delay is random, so that requests that failed together do not come again
  // together.
  return absl::Milliseconds(random_.Uniform(absl::ToInt64Milliseconds(max) + 1));
}

}  // namespace triad::storage::s3
