#include "services/transform/engine/output.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::transform {

bool Output::Fail(absl::Status status) {
  if (status_.ok()) status_ = std::move(status);
  room_ = 0;
  return false;
}

bool Output::Look() {
  if (failed()) return false;
  return !cancelled_() || Fail(absl::CancelledError("the caller went away"));
}

bool Output::CheckLimits(std::int64_t total) {
  if (total > limits_.max_bytes) {
    return Fail(absl::ResourceExhaustedError(
        absl::StrCat("its output is over ", limits_.max_bytes, " bytes (--max_output_bytes)")));
  }
  if (total > kMinRatioBytes && total / limits_.max_ratio > input_bytes_) {
    return Fail(absl::ResourceExhaustedError(absl::StrCat(
        "its output is over ", limits_.max_ratio, " times as long as its input (--max_ratio)")));
  }
  return true;
}

absl::Status Output::Reserve(std::size_t bytes) {
  if (bytes <= reserved_) return absl::OkStatus();
  // The old buffer is there until the new one has its bytes.
  TRIAD_RETURN_IF_ERROR(hold_.Grow(static_cast<std::int64_t>(bytes)));
  bytes_.reserve(bytes);
  hold_.Shrink(static_cast<std::int64_t>(reserved_));
  reserved_ = bytes;
  return absl::OkStatus();
}

void Output::Expect(std::size_t bytes) {
  if (sink_ || failed()) return;
  auto most = static_cast<std::uint64_t>(limits_.max_bytes);
  // If there is no memory for it, there may be for what is written in fact.
  Reserve(static_cast<std::size_t>(std::min<std::uint64_t>(bytes, most))).IgnoreError();
}

// Twice as much each time, but no more than may be written.
std::size_t Output::Capacity(std::size_t needed) const {
  auto most = static_cast<std::size_t>(limits_.max_bytes);
  return std::max(needed, std::min(2 * reserved_, most));
}

bool Output::MakeRoom(std::size_t bytes) {
  if (!Look() || !CheckLimits(total_bytes() + static_cast<std::int64_t>(bytes))) return false;
  if (sink_ && bytes_.size() >= kLookBytes && !Flush().ok()) return false;
  std::size_t needed = bytes_.size() + bytes;
  if (needed > reserved_) {
    absl::Status taken = Reserve(Capacity(needed));
    if (!taken.ok()) return Fail(std::move(taken));
  }
  auto left = static_cast<std::size_t>(limits_.max_bytes - total_bytes());
  room_ = std::max(bytes, std::min({reserved_ - bytes_.size(), kLookBytes, left}));
  return true;
}

absl::Status Output::Apart(absl::FunctionRef<void()> work) {
  auto run_if_wanted = [&] {
    if (Wanted()) work();
  };
  if (limits_.apart == nullptr) {
    run_if_wanted();
  } else {
    TRIAD_RETURN_IF_ERROR(limits_.apart(run_if_wanted));
  }
  return status_;
}

absl::Status Output::Flush() {
  if (failed() || bytes_.empty()) return status_;
  absl::Status taken = sink_(bytes_);
  if (!taken.ok()) {
    Fail(std::move(taken));
    return status_;
  }
  passed_on_ += static_cast<std::int64_t>(bytes_.size());
  bytes_.clear();
  room_ = 0;
  return status_;
}

}  // namespace triad::transform
