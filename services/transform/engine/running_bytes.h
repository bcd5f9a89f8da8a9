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

  // Some of them, for as long as this lives. For one thread.
  class Hold {
   public:
    explicit Hold(RunningBytes& all) : all_(all) {}
    ~Hold() { all_.used_.fetch_sub(bytes_); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

    // Takes `bytes` more. With nothing taken, UNAVAILABLE if there are not as many now,
    // RESOURCE_EXHAUSTED if there never are.
    absl::Status Grow(std::int64_t bytes) {
      if (bytes > all_.limit_ - bytes_) {
        return absl::ResourceExhaustedError(
            absl::StrCat("it takes over the ", all_.limit_,
                         " bytes that there are for transformations (--memory_budget_bytes)"));
      }
      if (all_.used_.fetch_add(bytes) + bytes > all_.limit_) {
        all_.used_.fetch_sub(bytes);
        return WithRetryDelay(
            absl::UnavailableError(absl::StrCat("transformations that run hold the ", all_.limit_,
                                                " bytes there are (--memory_budget_bytes); try "
                                                "again")),
            absl::Seconds(1));
      }
      bytes_ += bytes;
      return absl::OkStatus();
    }
    // Gives back `bytes` of them.
    void Shrink(std::int64_t bytes) {
      all_.used_.fetch_sub(bytes);
      bytes_ -= bytes;
    }

   private:
    RunningBytes& all_;
    std::int64_t bytes_ = 0;
  };

 private:
  const std::int64_t limit_;
  std::atomic<std::int64_t> used_ = 0;
};

}  // namespace triad::transform
