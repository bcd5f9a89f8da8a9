// Bytes in a content coding.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/http/coding/coding.h"

namespace triad::http {

// How much effort. kFast is for answers that are made each time, kBest for what is kept.
enum class Effort { kFast, kBest };

// All of `bytes`. RESOURCE_EXHAUSTED if there is no memory for it.
absl::StatusOr<std::string> Compress(Coding coding, absl::string_view bytes,
                                     Effort effort = Effort::kFast);

// Gzip, piece by piece. Not thread-safe.
class GzipStream {
 public:
  // What it may hold, for the whole of its life: a window of 4 KiB for streams that are many and
  // last long, or one of 32 KiB.
  enum class Window { kSmall, kLarge };
  static constexpr std::size_t BytesOf(Window window) {
    return window == Window::kSmall ? 32 * 1024 : 272 * 1024;
  }

  // Null if there is no memory for it.
  static std::unique_ptr<GzipStream> Create(Window window);
  virtual ~GzipStream() = default;

  // What `bytes` become. With `flush` the reader has all of them by it; else they may be kept for
  // the next piece, and the result is empty.
  virtual std::string Write(absl::string_view bytes, bool flush) = 0;
  // The end. Nothing is written afterwards.
  virtual std::string Finish() = 0;
};

}  // namespace triad::http
