#include "tests/bench/native/relay/output.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>

#include "runtime/io/posix.h"

namespace triad::bench {
namespace {

constexpr std::size_t kMaxCopied = 2048;
constexpr std::size_t kMaxPieces = 64;  // of one call of the system

}  // namespace

void Output::Append(absl::string_view bytes) {
  if (pieces_.empty() || pieces_.back().lasting != nullptr) {
    pieces_.push_back({nullptr, text_.size(), 0});
  }
  pieces_.back().size += bytes.size();
  text_.append(bytes.data(), bytes.size());
}

void Output::AppendLasting(absl::string_view bytes) {
  if (bytes.size() <= kMaxCopied) return Append(bytes);
  pieces_.push_back({bytes.data(), 0, bytes.size()});
}

bool Output::WriteTo(int socket) {
  while (!pieces_.empty()) {
    iovec parts[kMaxPieces];
    std::size_t count = std::min(kMaxPieces, pieces_.size() - first_);
    for (std::size_t i = 0; i < count; ++i) {
      const Piece& piece = pieces_[first_ + i];
      parts[i] = {const_cast<char*>(Data(piece)), piece.size};
    }
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = count;
    ssize_t sent = RetryOnEintr([&] { return sendmsg(socket, &message, MSG_NOSIGNAL); });
    if (sent < 0) return errno == EAGAIN;
    Written(static_cast<std::size_t>(sent));
  }
  return true;
}

void Output::Written(std::size_t bytes) {
  while (first_ < pieces_.size()) {
    Piece& piece = pieces_[first_];
    std::size_t count = std::min(bytes, piece.size);
    piece.offset += count;
    piece.size -= count;
    bytes -= count;
    if (piece.size > 0) return;
    ++first_;
  }
  text_.clear();
  pieces_.clear();
  first_ = 0;
}

}  // namespace triad::bench
