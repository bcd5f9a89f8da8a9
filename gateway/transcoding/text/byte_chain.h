// Bytes that are written one behind the other, in pieces that never move.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/transcoding/codec.h"

namespace triad::gateway {

// Holds at most a few kilobytes more than what is in it, or a few hundredths of it. Where there is
// no memory for more, it says so in the end, and what is written until then is lost. For one
// thread.
class ByteChain {
 public:
  // What Reserve gives at most.
  static constexpr std::size_t kMaxReserved = 1024;

  // `memory` has to outlive it.
  explicit ByteChain(ConversionMemory& memory) : memory_(memory) {}
  ~ByteChain() { memory_.Return(taken_); }
  ByteChain(const ByteChain&) = delete;
  ByteChain& operator=(const ByteChain&) = delete;

  std::size_t size() const { return before_ + static_cast<std::size_t>(at_ - begin_); }

  // Room for `bytes` bytes, at most kMaxReserved, until the next call of anything but Commit. What
  // is written to it counts once it is committed.
  char* Reserve(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes) Extend();
    return at_;
  }
  // Keeps what has been written up to `end`, in what was reserved last.
  void Commit(char* end) { at_ = end; }

  void Append(char c) {
    char* out = Reserve(1);
    *out = c;
    Commit(out + 1);
  }

  void Append(absl::string_view bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes.size()) return AppendPieces(bytes);
    Copy(bytes.data(), bytes.size(), at_);
    at_ += bytes.size();
  }

  // Whether something was lost.
  bool is_refused() const { return is_refused_; }

  // The pieces in their order, for as long as nothing is written.
  std::vector<absl::string_view> Pieces() const;

 private:
  struct Piece {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;  // of what is in it; not of the last
  };

  // Most of what is copied is a few bytes long: two moves of a fixed size do it, which may
  // overlap.
  static void Copy(const char* from, std::size_t size, char* to) {
    if (size > 32) {
      std::memcpy(to, from, size);
    } else if (size >= 16) {
      CopyEnds<16>(from, size, to);
    } else if (size >= 8) {
      CopyEnds<8>(from, size, to);
    } else if (size >= 4) {
      CopyEnds<4>(from, size, to);
    } else {
      for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
    }
  }
  template <std::size_t PART>
  static void CopyEnds(const char* from, std::size_t size, char* to) {
    char first[PART], last[PART];
    std::memcpy(first, from, PART);
    std::memcpy(last, from + size - PART, PART);
    std::memcpy(to, first, PART);
    std::memcpy(to + size - PART, last, PART);
  }

  // Begins a new piece.
  void Extend();
  void AppendPieces(absl::string_view bytes);

  ConversionMemory& memory_;
  std::size_t taken_ = 0;
  bool is_refused_ = false;
  char* begin_ = nullptr;  // of the last piece
  char* at_ = nullptr;
  char* end_ = nullptr;
  std::size_t before_ = 0;  // bytes in the pieces in front of it
  std::vector<Piece> pieces_;
};

}  // namespace triad::gateway
