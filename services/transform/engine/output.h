// Where an operation writes: bounded, counted, and at an end when nobody waits any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/apart.h"
#include "services/transform/engine/cancelled.h"
#include "services/transform/engine/running_bytes.h"

namespace triad::transform {

struct OutputLimits {
  std::int64_t max_bytes = std::numeric_limits<std::int64_t>::max();
  // Times the input; it counts from kMinRatioBytes of output on.
  std::int64_t max_ratio = std::numeric_limits<std::int64_t>::max();
  // Null: on the thread that asks.
  RunApart apart = nullptr;
};

// An output of fewer bytes is not too large for its input, however small that is.
inline constexpr std::int64_t kMinRatioBytes = 1024 * 1024;

// After the first failure nothing more is written, so that an operation need not look at each
// call: it asks `failed` or `Going` in its loops. Not thread-safe.
class Output {
 public:
  // Takes what is ready, piece by piece. An error of it ends the output.
  using Sink = std::function<absl::Status(absl::string_view piece)>;

  // `memory` outlives it. With a sink, no more than a piece is held.
  Output(const OutputLimits& limits, RunningBytes& memory, Cancelled cancelled, Sink sink = nullptr)
      : limits_(limits), hold_(memory), cancelled_(cancelled), sink_(std::move(sink)) {}

  void Append(absl::string_view bytes) {
    if (bytes.size() > room_ && !MakeRoom(bytes.size())) return;
    room_ -= bytes.size();
    bytes_.append(bytes.data(), bytes.size());
  }
  void Put(char byte) { Append(absl::string_view(&byte, 1)); }

  // About so many bytes will be written in all: one allocation instead of several.
  void Expect(std::size_t bytes);

  // So many bytes of the input are there, in all; the ratio counts by them.
  void CountInput(std::size_t bytes) { input_bytes_ += static_cast<std::int64_t>(bytes); }

  // Asked in loops over the input, of which `done` bytes are done: false if it is to end.
  bool Going(std::size_t done) {
    if (done < next_look_) return !failed();
    next_look_ = done + kLookBytes;
    return Look();
  }
  // The same without counting, for loops whose turns differ in length.
  bool Wanted() { return Look(); }
  // Runs `work`, a call of a library that cannot be stopped, and that the operation's parameters
  // bound to about a second of a processor. Nothing is written meanwhile. Errors: those of
  // RunApart, and CANCELLED if nobody waits any more when its turn comes.
  absl::Status Apart(absl::FunctionRef<void()> work);
  // Takes memory for the operation's own use, until this ends. UNAVAILABLE if there is not as
  // much now, RESOURCE_EXHAUSTED if there never is.
  absl::Status Hold(std::int64_t bytes) { return hold_.Grow(bytes); }

  bool failed() const { return !status_.ok(); }
  // RESOURCE_EXHAUSTED over a limit, UNAVAILABLE without memory now, CANCELLED.
  const absl::Status& status() const { return status_; }
  // For functions that take it themselves.
  Cancelled cancelled() const { return cancelled_; }

  // All that was written, in all.
  std::int64_t total_bytes() const { return passed_on_ + static_cast<std::int64_t>(bytes_.size()); }
  // What is held. With a sink, what it has not been given.
  absl::string_view bytes() const { return bytes_; }
  std::string TakeBytes() { return std::move(bytes_); }
  // Gives the sink what is left.
  absl::Status Flush();

 private:
  static constexpr std::size_t kLookBytes = 64 * 1024;

  // Whether there is room for `bytes` more.
  bool MakeRoom(std::size_t bytes);
  absl::Status Reserve(std::size_t bytes);
  std::size_t Capacity(std::size_t needed) const;
  bool CheckLimits(std::int64_t total);
  bool Look();
  bool Fail(absl::Status status);

  const OutputLimits limits_;
  RunningBytes::Hold hold_;
  const Cancelled cancelled_;
  const Sink sink_;
  absl::Status status_;
  std::string bytes_;
  std::size_t room_ = 0;  // that can be written before it is time to look around
  std::size_t reserved_ = 0;
  std::size_t next_look_ = kLookBytes;
  std::int64_t input_bytes_ = 0;
  std::int64_t passed_on_ = 0;
};

}  // namespace triad::transform
