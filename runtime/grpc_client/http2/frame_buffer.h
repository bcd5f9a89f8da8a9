// Frames on their way to a socket.
#pragma once

#include <array>
#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace triad::grpc_client {

// What is small is copied, one behind the other, so that it leaves as one; what is large stays
// where it is. Not thread-safe.
class FrameBuffer {
 public:
  using Shared = std::shared_ptr<const std::string>;
  using Buffers = std::array<boost::asio::const_buffer, 8>;

  bool empty() const { return size_ == 0; }
  // Bytes that are not written.
  std::size_t size() const { return size_; }

  void Append(absl::string_view bytes) {
    bool goes_on = !pieces_.empty() && pieces_.back().owner == nullptr;
    if (!goes_on) pieces_.push_back({nullptr, text_.size(), 0});
    pieces_.back().size += bytes.size();
    text_.append(bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  // `size` bytes of `owner` from `begin` on.
  void Append(Shared owner, std::size_t begin, std::size_t size) {
    pieces_.push_back({std::move(owner), begin, size});
    size_ += size;
  }

  // The first bytes, for one gathering write.
  Buffers Front() const {
    Buffers buffers;
    for (std::size_t i = first_, n = 0; i < pieces_.size() && n < buffers.size(); ++i, ++n) {
      const Piece& piece = pieces_[i];
      const std::string& text = piece.owner == nullptr ? text_ : *piece.owner;
      buffers[n] = boost::asio::const_buffer(text.data() + piece.begin, piece.size);
    }
    return buffers;
  }

  // Forgets `count` bytes that were written.
  void Advance(std::size_t count) {
    size_ -= count;
    while (first_ < pieces_.size() && count >= pieces_[first_].size) {
      count -= pieces_[first_].size;
      pieces_[first_++].owner = nullptr;
    }
    if (empty()) return Clear();
    pieces_[first_].begin += count;
    pieces_[first_].size -= count;
  }

 private:
  struct Piece {
    Shared owner;  // null: in text_
    std::size_t begin;
    std::size_t size;
  };

  void Clear() {
    text_.clear();
    pieces_.clear();
    first_ = 0;
  }

  std::string text_;
  std::vector<Piece> pieces_;
  std::size_t first_ = 0;  // of pieces_ that is not written
  std::size_t size_ = 0;
};

}  // namespace triad::grpc_client
