// Bytes on their way to a socket.
#pragma once

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <deque>
#include <utility>

#include "runtime/http/body.h"

namespace triad::http {

// What the socket would not take at once. Not thread-safe.
class OutputQueue {
 public:
  using Buffers = std::array<boost::asio::const_buffer, 8>;

  bool empty() const { return pieces_.empty(); }
  // Bytes that are held for this queue alone; a piece goes as a whole.
  std::size_t held() const { return held_; }

  void Add(Body piece, std::size_t already_written = 0) {
    if (piece.size() <= already_written) return;
    if (pieces_.empty()) offset_ = already_written;
    held_ += piece.own_size();
    pieces_.push_back(std::move(piece));
  }

  // What is written at once, at most: the system copies it, and others on the loop wait.
  static constexpr std::size_t kMaxWrite = 256 * 1024;

  // The first bytes, for one gathering write.
  Buffers Front() const {
    Buffers buffers;
    std::size_t skip = offset_;
    std::size_t room = kMaxWrite;
    std::size_t count = std::min(buffers.size(), pieces_.size());
    for (std::size_t i = 0; i < count && room > 0; ++i, skip = 0) {
      absl::string_view piece = pieces_[i].view().substr(skip, room);
      buffers[i] = boost::asio::const_buffer(piece.data(), piece.size());
      room -= piece.size();
    }
    return buffers;
  }

  // Forgets `count` bytes that were written.
  void Advance(std::size_t count) {
    offset_ += count;
    while (!pieces_.empty() && offset_ >= pieces_.front().size()) {
      offset_ -= pieces_.front().size();
      held_ -= pieces_.front().own_size();
      pieces_.pop_front();
    }
  }

 private:
  std::deque<Body> pieces_;
  std::size_t held_ = 0;
  std::size_t offset_ = 0;  // of what is written of the first piece
};

}  // namespace triad::http
