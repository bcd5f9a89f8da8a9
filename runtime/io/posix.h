// Small helpers around POSIX calls, for what has descriptors of its own.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad {

// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  int get() const { return value_; }
  // Whoever calls it closes the descriptor.
  int Release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

// Calls `call` again for as long as a signal interrupts it.
template <typename Call>
auto RetryOnEintr(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

// "<path>: <action>: <cause>", with the code that file_system.h documents.
absl::Status ErrnoStatus(int error, absl::string_view action, absl::string_view path);

// open(2), always with O_CLOEXEC.
absl::StatusOr<Descriptor> OpenDescriptor(const std::string& path, int flags, unsigned mode = 0);

}  // namespace triad
