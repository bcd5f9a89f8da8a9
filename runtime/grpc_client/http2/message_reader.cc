#include "runtime/grpc_client/http2/message_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace triad::grpc_client {
namespace {

// No more is reserved for a message by its announced length alone.
constexpr std::size_t kMaxReserved = 256 * 1024;
// Places of messages that were taken are kept up to this many.
constexpr std::size_t kMaxTaken = 64;

}  // namespace

absl::Status MessageReader::ReadPrefix(absl::string_view& bytes) {
  std::size_t count = std::min(kPrefixBytes - prefix_size_, bytes.size());
  std::copy_n(bytes.begin(), count, prefix_.begin() + prefix_size_);
  prefix_size_ += count;
  bytes.remove_prefix(count);
  if (prefix_size_ < kPrefixBytes) return absl::OkStatus();
  if (prefix_[0] != 0) {
    return absl::InternalError("the service sent a compressed message, which was not offered");
  }
  missing_ = std::size_t{prefix_[1]} << 24 | std::size_t{prefix_[2]} << 16 |
             std::size_t{prefix_[3]} << 8 | std::size_t{prefix_[4]};
  if (missing_ > max_) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the service sent a message of ", missing_, " bytes; the limit is ", max_));
  }
  partial_.reserve(std::min(missing_, kMaxReserved));
  return absl::OkStatus();
}

absl::Status MessageReader::Append(absl::string_view bytes) {
  held_ += bytes.size();
  while (!bytes.empty()) {
    if (prefix_size_ < kPrefixBytes) {
      absl::Status status = ReadPrefix(bytes);
      if (!status.ok()) return status;
      if (prefix_size_ < kPrefixBytes) break;
    }
    std::size_t count = std::min(missing_, bytes.size());
    // Who has sent as much will send the rest, and what it has not sent yet is memory that
    // nothing was written to, which the system does not give before: growing by steps would
    // copy large messages again and again.
    if (partial_.capacity() - partial_.size() < count) {
      partial_.reserve(partial_.size() + missing_);
    }
    partial_.append(bytes.data(), count);
    bytes.remove_prefix(count);
    missing_ -= count;
    if (missing_ > 0) break;
    ready_.push_back(std::exchange(partial_, {}));
    prefix_size_ = 0;
  }
  return absl::OkStatus();
}

std::string MessageReader::Take() {
  std::string message = std::move(ready_[next_++]);
  // Seldom enough to cost nothing, and often enough for a reader that is never empty.
  if (next_ == ready_.size() || next_ >= kMaxTaken) {
    ready_.erase(ready_.begin(), ready_.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ = 0;
  }
  held_ -= message.size() + kPrefixBytes;
  return message;
}

}  // namespace triad::grpc_client
