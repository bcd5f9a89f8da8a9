// When a request is sent again, and when no longer.
#pragma once

#include <functional>

#include "absl/time/time.h"
#include "runtime/base/mutex.h"
#include "services/storage/blobs/s3/client/errors.h"
#include "services/storage/blobs/s3/client/options.h"

namespace triad {
class Random;
}

namespace triad::storage::s3 {

// The retries that all requests share. When S3 is away, most requests fail at once
// instead of asking it five times as often. Thread-safe.
class RetryBudget {
 public:
  explicit RetryBudget(int size);
  // False if there is none left.
  bool Take();
  // A request succeeded.
  void Earn();

 private:
  const int size_;
  Mutex mutex_;
  int left_ ABSL_GUARDED_BY(mutex_);
};

// Blocks the calling thread for that long.
using Sleep = std::function<void(absl::Duration)>;

// The retries of one request. Not thread-safe.
class Retry {
 public:
  // All but the options must outlive it.
  Retry(const RetryOptions& options, RetryBudget& budget, Random& random, const Sleep& sleep)
      : options_(options), budget_(budget), random_(random), sleep_(sleep) {}

  // Called after a failure: false if the request has failed for good; otherwise waits a
  // random while before it returns true.
  bool Again(Remedy remedy);

 private:
  absl::Duration Delay(Remedy remedy);

  const RetryOptions options_;
  RetryBudget& budget_;
  Random& random_;
  const Sleep& sleep_;
  int failures_ = 0;
  bool new_credentials_ = false;  // were tried
};

}  // namespace triad::storage::s3
