#include "gateway/transcoding/text/byte_chain.h"

#include <algorithm>

namespace triad::gateway {
namespace {

// Small messages take one small piece, of what the allocator keeps at hand for each thread; large
// ones take pieces that cost little for each byte.
constexpr std::size_t kFirstPiece = ByteChain::kMaxReserved;
constexpr std::size_t kMaxPiece = 64 * 1024;

}  // namespace

void ByteChain::Extend() {
  std::size_t bytes = std::clamp(size(), kFirstPiece, kMaxPiece);
  is_refused_ = is_refused_ || !memory_.Take(bytes);
  if (is_refused_ && !pieces_.empty()) {
    at_ = begin_;  // is written over
    return;
  }
  if (!is_refused_) taken_ += bytes;
  if (!pieces_.empty()) pieces_.back().size = static_cast<std::size_t>(at_ - begin_);
  before_ = size();
  pieces_.push_back({std::unique_ptr<char[]>(new char[bytes])});
  begin_ = at_ = pieces_.back().bytes.get();
  end_ = begin_ + bytes;
}

void ByteChain::AppendPieces(absl::string_view bytes) {
  while (!bytes.empty()) {
    if (at_ == end_) Extend();
    std::size_t part = std::min(bytes.size(), static_cast<std::size_t>(end_ - at_));
    std::memcpy(at_, bytes.data(), part);
    at_ += part;
    bytes.remove_prefix(part);
  }
}

std::vector<absl::string_view> ByteChain::Pieces() const {
  std::vector<absl::string_view> pieces;
  for (const Piece& piece : pieces_) {
    bool is_last = &piece == &pieces_.back();
    std::size_t size = is_last ? static_cast<std::size_t>(at_ - begin_) : piece.size;
    pieces.emplace_back(piece.bytes.get(), size);
  }
  return pieces;
}

}  // namespace triad::gateway
