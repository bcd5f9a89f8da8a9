// The bytes that all transformations that run may hold together.
#pragma once

#include <atomic>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "runtime/base/status.h"

namespace triad::transform {

// Thread-safe. Nobody waits.
class RunningBytes {
 public:
  explicit RunningBytes(std::int64_t limit) : limit_(limit) {}

  // Some of them, for as long as this lives.
  class Hold {
   public:
    Hold(RunningBytes& all, std::int64_t bytes) : all_(all), bytes_(bytes) {
      fits_ = all_.used_.fetch_add(bytes_) + bytes_ <= all_.limit_;
      if (!fits_) all_.used_.fetch_sub(bytes_);
    }
    ~Hold() {
      if (fits_) all_.used_.fetch_sub(bytes_);
    }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

    // UNAVAILABLE if there were not as many.
    absl::Status status() const {
      if (fits_) return absl::OkStatus();
      return WithRetryDelay(
          absl::UnavailableError(absl::StrCat("transformations that run hold the ", all_.limit_,
                                              " bytes there are (--memory_budget_bytes); try "
                                              "again")),
          absl::Seconds(1));
    }

   private:
    RunningBytes& all_;
    const std::int64_t bytes_;
    bool fits_ = false;
  };

 private:
  const std::int64_t limit_;
  std::atomic<std::int64_t> used_ = 0;
};

}  // namespace triad::transform
