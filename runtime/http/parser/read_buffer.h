// Bytes read from a socket and not yet understood.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace triad::http {

// A flat buffer. Consume leaves everything else where it is, so bytes may be
// consumed while a read into the prepared space is under way. Not thread-safe.
class ReadBuffer {
 public:
  // An idle connection keeps no more than this.
  static constexpr std::size_t kKept = 8 * 1024;

  absl::string_view view() const { return {bytes_.data() + begin_, size()}; }
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }

  // How much more than kKept would be held after Prepare(count).
  std::size_t ExcessWith(std::size_t count) const {
    if (empty() && count <= kKept) return 0;
    std::size_t held = std::max(bytes_.capacity(), size() + count);
    return held - std::min(held, kKept);
  }
  // How many more bytes fit without holding more than kKept.
  std::size_t room() const { return kKept - std::min(kKept, size()); }

  // Space for at least `count` more bytes. Valid until the next Prepare.
  char* Prepare(std::size_t count) {
    if (empty()) {
      begin_ = end_ = 0;
      if (bytes_.capacity() > kKept && count <= kKept) std::string().swap(bytes_);
    }
    if (bytes_.size() - end_ < count && begin_ > 0) {
      std::memmove(bytes_.data(), bytes_.data() + begin_, size());
      end_ -= begin_;
      begin_ = 0;
    }
    if (bytes_.size() - end_ < count) {
      if (bytes_.capacity() < end_ + count) Grow(end_ + count);
      bytes_.resize(end_ + count);
    }
    return bytes_.data() + end_;
  }
  // Takes over `count` bytes of the prepared space.
  void Commit(std::size_t count) { end_ += count; }
  void Consume(std::size_t count) { begin_ += count; }
  // Consumes everything, without copying it if it is most of what is held. Not while a read is
  // under way.
  std::string TakeAll() {
    std::string taken;
    if (begin_ == 0 && size() >= bytes_.capacity() / 2) {
      bytes_.resize(end_);
      taken = std::exchange(bytes_, {});
    } else {
      taken = std::string(view());
    }
    begin_ = end_ = 0;
    return taken;
  }

 private:
  // No more than is asked for, while a string that grows by itself takes twice what it had.
  void Grow(std::size_t capacity) {
    std::string grown;
    grown.reserve(capacity);
    grown.append(bytes_, 0, end_);
    bytes_.swap(grown);
  }

  std::string bytes_;  // all of its size is room
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace triad::http
